"""The whole judge learned from labelled calls, and what calls say of it that it did not learn from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from services.insights.core.features import beside_features, flat_features, grams_of
from services.insights.core.judging import Judge
from services.insights.core.kinds import KINDS, Embeddings, Scores
from services.insights.embedding import LAYERS, read
from services.insights.training.attention import Said, fit
from services.insights.training.calls import Call

FEWEST_GRAMS = 5
"""Words and pairs that fewer sentences have say nothing that lasts."""
PARTS = 5
"""The calls are judged in so many parts, each by what was learned from the others."""
STIFFNESS = 5.0
"""Of the second step: its weights' squares count half of that beside the loss."""
MOST_STEPS = 200


@dataclass(frozen=True)
class Heard:
    """A call as the model understands it.

    Attributes:
        states: Of each sentence, each of shape (layers, tokens, d).
    """

    call: Call
    embeddings: Embeddings
    states: Sequence[NDArray[np.float16]]


def hear_all(calls: Sequence[Call], folder: Path, threads: int) -> list[Heard]:
    """Every call through the embedding model: about 6 cpu-seconds for 1,000 sentences."""
    states: list[NDArray[np.float16]] = []

    def keep(layers: NDArray[np.float32], said: NDArray[np.bool_]) -> NDArray[np.float32]:
        first = len(states)
        states.extend(layers[:, row, own].astype(np.float16) for row, own in enumerate(said))
        return np.arange(first, len(states), dtype=np.float32)

    texts = [text for call in calls for text in call.texts]
    embeddings, places = read(texts, folder, threads, keep)
    ends = np.cumsum([len(call.texts) for call in calls])[:-1]
    return [
        Heard(call, rows, [states[int(place)] for place in found])
        for call, rows, found in zip(calls, np.split(embeddings, ends), np.split(places, ends), strict=True)
    ]


def learn(heard: Sequence[Heard]) -> Judge:
    """The judge: its first step from all calls, its second from how calls sound that the first did not learn from."""
    logits = unlearned_logits(heard)
    first = first_step(heard)
    return _with_second_step(first, logits, [one.call.truth for one in _judged(heard)])


def cross_validated(heard: Sequence[Heard]) -> list[tuple[Call, Scores]]:
    """Every call that is no early one, as a judge scores it who learned neither step from it."""
    judged = _judged(heard)
    logits, truth = unlearned_logits(heard), [one.call.truth for one in judged]
    empty = Judge((), *(np.zeros(0, np.float32),) * 4)
    scores: dict[int, Scores] = {}
    parts = _parts(len(judged), seed=1)
    for part in range(PARTS):
        others = np.flatnonzero(parts != part)
        judge = _with_second_step(empty, [logits[index] for index in others], [truth[index] for index in others])
        for index in np.flatnonzero(parts == part):
            scores[int(index)] = judge.second_step(logits[index])
    return [(one.call, scores[index]) for index, one in enumerate(judged)]


def unlearned_logits(heard: Sequence[Heard]) -> list[NDArray[np.float64]]:
    """How each call but the early ones sounds to a first step that learned from the other parts and the early ones."""
    judged = _judged(heard)
    early = [one for one in heard if one.call.is_early]
    parts = _parts(len(judged), seed=0)
    logits: dict[int, NDArray[np.float64]] = {}
    for part in range(PARTS):
        judge = first_step([*early, *(one for one, its in zip(judged, parts, strict=True) if its != part)])
        for index in np.flatnonzero(parts == part):
            one = judged[index]
            attended = np.vstack([judge.attend(_alone(rows), np.ones((1, rows.shape[1]), bool)) for rows in one.states])
            logits[int(index)] = judge.logits(one.call.texts, one.embeddings, attended)
    return [logits[index] for index in range(len(judged))]


def first_step(heard: Sequence[Heard]) -> Judge:
    """A judge without its second step."""
    counts = Counter(gram for one in heard for text in one.call.texts for gram in grams_of(text))
    wording = tuple(sorted(gram for gram, count in counts.items() if count >= FEWEST_GRAMS))
    columns = {gram: column for column, gram in enumerate(wording)}
    flat = np.vstack([flat_features(one.call.texts, one.embeddings, columns) for one in heard])
    truth = np.vstack([one.call.truth for one in heard])
    layers = [
        fit(Said([rows[place] for one in heard for rows in one.states], flat, truth), seed=place)
        for place in range(len(LAYERS))
    ]
    # Each layer learned alone; together they say their mean.
    return Judge(
        wording=wording,
        queries=np.stack([layer["queries"] for layer in layers]),
        answers=np.stack([layer["answers"] for layer in layers]) / np.float32(len(layers)),
        flat=np.mean([layer["flat"] for layer in layers], axis=0, dtype=np.float32),
        beside=np.zeros((0, len(KINDS)), np.float32),
    )


def _with_second_step(judge: Judge, logits: Sequence[NDArray[np.float64]], truth: Sequence[NDArray[np.bool_]]) -> Judge:
    features, true = np.vstack([beside_features(rows) for rows in logits]), np.vstack(truth)
    weights = _logistic(features, true)
    scores = features @ weights[:-1] + weights[-1]
    weights[-1] -= [balanced(scores[:, column], true[:, column]) for column in range(len(KINDS))]
    return Judge(judge.wording, judge.queries, judge.answers, judge.flat, weights.astype(np.float32))


def balanced(scores: NDArray[np.float64], true: NDArray[np.bool_]) -> float:
    """The score from which on precision and recall are most alike and highest: the lower of the two is at its most."""
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(true[order])
    worse = right / np.maximum(np.arange(1, len(order) + 1), max(1, int(true.sum())))
    best = int(worse.argmax())
    return float(scores[order[best : best + 2]].mean())


def _logistic(features: NDArray[np.float64], true: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights of a logistic regression for each kind, the last row alone and free; shape (f + 1, 13)."""
    shape = (features.shape[1] + 1, true.shape[1])
    whole = np.hstack([features, np.ones((len(features), 1))])

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(shape)
        logits = whole @ weights
        stiff = np.vstack([weights[:-1], np.zeros((1, shape[1]))])
        slopes = whole.T @ (1 / (1 + np.exp(-logits)) - true) + STIFFNESS * stiff
        return float((np.logaddexp(0, logits) - true * logits).sum() + STIFFNESS / 2 * (stiff**2).sum()), slopes.ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS})
    return np.asarray(found.x).reshape(shape)


def _judged(heard: Sequence[Heard]) -> list[Heard]:
    return [one for one in heard if not one.call.is_early]


def _parts(calls: int, seed: int) -> NDArray[np.intp]:
    return np.random.default_rng(seed).permutation(calls) % PARTS


def _alone(rows: NDArray[np.float16]) -> NDArray[np.float32]:
    return rows[:, None].astype(np.float32)
