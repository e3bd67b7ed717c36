"""Sentence embeddings by MiniLM on onnxruntime.

Source: Reimers and Gurevych 2019, "Sentence-BERT"; mean pooling over the tokens that are not padding, then unit length.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 384
MOST_TOKENS = 256
BATCH = 32


def embed(texts: Sequence[str], folder: Path, threads: int) -> NDArray[np.float32]:
    """One row of unit length for each text, shape (n, 384)."""
    if not texts:
        return np.zeros((0, DIMENSIONS), np.float32)
    model = _load(folder, threads)
    # A batch is as long as its longest text: texts of like length share one.
    order = np.argsort([len(text) for text in texts], kind="stable")
    rows = np.empty((len(texts), DIMENSIONS), np.float32)
    for start in range(0, len(texts), BATCH):
        batch = order[start : start + BATCH]
        rows[batch] = model.embed([texts[index] for index in batch])
    return rows


class _Model:
    def __init__(self, folder: Path, threads: int) -> None:
        import onnxruntime as ort  # noqa: PLC0415  heavy: only where the model runs
        from tokenizers import Tokenizer  # noqa: PLC0415  as above

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = ort.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
        self._inputs = {entry.name for entry in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        encoded = self._tokenizer.encode_batch(list(texts))
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        feed: dict[str, Any] = {
            "input_ids": np.array([one.ids for one in encoded], np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        (states, *_) = self._session.run(None, {name: feed[name] for name in self._inputs})
        pooled = (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        unit: NDArray[np.float32] = (pooled / np.linalg.norm(pooled, axis=1, keepdims=True)).astype(np.float32)
        return unit


@lru_cache(maxsize=1)
def _load(folder: Path, threads: int) -> _Model:
    return _Model(folder, threads)
