"""Sentences as MiniLM understands them, on onnxruntime: their embeddings, and its states on the way there.

Source: Reimers and Gurevych 2019, "Sentence-BERT"; mean pooling over the tokens that are not padding, then unit length.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.insights.core.kinds import Embeddings

DIMENSIONS = 384
MOST_TOKENS = 256
BATCH = 32
LAYERS = (2, 3)
"""Of six, counted from 0, whose states are read beside the last: meaning is blurred there, grammar is not."""
STATE = "/model/layers.{}/mlp_output_norm_layernorm/output_0"
"""The name of a layer's result in the model's graph."""


Attend = Callable[[NDArray[np.float32], NDArray[np.bool_]], NDArray[np.float32]]
"""What becomes of a batch: states of shape (layers, batch, tokens, 384), which tokens are said (not padding, nor the
marks of begin and end), to one row for each text."""


def embed(texts: Sequence[str], folder: Path, threads: int) -> Embeddings:
    """One row of unit length for each text, shape (n, 384)."""
    rows = np.zeros((len(texts), DIMENSIONS), np.float32)
    for batch in _batches(texts):
        encoded = _load(folder, threads).encode([texts[index] for index in batch])
        (last,) = encoded.run(1)
        rows[batch] = _pooled(last, encoded.mask)
    return rows


def read(texts: Sequence[str], folder: Path, threads: int, attend: Attend) -> tuple[Embeddings, NDArray[np.float32]]:
    """The embeddings, shape (n, 384), and what `attend` makes of the states; never more than a batch's are held."""
    rows = np.zeros((len(texts), DIMENSIONS), np.float32)
    attended: dict[int, NDArray[np.float32]] = {}
    for batch in _batches(texts):
        encoded = _load(folder, threads).encode([texts[index] for index in batch])
        last, *states = encoded.run(1 + len(LAYERS))
        rows[batch] = _pooled(last, encoded.mask)
        attended |= dict(zip(batch.tolist(), attend(np.stack(states), _said(encoded.mask)), strict=True))
    return rows, np.array([attended[index] for index in range(len(texts))], np.float32)


def _batches(texts: Sequence[str]) -> list[NDArray[np.intp]]:
    """Indices by batches: one is as long as its longest text, so texts of like length share one."""
    order = np.argsort([len(text) for text in texts], kind="stable")
    return [order[start : start + BATCH] for start in range(0, len(texts), BATCH)]


def _pooled(states: NDArray[np.float32], mask: NDArray[np.int64]) -> Embeddings:
    pooled = (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    unit: Embeddings = (pooled / np.linalg.norm(pooled, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _said(mask: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The tokens between the mark of the begin and that of the end; the marks alone where there is nothing between."""
    ends = mask.sum(axis=1)
    place = np.arange(mask.shape[1])
    inner = (place > 0) & (place < ends[:, None] - 1)
    return np.where((ends > 2)[:, None], inner, mask.astype(bool))  # noqa: PLR2004  the two marks


class _Encoded:
    def __init__(self, session: Any, feed: dict[str, NDArray[np.int64]], mask: NDArray[np.int64]) -> None:  # noqa: ANN401  untyped
        self._session = session
        self._feed = feed
        self.mask = mask

    def run(self, results: int) -> list[NDArray[np.float32]]:
        names = [entry.name for entry in self._session.get_outputs()][:results]
        found: list[NDArray[np.float32]] = self._session.run(names, self._feed)
        return found


class _Model:
    def __init__(self, folder: Path, threads: int) -> None:
        import onnx  # noqa: PLC0415  heavy: only where the model runs
        import onnxruntime as ort  # noqa: PLC0415  as above
        from tokenizers import Tokenizer  # noqa: PLC0415  as above

        # The graph is 57 kB: the weights stay in their own file, which onnxruntime maps.
        graph = onnx.load(str(folder / "model.onnx"), load_external_data=False)
        graph.graph.output.extend(
            onnx.helper.make_tensor_value_info(STATE.format(layer), onnx.TensorProto.FLOAT, None) for layer in LAYERS
        )
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(folder))
        self._session = ort.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])
        self._inputs = {entry.name for entry in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.enable_padding()

    def encode(self, texts: Sequence[str]) -> _Encoded:
        encoded = self._tokenizer.encode_batch(list(texts))
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        feed = {
            "input_ids": np.array([one.ids for one in encoded], np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        return _Encoded(self._session, {name: feed[name] for name in self._inputs}, mask)


@lru_cache(maxsize=1)
def _load(folder: Path, threads: int) -> _Model:
    return _Model(folder, threads)


def load(folder: Path, threads: int) -> None:
    """Make the model ready, so that the first call does not pay for it."""
    _load(folder, threads)
