"""How many words of a transcript are wrong, and by how much the bounds of its sentences are off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.transcription.core.words import HeardWord

SPELLED = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen
"""
UNITS = SPELLED.split()
SPELLED_TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety"
TENS = SPELLED_TENS.split()
TWENTY, HUNDRED = 20, 100
SAME_SENTENCE_SECONDS = 1.0
"""The same word further away than this belongs to another sentence."""


class Bounded(Protocol):
    """A sentence of the truth."""

    @property
    def text(self) -> str:
        """What is said."""

    @property
    def start_seconds(self) -> float:
        """When its first sound begins."""

    @property
    def end_seconds(self) -> float:
        """When its last sound ends."""


def plain_words(text: str) -> list[str]:
    """The words as they sound: small, without marks, numbers below a hundred written out."""
    text = re.sub(r"\$(\d+)", r"\1 dollars", text.lower()).replace("%", " percent").replace("mr.", "mister")
    words = re.sub(r"[^\w' ]", " ", text.replace("’", "'")).split()  # noqa: RUF001  the apostrophe of printed text
    return [part for word in words for part in _spelled(word)]


def _spelled(word: str) -> list[str]:
    if not (word.isascii() and word.isdigit()) or int(word) >= HUNDRED:
        return [word]
    number = int(word)
    if number < TWENTY:
        return [UNITS[number]]
    return [TENS[number // 10], *([UNITS[number % 10]] if number % 10 else [])]


def word_errors(heard: Sequence[str], said: Sequence[str]) -> int:
    """The fewest words to change, leave out or put in that make one of the other (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for count, true in enumerate(said, 1):
        above, row = row, [count]
        for index, word in enumerate(heard, 1):
            row.append(min(above[index] + 1, row[-1] + 1, above[index - 1] + (word != true)))
    return row[-1]


def bound_errors(heard: Sequence[HeardWord], truth: Sequence[Bounded]) -> tuple[list[float], list[float]]:
    """Seconds from the true start of each sentence to that of its first word as heard, and so of the ends.

    A sentence whose first or last word was heard as another is left out of that list.
    """
    starts, ends = [], []
    for sentence in truth:
        first, *_, last = plain_words(sentence.text)
        begins = [word.start - sentence.start_seconds for word in heard if plain_words(word.text) == [first]]
        stops = [word.end - sentence.end_seconds for word in heard if plain_words(word.text) == [last]]
        starts += [min(begins, key=abs)] if begins and min(map(abs, begins)) < SAME_SENTENCE_SECONDS else []
        ends += [min(stops, key=abs)] if stops and min(map(abs, stops)) < SAME_SENTENCE_SECONDS else []
    return starts, ends


def in_milliseconds(errors: Sequence[float]) -> str:
    """`median 20, 95 % within 80, worst 120`."""
    sizes = np.abs(errors) * 1000
    return f"{np.median(sizes):.0f} | {np.percentile(sizes, 95):.0f} | {sizes.max():.0f}"
