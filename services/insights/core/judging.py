"""The judge: how surely each sentence of a conversation is of each kind, by weights that were learned beforehand.

Two steps. First each kind attends to the words that tell it (a softmax over the tokens' states, of two layers and two
heads for each; Bahdanau, Cho and Bengio 2015) and adds what a linear model makes of meaning, cues and wording. Then a
linear model sees what the sentence and its neighbours seem to be: "Tuesday at ten." is a next step behind a proposal
(stacked generalisation, Wolpert 1992).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.insights.core.features import beside_features, flat_features
from services.insights.core.kinds import KINDS, Embeddings, Scores

FAR_BELOW = -1e4
"""What a token that is not said gets, so that no attention falls on it."""


@dataclass(frozen=True, eq=False)
class Judge:
    """The weights.

    Attributes:
        wording: The words and pairs of words that count, in the order of their columns.
        queries: What each kind attends to, shape (layers, d, 13 · heads), the heads of a kind side by side.
        answers: What it takes from there, same shape.
        flat: Of meaning, cues and wording; the last row stands alone; shape (f + 1, 13).
        beside: Of the second step; the last row stands alone; shape (66, 13).
    """

    wording: tuple[str, ...]
    queries: NDArray[np.float32]
    answers: NDArray[np.float32]
    flat: NDArray[np.float32]
    beside: NDArray[np.float32]

    def attend(self, states: NDArray[np.float32], said: NDArray[np.bool_]) -> NDArray[np.float32]:
        """What each kind finds in each text.

        Args:
            states: Shape (layers, n, tokens, d).
            said: Which tokens count, shape (n, tokens).

        Returns:
            Shape (n, 13).
        """
        found = np.zeros((len(said), len(KINDS)), np.float32)
        for layer, queries, answers in zip(states, self.queries, self.answers, strict=True):
            attention = attention_on(layer @ queries, said)
            found += (attention * (layer @ answers)).sum(axis=1).reshape(len(said), len(KINDS), -1).sum(axis=2)
        return found

    def logits(
        self, texts: Sequence[str], embeddings: Embeddings, attended: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """The first step: how each sentence of a conversation sounds, shape (n, 13)."""
        wording = {gram: column for column, gram in enumerate(self.wording)}
        return _linear(flat_features(texts, embeddings, wording), self.flat) + attended

    def scores(self, texts: Sequence[str], embeddings: Embeddings, attended: NDArray[np.float32]) -> Scores:
        """Both steps: how surely each sentence is of each kind; from 0 on it is."""
        return self.second_step(self.logits(texts, embeddings, attended))

    def second_step(self, logits: NDArray[np.float64]) -> Scores:
        """The scores, by how each sentence and its neighbours sound."""
        return _linear(beside_features(logits), self.beside)


def attention_on(heeded: NDArray[np.float32], said: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Shares that sum to 1 over the tokens that are said, shape (n, tokens, heads)."""
    masked = np.where(said[:, :, None], heeded, np.float32(FAR_BELOW))
    risen = np.exp(masked - masked.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = risen / risen.sum(axis=1, keepdims=True)
    return shares


def _linear(features: NDArray[np.floating], weights: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(features @ weights[:-1] + weights[-1], np.float64)
