"""What tells a sentence beside the words that a kind attends to: meaning, cues, wording, and its neighbours."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from services.insights.core.cues import cue_features
from services.insights.core.kinds import Embeddings

MEANING_WEIGHT = 3.0
"""Embeddings have unit length, their numbers are near 0.05; cues are 0 or 1."""
BEFORE_WEIGHT, BEHIND_WEIGHT = 0.7, 0.5
"""The sentence before says more about one than the sentence behind."""
MOST_LOGIT = 6.0
LOGIT_WEIGHT = 0.5
REACH = 2
"""Sentences to each side whose kinds count."""

TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+|[?!$€£%]")
DIGITS = re.compile(r"\d+")

Features = NDArray[np.float32]
Row = TypeVar("Row", bound=np.floating)


def flat_features(texts: Sequence[str], embeddings: Embeddings, wording: dict[str, int]) -> Features:
    """Meaning and cues of each sentence and of its neighbours, and its words; shape (n, f).

    Args:
        texts: A conversation, in order.
        embeddings: Of unit length, shape (n, d).
        wording: The column of each word or pair of words that counts.
    """
    own = np.hstack([MEANING_WEIGHT * embeddings, cue_features(texts)])
    before, behind = BEFORE_WEIGHT * shifted(own, 1), BEHIND_WEIGHT * shifted(own, -1)
    return np.hstack([own, _bags(texts, wording), before, behind]).astype(np.float32)


def beside_features(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each sentence seems to be, and how probably its neighbours are what; shape (n, 65)."""
    probable = 1 / (1 + np.exp(-logits))
    sides = [shifted(probable, way * steps) for steps in range(1, REACH + 1) for way in (1, -1)]
    return np.hstack([LOGIT_WEIGHT * np.clip(logits, -MOST_LOGIT, MOST_LOGIT), *sides])


def shifted(rows: NDArray[Row], places: int) -> NDArray[Row]:
    """Each row replaced by the one so many places before (behind, when negative); zeros where there is none."""
    moved = np.zeros_like(rows)
    if places > 0:
        moved[places:] = rows[:-places]
    else:
        moved[:places] = rows[-places:]
    return moved


def grams_of(text: str) -> set[str]:
    """The words of a text and its pairs of words, with its begin and end; every number is `#`."""
    lower = text.lower().replace("’", "'")  # noqa: RUF001  the apostrophe of printed text
    words = ["<", *(DIGITS.sub("#", word) for word in TOKEN.findall(lower)), ">"]
    return {*words, *_pairs(words)}


def _pairs(words: Sequence[str]) -> Iterator[str]:
    return (f"{left} {right}" for left, right in pairwise(words))


def _bags(texts: Sequence[str], wording: dict[str, int]) -> Features:
    """Which words each text has; many of them count less each, shape (n, number of words)."""
    bags = np.zeros((len(texts), len(wording)), np.float32)
    for bag, text in zip(bags, texts, strict=True):
        columns = [wording[gram] for gram in grams_of(text) if gram in wording]
        bag[columns] = 1 / max(1.0, np.sqrt(len(columns)) / 2)
    return bags
