"""The score from which on a sentence is of a kind, by the calls that the judge does not learn from."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from services.insights.core.kinds import KINDS, Scores
from services.insights.training.calls import Call


def bars(aside: Sequence[Call], score: Callable[[Sequence[str]], Scores]) -> NDArray[np.float32]:
    """Of each kind, shape (13,)."""
    said, truth = np.vstack([score(one.texts) for one in aside]), np.vstack([one.truth for one in aside])
    return np.array([balanced(said[:, column], truth[:, column]) for column in range(len(KINDS))], np.float32)


def balanced(scores: NDArray[np.float64], true: NDArray[np.bool_]) -> float:
    """The score from which on precision and recall are most alike and highest: the lower of the two is at its most."""
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(true[order])
    worse = right / np.maximum(np.arange(1, len(order) + 1), max(1, int(true.sum())))
    best = int(worse.argmax())
    return float(scores[order[best : best + 2]].mean())
