"""What a language model answered, and which of its sentences the facts bear out."""

import json
import re
from collections.abc import Sequence
from typing import Any

from services.video_reasoning.core.asking import Question, name_of
from services.video_reasoning.core.facts import Fact
from services.video_reasoning.core.subjects import Subject
from services.video_reasoning.core.talk import content_words
from shared.contracts.reports.video_reasoning import Statement
from shared.contracts.segments import Module

LONGEST_SENTENCE = 400
LEAST_GROUNDED = 0.5
"""The share of a sentence's meaning words that its facts must hold too, at least."""

NUMBER_WORDS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "dozen": "12", "twenty": "20", "thirty": "30", "forty": "40",
    "fifty": "50", "hundred": "100", "thousand": "1000", "half": "50", "twice": "2", "both": "2",
}  # fmt: skip
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
WORDS = re.compile(r"[^\W\d_]+")
QUOTE = re.compile(r"[“\"]([^”\"]+)[”\"]")
UNWANTED = re.compile(r"[\x00-\x1f\x7f`*<>{}\[\]|\\]|https?:")


def statements_of(answer: str, question: Question) -> dict[int | None, list[Statement]]:
    """The sentences that hold, by the index of their scene, null for the video; nothing for an answer of another form.

    A sentence holds when it names facts of its own subject, and each number, name and quotation in it, and most of its
    words, stand in those facts.
    """
    try:
        described = json.loads(_json_part(answer))["descriptions"]
        by_name = {entry["of"]: entry["sentences"] for entry in described}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    found: dict[int | None, list[Statement]] = {}
    for subject in question.subjects:
        sentences = by_name.get(name_of(subject))
        if isinstance(sentences, list):
            held = [statement for one in sentences if (statement := _statement(one, subject, question))]
            found[subject.scene_index] = list({statement.text: statement for statement in held}.values())
    return found


def _json_part(answer: str) -> str:
    """The object without what some models put around it."""
    return answer[answer.find("{") : answer.rfind("}") + 1]


def _statement(sentence: Any, subject: Subject, question: Question) -> Statement | None:  # noqa: ANN401  whatever JSON holds
    if not isinstance(sentence, dict):
        return None
    text, numbers = sentence.get("text"), sentence.get("facts")
    if not isinstance(text, str) or not isinstance(numbers, list) or not numbers:
        return None
    text = " ".join(text.split())
    if not all(type(number) is int and question.subject_of.get(number) is subject for number in numbers):
        return None
    facts = [question.facts[number] for number in dict.fromkeys(numbers)]
    if not text or len(text) > LONGEST_SENTENCE or UNWANTED.search(text) or not is_borne_out(text, facts):
        return None
    return Statement(text=text, sources=_sources(facts))


def is_borne_out(text: str, facts: Sequence[Fact]) -> bool:
    """Whether each number, name and quotation of a sentence, and most of its other words, stand in the facts."""
    ground = " ".join(fact.text for fact in facts)
    return (
        _numbers(text) <= _numbers(ground)
        and _names(text) <= {word.lower() for word in WORDS.findall(ground)}
        and all(_plain(quote) in _plain(ground) for quote in QUOTE.findall(text))
        and _is_grounded(text, ground)
    )


def _numbers(text: str) -> set[str]:
    spelled = {NUMBER_WORDS[word] for word in WORDS.findall(text.lower()) if word in NUMBER_WORDS}
    return spelled | set(NUMBER.findall(text))


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


def _sources(facts: Sequence[Fact]) -> tuple[Module, ...]:
    return tuple(dict.fromkeys(source for fact in facts for source in fact.sources))
