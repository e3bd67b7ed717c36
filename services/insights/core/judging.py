"""The judge: how surely each sentence of a conversation is of each kind, by weights that were learned beforehand.

The model reads sentences in their conversation (sequential sentence classification; Cohan et al. 2019, "Pretrained
Language Models for Sequential Sentence Classification"), and each kind attends to the words of a sentence that tell it:
a softmax over the states of its tokens, in two heads (Bahdanau, Cho and Bengio 2015).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from services.insights.core.kinds import KINDS, Scores


@dataclass(frozen=True, eq=False)
class Judge:
    """The weights.

    Attributes:
        queries: What each kind attends to, shape (d, 13 · heads), the heads of a kind side by side.
        answers: What it takes from there, same shape.
        alone: What is added, shape (13,).
    """

    queries: NDArray[np.float32]
    answers: NDArray[np.float32]
    alone: NDArray[np.float32]

    def scores(self, states: NDArray[np.float32], ends: Sequence[int]) -> Scores:
        """How surely each sentence is of each kind, shape (n, 13); from 0 on it is.

        Args:
            states: Of the tokens of all sentences in their order, shape (tokens, d).
            ends: Behind which token each sentence ends; each has one at least.
        """
        heeded, answered = states @ self.queries, states @ self.answers
        found = np.zeros((len(ends), len(KINDS)))
        for row, (begin, end) in zip(found, pairwise((0, *ends)), strict=True):
            risen = np.exp(heeded[begin:end] - heeded[begin:end].max(axis=0))
            taken = (risen * answered[begin:end]).sum(axis=0) / risen.sum(axis=0)
            row[:] = taken.reshape(len(KINDS), -1).sum(axis=1) + self.alone
        return found
