"""The network musicnn as an ONNX graph.

Pons & Serra, "musicnn: Pre-trained convolutional neural networks for music audio tagging" (2019). Filters as tall as
most of the spectrum hear timbres, others as long as two seconds hear rhythms; three layers along time and a pooling
over it lead to how well each word fits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from services.audio_analysis.core.tagging import MEL_BANDS, PATCH_FRAMES

Weights = Mapping[str, NDArray[np.float32]]

TIMBRES = ((0, (3, 3)), (1, (3, 3)))
RHYTHMS = ((2, (63, 64)), (3, (31, 32)), (4, (15, 16)))
"""Convolutions over time and pitch by number, each with the silent frames put before and after the patch."""

ALONG_TIME = (5, 6, 7)
POOLED, HIDDEN = 9, 10
"""The batch normalisations after the pooling and after the hidden layer; those of convolution n are number n + 1."""

VARIANCE_FLOOR = 1e-3
"""Added to the variances, as in training."""

OPSET, IR_VERSION = 18, 9


def build_model(weights: Weights) -> bytes:
    """The network for n patches, serialized.

    Its input: `spectrograms` float32 (n, 1, 187, 96). Its output: `words` float32 (n, 50), how well each fits, 0 to 1.
    """
    graph = _Graph(weights)
    heard = graph.normal("spectrograms", 0, dimensions=4)
    front = graph.add("Concat", *(graph.highest(heard, layer, pads) for layer, pads in (*TIMBRES, *RHYTHMS)), axis=1)
    layers = [graph.along_time(front, ALONG_TIME[0])]
    for layer in ALONG_TIME[1:]:
        layers.append(graph.add("Add", graph.along_time(layers[-1], layer), layers[-1]))
    everything = graph.add("Concat", front, *layers, axis=1)
    frames = graph.constant(np.array([2], np.int64))
    # Of each feature its highest, then its mean: side by side, as the weights were trained.
    pooled = [graph.add(kind, everything, frames, keepdims=1) for kind in ("ReduceMax", "ReduceMean")]
    flat = graph.add("Flatten", graph.add("Concat", *pooled, axis=2), axis=1)
    hidden = graph.add("Relu", graph.linear(graph.normal(flat, POOLED, dimensions=2), "dense"))
    scores = graph.linear(graph.normal(hidden, HIDDEN, dimensions=2), "dense_1")
    graph.add("Sigmoid", scores, output="words")
    return graph.serialized()


class _Graph:
    """Collects the nodes and constants of a graph."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, values: NDArray[Any]) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:  # noqa: ANN401  ONNX's own
        output = output or f"value_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def normal(self, values: str, number: int, *, dimensions: int) -> str:
        """A batch normalisation of the second dimension, as one scale and one shift."""
        name = _numbered("batch_normalization", number)
        scale = self._weights[f"{name}/gamma"] / np.sqrt(self._weights[f"{name}/moving_variance"] + VARIANCE_FLOOR)
        shift = self._weights[f"{name}/beta"] - self._weights[f"{name}/moving_mean"] * scale
        shape = (1, -1, *(1,) * (dimensions - 2))
        scaled = self.add("Mul", values, self.constant(scale.reshape(shape)))
        return self.add("Add", scaled, self.constant(shift.reshape(shape)))

    def highest(self, heard: str, layer: int, pads: tuple[int, int]) -> str:
        """A convolution over time and pitch, of which the highest of all pitches is kept."""
        kernel = self._weights[f"{_numbered('conv2d', layer)}/kernel"].transpose(3, 2, 0, 1)
        found = self._convolution(heard, kernel, layer, [pads[0], 0, pads[1], 0])
        return self.add("ReduceMax", found, self.constant(np.array([3], np.int64)), keepdims=0)

    def along_time(self, features: str, layer: int) -> str:
        """A convolution over seven frames and all features."""
        kernel = self._weights[f"{_numbered('conv2d', layer)}/kernel"][:, :, 0].transpose(2, 1, 0)
        return self._convolution(features, kernel, layer, [3, 3])

    def _convolution(self, values: str, kernel: NDArray[np.float32], layer: int, pads: list[int]) -> str:
        bias = self.constant(self._weights[f"{_numbered('conv2d', layer)}/bias"])
        found = self.add("Relu", self.add("Conv", values, self.constant(kernel), bias, pads=pads))
        return self.normal(found, layer + 1, dimensions=kernel.ndim)

    def linear(self, values: str, name: str) -> str:
        product = self.add("MatMul", values, self.constant(self._weights[f"{name}/kernel"]))
        return self.add("Add", product, self.constant(self._weights[f"{name}/bias"]))

    def serialized(self) -> bytes:
        spectrograms = helper.make_tensor_value_info(
            "spectrograms", TensorProto.FLOAT, ["n", 1, PATCH_FRAMES, MEL_BANDS]
        )
        words = helper.make_tensor_value_info("words", TensorProto.FLOAT, ["n", 50])
        graph = helper.make_graph(self._nodes, "musicnn", [spectrograms], [words], self._constants)
        opsets = [helper.make_opsetid("", OPSET)]
        return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION).SerializeToString())


def _numbered(kind: str, number: int) -> str:
    return f"{kind}_{number}" if number else kind
