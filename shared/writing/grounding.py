"""What a language model wrote, held to what it was told."""

import json
import re
from typing import Any

from shared.writing.words import content_words

LEAST_GROUNDED = 0.5
"""The share of a text's meaning words that its ground must hold too, at least."""

NUMBER_WORDS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "dozen": "12", "twenty": "20", "thirty": "30", "forty": "40",
    "fifty": "50", "hundred": "100", "thousand": "1000", "half": "50", "twice": "2", "both": "2",
}  # fmt: skip
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
WORDS = re.compile(r"[^\W\d_]+")
QUOTE = re.compile(r"[“\"]([^”\"]+)[”\"]")
UNWANTED = re.compile(r"[\x00-\x1f\x7f`*<>{}\[\]|\\]|https?:")


def object_of(answer: str) -> dict[str, Any]:
    """The JSON object of an answer without what some models put around it; empty when there is none."""
    try:
        found = json.loads(answer[answer.find("{") : answer.rfind("}") + 1])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def line_of(text: Any, longest: int) -> str | None:  # noqa: ANN401  whatever JSON holds
    """The text as one line; null when it is none, is empty, longer than so many characters, or carries markup."""
    if not isinstance(text, str):
        return None
    line = " ".join(text.split())
    return None if not line or len(line) > longest or UNWANTED.search(line) else line


def is_borne_out(text: str, ground: str) -> bool:
    """Whether each number, name and quotation of a text, and most of its other words, stand in its ground."""
    return (
        _numbers(text) <= _numbers(ground)
        and _names(text) <= {word.lower() for word in WORDS.findall(ground)}
        and all(_plain(quote) in _plain(ground) for quote in QUOTE.findall(text))
        and _is_grounded(text, ground)
    )


def _numbers(text: str) -> set[str]:
    spelled = {NUMBER_WORDS[word] for word in WORDS.findall(text.lower()) if word in NUMBER_WORDS}
    return spelled | set(NUMBER.findall(THOUSANDS.sub("", text)))


def _names(text: str) -> set[str]:
    """The words with a capital that do not begin a sentence or a quotation, small."""
    names = set()
    for match in WORDS.finditer(text):
        before = text[: match.start()].rstrip(" “\"'(")
        if match.group()[0].isupper() and match.group() != "I" and before and before[-1] not in ".!?:”":
            names.add(match.group().lower())
    return names


def _plain(text: str) -> str:
    return " ".join(WORDS.findall(text.lower()))


def _is_grounded(text: str, ground: str) -> bool:
    words = content_words(text)
    known = set(content_words(ground))
    return sum(word in known for word in words) >= LEAST_GROUNDED * len(words)
