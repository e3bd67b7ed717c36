"""Sentences as MiniLM understands them, on onnxruntime.

Source: Reimers and Gurevych 2019, "Sentence-BERT"; mean pooling over the tokens that are not padding, then unit length.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.insights.core.kinds import Embeddings

DIMENSIONS = 384
MOST_TOKENS = 256
BATCH = 32


def embed(texts: Sequence[str], folder: Path, threads: int) -> Embeddings:
    """One row of unit length for each text, shape (n, 384)."""
    rows = np.zeros((len(texts), DIMENSIONS), np.float32)
    for batch in _batches(texts):
        rows[batch] = _load(folder, threads).embed([texts[index] for index in batch])
    return rows


def _batches(texts: Sequence[str]) -> list[NDArray[np.intp]]:
    """Indices by batches: one is as long as its longest text, so texts of like length share one."""
    order = np.argsort([len(text) for text in texts], kind="stable")
    return [order[start : start + BATCH] for start in range(0, len(texts), BATCH)]


def session(folder: Path, threads: int, changed: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401  untyped
    """The model on onnxruntime, with one copy of its weights, and nothing held between two runs.

    A second copy in another order and a store of memory are some 60 MiB for each session, and make it no faster.

    Args:
        folder: Of the model.
        threads: How many it may use.
        changed: Matrices (`OrtValue`) that stand for those of the same names in the file. They are not copied, so they
            must live as long as the session does.
    """
    import onnxruntime as ort  # noqa: PLC0415  heavy: only where the model runs

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.disable_prepacking", "1")
    for name, matrix in (changed or {}).items():
        options.add_initializer(name, matrix)
    return ort.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])


class _Model:
    def __init__(self, folder: Path, threads: int) -> None:
        from tokenizers import Tokenizer  # noqa: PLC0415  heavy: only where the model runs

        self._session = session(folder, threads)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> Embeddings:
        encoded = self._tokenizer.encode_batch(list(texts))
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        ids = np.array([one.ids for one in encoded], np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(mask)}
        (states,) = self._session.run(None, feed)
        pooled = (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        unit: Embeddings = (pooled / np.linalg.norm(pooled, axis=1, keepdims=True)).astype(np.float32)
        return unit


@lru_cache(maxsize=1)
def _load(folder: Path, threads: int) -> _Model:
    return _Model(folder, threads)


def load(folder: Path, threads: int) -> None:
    """Make the model ready, so that the first call does not pay for it."""
    _load(folder, threads)
