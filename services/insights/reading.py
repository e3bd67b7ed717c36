"""Sentences in their conversation: MiniLM with learned low-rank changes of its weights reads windows of it.

Source of the changes: Hu et al. 2022, "LoRA: Low-Rank Adaptation of Large Language Models". The model's file stays as
it is; each matrix of a layer becomes itself plus the product of two narrow ones when the model is loaded.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.insights import judge
from services.insights.core.kinds import KINDS, Scores
from services.insights.core.windows import Window, windows
from services.insights.embedding import session
from services.insights.judge import Learned


def score(texts: Sequence[str], folder: Path, threads: int) -> Scores:
    """How surely each sentence of a conversation is of each kind, shape (n, 13)."""
    return _reader(folder, threads).score(texts)


def load(folder: Path, threads: int) -> None:
    """Make the model ready, so that the first call does not pay for it."""
    _reader(folder, threads)


class Reader:
    """The model as an adapter changes it, and the judge that reads kinds from its states."""

    def __init__(self, folder: Path, threads: int, learned: Learned) -> None:
        import onnxruntime as ort  # noqa: PLC0415  heavy: only where the model runs

        from services.insights.tokens import Tokens  # noqa: PLC0415  as above

        self._changed = {
            name: ort.OrtValue.ortvalue_from_numpy(matrix) for name, matrix in _changed(folder, learned).items()
        }
        self._session = session(folder, threads, self._changed)
        self._tokens = Tokens(folder)
        self._judge = learned.judge

    def score(self, texts: Sequence[str]) -> Scores:
        """How surely each sentence of a conversation is of each kind, shape (n, 13)."""
        tokens = self._tokens.of(texts)
        parts = [self._judged(tokens, window) for window in windows([len(own) for own in tokens])]
        return np.vstack([np.zeros((0, len(KINDS))), *parts])

    def _judged(self, tokens: Sequence[Sequence[int]], window: Window) -> Scores:
        read = tokens[window.first : window.last]
        ids = np.array([[self._tokens.begin, *(token for own in read for token in own)]], np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        states: NDArray[np.float32] = self._session.run(None, feed)[0][0, 1:]
        scores = self._judge.scores(states, np.cumsum([len(own) for own in read]).tolist())
        return scores[window.begin - window.first : window.end - window.first]


def _changed(folder: Path, learned: Learned) -> dict[str, NDArray[np.float32]]:
    """The matrices that the adapter changes, by their names in the model."""
    import onnx  # noqa: PLC0415  heavy: only where the model runs

    graph: Any = onnx.load(str(folder / "model.onnx"), load_external_data=False).graph
    return {
        stored.name: onnx.numpy_helper.to_array(stored, str(folder)) + learned.change(stored.name)
        for stored in graph.initializer
        if stored.name in learned.narrow
    }


@lru_cache(maxsize=1)
def _reader(folder: Path, threads: int) -> Reader:
    return Reader(folder, threads, judge.load())
