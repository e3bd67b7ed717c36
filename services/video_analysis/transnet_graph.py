"""The network TransNetV2 as an ONNX graph.

Souček & Lokoč, "TransNet V2: An effective deep network architecture for fast shot transition detection" (2020). Its
convolutions over space and time are written as two plain ones, which onnxruntime computes several times faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Weights = Mapping[str, NDArray[Any]]

BLOCKS = 3
DILATIONS = (1, 2, 4, 8)
"""Frames between the three that a convolution in time looks at; the four are computed side by side."""
REACH = 50
"""Every frame is compared with so many on both sides."""
NORMALIZATION_EPSILON = 1e-3
HISTOGRAM_BINS = 512
PICTURE_SHAPE = (27, 48, 3)
OPSET, IR_VERSION = 18, 9


def build_model(weights: Weights) -> bytes:
    """The network for n frames, serialized.

    Its inputs: `frames` uint8 (n, 27, 48, 3), red green blue; `histograms` float32 (n, 512); `places` int64 (n, 101),
    the columns of the padded comparison that belong to each frame. Its output: `probability` float32 (n, 1), how
    likely a transition has its middle at each frame.
    """
    graph = _Graph()
    features, means = _features(graph, weights)
    similar = graph.linear(graph.add("Concat", *means, axis=1), weights, "frame_sim_layer.projection")
    everything = graph.add(
        "Concat",
        _compared(graph, "histograms", weights, "color_hist_layer.fc"),
        _compared(graph, similar, weights, "frame_sim_layer.fc"),
        features,
        axis=1,
    )
    hidden = graph.add("Relu", graph.linear(everything, weights, "fc1"))
    graph.add("Sigmoid", graph.linear(hidden, weights, "cls_layer1"), output="probability")
    return graph.serialized()


class _Graph:
    """Collects the nodes and constants of a graph."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def add(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:  # noqa: ANN401  ONNX's own
        """Add a node with one output; its name."""
        return self.split(kind, *inputs, outputs=(output or f"value_{len(self._nodes)}",), **attributes)[0]

    def split(self, kind: str, *inputs: str, outputs: Sequence[str], **attributes: Any) -> Sequence[str]:  # noqa: ANN401
        """Add a node with several outputs; their names."""
        self._nodes.append(helper.make_node(kind, list(inputs), list(outputs), **attributes))
        return outputs

    def constant(self, array: NDArray[Any]) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def linear(self, value: str, weights: Weights, name: str) -> str:
        """A fully connected layer."""
        matrix, bias = self.constant(weights[f"{name}.weight"].T), self.constant(weights[f"{name}.bias"])
        return self.add("Add", self.add("MatMul", value, matrix), bias)

    def shaped(self, value: str, *sizes: int) -> str:
        return self.add("Reshape", value, self.constant(np.array(sizes, np.int64)))

    def serialized(self) -> bytes:
        inputs = [
            helper.make_tensor_value_info("frames", TensorProto.UINT8, ["n", *PICTURE_SHAPE]),
            helper.make_tensor_value_info("histograms", TensorProto.FLOAT, ["n", HISTOGRAM_BINS]),
            helper.make_tensor_value_info("places", TensorProto.INT64, ["n", 2 * REACH + 1]),
        ]
        output = helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["n", 1])
        graph = helper.make_graph(self._nodes, "transnetv2", inputs, [output], self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        content: bytes = model.SerializeToString()
        return content


def _features(graph: _Graph, weights: Weights) -> tuple[str, list[str]]:
    """The last block's output for each frame, (n, 4608), and every block's means over the picture."""
    value = graph.add("Cast", "frames", to=TensorProto.FLOAT)
    value = graph.add("Div", value, graph.constant(np.array(255, np.float32)))
    value = graph.add("Transpose", value, perm=[0, 3, 1, 2])
    means = []
    height, width, _ = PICTURE_SHAPE
    for block in range(BLOCKS):
        first = graph.add("Relu", _cell(graph, value, weights, f"SDDCNN.{block}.DDCNN.0", (height, width)))
        second = graph.add("Relu", _cell(graph, first, weights, f"SDDCNN.{block}.DDCNN.1", (height, width)))
        value = graph.add("AveragePool", graph.add("Add", first, second), kernel_shape=[2, 2], strides=[2, 2])
        height, width = height // 2, width // 2
        means.append(graph.add("ReduceMean", value, graph.constant(np.array([2, 3], np.int64)), keepdims=0))
    return graph.shaped(graph.add("Transpose", value, perm=[0, 2, 3, 1]), 0, -1), means


def _cell(graph: _Graph, value: str, weights: Weights, name: str, size: tuple[int, int]) -> str:
    """Four convolutions over space, then time, and their normalization: (n, c, h, w) to (n, d, h, w)."""
    spatial = [weights[f"{name}.Conv3D_{dilation}.layers.0.weight"][:, :, 0] for dilation in DILATIONS]
    value = graph.add("Conv", value, graph.constant(np.concatenate(spatial)), kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    channels = spatial[0].shape[0]
    value = graph.shaped(
        graph.add("Transpose", value, perm=[1, 0, 2, 3]), 1, len(DILATIONS) * channels, -1, size[0] * size[1]
    )
    parts = graph.split(
        "Split", value, outputs=[f"{name}.{dilation}" for dilation in DILATIONS], axis=1, num_outputs=len(DILATIONS)
    )
    scale = weights[f"{name}.bn.weight"] / np.sqrt(weights[f"{name}.bn.running_var"] + NORMALIZATION_EPSILON)
    shift = weights[f"{name}.bn.bias"] - weights[f"{name}.bn.running_mean"] * scale
    branches = []
    for index, (dilation, part) in enumerate(zip(DILATIONS, parts, strict=True)):
        temporal = weights[f"{name}.Conv3D_{dilation}.layers.1.weight"][..., 0]
        own = slice(index * temporal.shape[0], (index + 1) * temporal.shape[0])
        branches.append(
            graph.add(
                "Conv",
                part,
                graph.constant(temporal * scale[own, None, None, None]),
                graph.constant(shift[own]),
                kernel_shape=[3, 1],
                pads=[dilation, 0, dilation, 0],
                dilations=[dilation, 1],
            )
        )
    value = graph.add("Concat", *branches, axis=1)
    value = graph.shaped(value, 0, 0, -1, size[0] * size[1])
    return graph.shaped(graph.add("Transpose", value, perm=[2, 1, 0, 3]), 0, 0, *size)


def _compared(graph: _Graph, value: str, weights: Weights, layer: str) -> str:
    """How like each frame is to those around it by one kind of features, as the layer sees it: (n, k) to (n, 128)."""
    value = graph.add("LpNormalization", value, axis=1, p=2)
    likeness = graph.add("MatMul", value, graph.add("Transpose", value, perm=[1, 0]))
    padded = graph.add("Pad", likeness, graph.constant(np.array([0, REACH, 0, REACH], np.int64)))
    around = graph.add("GatherElements", padded, "places", axis=1)
    return graph.add("Relu", graph.linear(around, weights, layer))
