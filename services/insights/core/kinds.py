"""Kinds of sentences: what a sentence of a call can be, and how labelled calls write it."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal[
    "question",
    "objection",
    "pricing",
    "competitor",
    "commitment",
    "next_step",
    "decision",
    "decision_maker",
    "timeline",
    "feature_request",
    "problem",
    "pleased",
    "displeased",
]
"""The kinds of spoken events, and the two feelings that tell how the mood shifts."""

LETTERS: dict[str, Kind] = {
    "q": "question",
    "o": "objection",
    "p": "pricing",
    "c": "competitor",
    "k": "commitment",
    "n": "next_step",
    "d": "decision",
    "m": "decision_maker",
    "t": "timeline",
    "f": "feature_request",
    "x": "problem",
    "+": "pleased",
    "-": "displeased",
}
"""How labelled calls write the kinds."""

KINDS: tuple[Kind, ...] = tuple(LETTERS.values())

Embeddings = NDArray[np.float32]
Scores = NDArray[np.float64]
"""How surely each sentence is of each kind, shape (n, 13), columns as `KINDS`: from 0 on it is."""


def kinds_of(scores: Scores) -> frozenset[Kind]:
    """The kinds of one sentence, by its row of scores."""
    return frozenset(kind for kind, score in zip(KINDS, scores, strict=True) if score >= 0)
