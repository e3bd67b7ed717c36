"""Kinds of sentences: what a sentence of a call is, learned from examples of each kind.

A sentence is told by its meaning (a sentence embedding) together with cues of grammar. How much it is of a kind is a
weighted sum over its likeness to every example: kernel ridge regression with a Gaussian kernel, one against the rest
(Saunders, Gammerman and Vovk 1998), which has a closed form: equal examples, equal answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from services.insights.core.cues import cue_features

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
"""How examples and dialogues write the kinds."""

KINDS: tuple[Kind, ...] = tuple(LETTERS.values())

LEAST: dict[Kind, float] = {
    "question": 0.1,
    "objection": -0.2,
    "pricing": 0.0,
    "competitor": -0.15,
    "commitment": -0.2,
    "next_step": -0.25,
    "decision": -0.15,
    "decision_maker": -0.2,
    "timeline": -0.15,
    "feature_request": -0.1,
    "problem": -0.15,
    "pleased": -0.2,
    "displeased": -0.1,
}
"""From which score on a sentence is of the kind: -1 is like the examples of other kinds, 1 like those of this one.
Chosen on the dialogues of development; with 0 for all, precision is a little higher and recall lower."""

MEANING_WEIGHT = 3.0
CUE_WEIGHT = 0.7
"""How far apart one cue puts two sentences, against their meaning: embeddings lie up to twice 3 apart."""
NARROWNESS = 0.05
"""Of the Gaussian: exp(-NARROWNESS · squared distance); examples with other cues and another meaning count little."""
SMOOTHING = 0.3
"""How little a single example may bend the answer around it."""

MOST_STEPS = 1000
EXACT_ENOUGH = 1e-8
"""The squared length of what is left of the targets, which are -1 and 1."""
TINY = 1e-300

Embeddings = NDArray[np.float32]
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A sentence and the kinds that it is of."""

    text: str
    kinds: frozenset[Kind]


@dataclass(frozen=True, eq=False)
class Judge:
    """Tells kinds, from examples.

    Attributes:
        known: Features of the examples, shape (m, f).
        weights: What each example says for each kind, shape (m, 13).
    """

    known: NDArray[np.float64]
    weights: NDArray[np.float64]

    def scores(self, texts: Sequence[str], embeddings: Embeddings) -> Scores:
        """How much each text is of each kind, shape (n, 13): about -1 for not at all, 1 for surely."""
        return _likeness(_features(texts, embeddings), self.known) @ self.weights


def learn(examples: Sequence[Example], embeddings: Embeddings) -> Judge:
    """A judge from examples and their embeddings of unit length, shape (m, d)."""
    known = _features([example.text for example in examples], embeddings)
    is_of = np.array([[kind in example.kinds for kind in KINDS] for example in examples])
    likeness = _likeness(known, known)
    # Examples of a kind are fewer than all others: each of them counts by the root of that imbalance.
    worth = np.where(is_of, np.sqrt(len(examples) / 2 / np.maximum(1, is_of.sum(axis=0))), 1.0)
    return Judge(known, _solved(likeness, SMOOTHING / worth, np.where(is_of, 1.0, -1.0)))


def kinds_of(scores: NDArray[np.float64]) -> frozenset[Kind]:
    """The kinds of one sentence, by its row of scores."""
    return frozenset(kind for kind, score in zip(KINDS, scores, strict=True) if score >= LEAST[kind])


def read_examples(written: str) -> list[Example]:
    """The examples of a file: `letters of the kinds | sentence` a line; # begins a line that is none."""
    lines = (line.partition("|") for line in written.splitlines() if line.strip() and not line.startswith("#"))
    return [
        Example(text.strip(), frozenset(LETTERS[letter.strip()] for letter in letters.split(",") if letter.strip()))
        for letters, _, text in lines
    ]


def _solved(
    likeness: NDArray[np.float64], ridge: NDArray[np.float64], targets: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The weights w of each column with (likeness + diag(ridge)) w = target, by conjugate gradients on all at once.

    Args:
        likeness: Of each example to each, shape (m, m).
        ridge: The diagonal of each column's own system, shape (m, k).
        targets: Shape (m, k).
    """
    weights = np.zeros_like(targets)
    left, direction = targets.copy(), targets.copy()
    size = (left**2).sum(axis=0)
    for _ in range(MOST_STEPS):
        pushed = likeness @ direction + ridge * direction
        step = size / np.maximum((direction * pushed).sum(axis=0), TINY)
        weights += step * direction
        left -= step * pushed
        before, size = size, (left**2).sum(axis=0)
        if size.max() < EXACT_ENOUGH:
            break
        direction = left + size / np.maximum(before, TINY) * direction
    return weights


def _features(texts: Sequence[str], embeddings: Embeddings) -> NDArray[np.float64]:
    return np.hstack([MEANING_WEIGHT * embeddings.astype(np.float64), CUE_WEIGHT * cue_features(texts)])


def _likeness(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)[None, :] - 2 * left @ right.T
    return np.asarray(np.exp(-NARROWNESS * squares))
