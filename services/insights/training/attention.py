"""Fitting of the judge's first step: descent by Adam (Kingma and Ba 2015) with decoupled decay and dropout."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.insights.core.judging import attention_on
from services.insights.core.kinds import KINDS

HEADS = 2
ROUNDS = 20
BATCH = 64
DROPPED_SHARE = 0.6
"""Of states and features, anew for each batch: with 0.2 the judge learns its calls by heart (0.03 less)."""
RATE, RISES_FOR_STEPS, LAST_RATE_SHARE = 3e-3, 50, 0.02
DECAY = {"queries": 0.03, "answers": 0.03, "flat": 0.01, "bias": 0.0}
MOMENTUM, MEMORY = 0.9, 0.99
FIRST_BIAS = -2.0
"""Most sentences are not of a kind."""
TINY = 1e-6

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Said:
    """Sentences to learn from.

    Attributes:
        states: Of each sentence's tokens in one layer, each of shape (tokens, d).
        flat: Other features, shape (n, f).
        truth: Whether each is of each kind, shape (n, 13).
    """

    states: Sequence[NDArray[np.float16]]
    flat: Floats
    truth: NDArray[np.bool_]


def fit(said: Said, seed: int) -> dict[str, Floats]:
    """`queries` and `answers` of shape (d, 13 · heads), `flat` of shape (f + 1, 13), for states as they come."""
    dice = np.random.default_rng(seed)
    every = np.vstack(said.states[:: max(1, len(said.states) // 1000)]).astype(np.float32)
    mean, spread = every.mean(axis=0), every.std(axis=0) + TINY
    states = [(rows.astype(np.float32) - mean) / spread for rows in said.states]
    weights = _descend(states, said, dice)
    # Attention is the same for all of a sentence, so the mean moves only what the answers sum to.
    answers = weights["answers"] / spread[:, None]
    alone = weights["bias"] - (mean @ answers).reshape(len(KINDS), HEADS).sum(axis=1)
    return {
        "queries": weights["queries"] / spread[:, None],
        "answers": answers,
        "flat": np.vstack([weights["flat"], alone]),
    }


def _descend(states: Sequence[Floats], said: Said, dice: np.random.Generator) -> dict[str, Floats]:
    dimensions, columns = states[0].shape[1], len(KINDS) * HEADS
    queries = dice.normal(scale=0.3 / np.sqrt(dimensions), size=(dimensions, columns))
    weights = {
        "queries": queries.astype(np.float32),
        "answers": np.zeros((dimensions, columns), np.float32),
        "flat": np.zeros((said.flat.shape[1], len(KINDS)), np.float32),
        "bias": np.full((1, len(KINDS)), FIRST_BIAS, np.float32),
    }
    pace = {name: np.zeros_like(rows) for name, rows in weights.items()}
    sway = {name: np.zeros_like(rows) for name, rows in weights.items()}
    steps = ROUNDS * -(-len(states) // BATCH)
    for step, batch in enumerate(_batches(states, dice), start=1):
        slopes = _slopes(weights, states, said, batch, dice)
        rate = RATE * min(1.0, step / RISES_FOR_STEPS) * max(LAST_RATE_SHARE, 1 - step / steps)
        for name, slope in slopes.items():
            pace[name] += (1 - MOMENTUM) * (slope - pace[name])
            sway[name] += (1 - MEMORY) * (slope**2 - sway[name])
            way = pace[name] / (1 - MOMENTUM**step) / (np.sqrt(sway[name] / (1 - MEMORY**step)) + TINY)
            weights[name] -= rate * (way + DECAY[name] * weights[name])
    return weights


def _batches(states: Sequence[Floats], dice: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """Sentences of about the same length, in another order each round."""
    lengths = np.array([len(rows) for rows in states])
    for _ in range(ROUNDS):
        order = np.lexsort((dice.random(len(lengths)), lengths + dice.integers(-2, 3, len(lengths))))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        yield from (batches[index] for index in dice.permutation(len(batches)))


def _slopes(
    weights: dict[str, Floats],
    states: Sequence[Floats],
    said: Said,
    batch: NDArray[np.intp],
    dice: np.random.Generator,
) -> dict[str, Floats]:
    """How the mean loss (cross-entropy of each kind) changes with each weight, part of the features dropped."""
    lengths = np.array([len(states[index]) for index in batch])
    tokens = np.zeros((len(batch), lengths.max(), states[0].shape[1]), np.float32)
    for row, index in zip(tokens, batch, strict=True):
        row[: len(states[index])] = states[index]
    tokens *= _kept((len(batch), 1, tokens.shape[2]), dice)
    flat = said.flat[batch] * _kept((len(batch), said.flat.shape[1]), dice)

    attention = attention_on(tokens @ weights["queries"], np.arange(tokens.shape[1]) < lengths[:, None])
    answered = tokens @ weights["answers"]
    found = (attention * answered).sum(axis=1)
    logits = found.reshape(len(batch), len(KINDS), HEADS).sum(axis=2) + flat @ weights["flat"] + weights["bias"]

    wrong = ((1 / (1 + np.exp(-logits)) - said.truth[batch]) / len(batch)).astype(np.float32)
    by_answer = attention * np.repeat(wrong, HEADS, axis=1)[:, None, :]
    by_query = by_answer * (answered - found[:, None, :])
    rows = tokens.reshape(-1, tokens.shape[2])
    return {
        "queries": rows.T @ by_query.reshape(len(rows), -1),
        "answers": rows.T @ by_answer.reshape(len(rows), -1),
        "flat": flat.T @ wrong,
        "bias": wrong.sum(axis=0, keepdims=True),
    }


def _kept(shape: tuple[int, ...], dice: np.random.Generator) -> Floats:
    return (dice.random(shape, dtype=np.float32) > DROPPED_SHARE).astype(np.float32) / (1 - DROPPED_SHARE)
