"""The network SSD MobileNet v2 as an ONNX graph, and the boxes that its findings are told by.

Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018), with the head of Liu et al., "SSD:
Single Shot MultiBox Detector" (2016), as released for COCO by Google (ssd_mobilenet_v2_coco_2018_03_29).
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Weights = Mapping[str, NDArray[np.float32]]

SIDE_PIXELS = 300
"""The network was trained on pictures squeezed into a square of this side."""

NUMBERS = 91
"""COCO's numbers of kinds, 0 for none; some stand for no kind."""

PREFIX = "FeatureExtractor/MobilenetV2/"
STRIDES = (1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1)
"""Of the 17 inverted residuals."""
FIRST_FEATURES = 13
"""The residual whose widened input is the finest map that things are found in."""
SMALLER_MAPS = (
    ("2_1x1_256", "2_3x3_s2_512"),
    ("3_1x1_128", "3_3x3_s2_256"),
    ("4_1x1_128", "4_3x3_s2_256"),
    (
        "5_1x1_64",
        "5_3x3_s2_128",
    ),
)
"""Layers that lead to maps of 5, 3, 2 and 1 cells a side; the finer ones have 19 and 10."""
NORMALIZATION_EPSILON = 1e-3

MAP_SIDES = (19, 10, 5, 3, 2, 1)
SCALES = (0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.0)
"""Of the boxes in each map, in shares of the picture's side; the last is that of no map."""
SMALLEST_SCALE = 0.1
"""Of the square box in the finest map."""

OPSET, IR_VERSION = 18, 9


def build_model(weights: Weights, kinds: Sequence[int]) -> bytes:
    """The network for one picture and n of COCO's numbers of kinds, serialized; fewer kinds cost less.

    Its input: `picture` float32 (1, 3, 300, 300), red green blue, -1 to 1. Its outputs, for each of 1917 boxes in the
    order of `boxes`: `moves` float32 (1917, 4), how the thing's box differs from that box, and `kinds` float32
    (1917, n), how probably it is a thing of each kind.
    """
    graph = _Graph(weights)
    maps = list(enumerate(_maps(graph)))
    moves = [graph.head(value, f"BoxPredictor_{index}/BoxEncodingPredictor", 4) for index, value in maps]
    scores = [graph.head(value, f"BoxPredictor_{index}/ClassPredictor", NUMBERS, kinds) for index, value in maps]
    graph.add("Concat", *moves, output="moves", axis=0)
    graph.add("Sigmoid", graph.add("Concat", *scores, axis=0), output="kinds")
    return graph.serialized({"moves": 4, "kinds": len(kinds)})


def boxes() -> NDArray[np.float32]:
    """The network's boxes, shape (1917, 4): the middle down and across, height and width, in shares of the picture."""
    found = []
    for index, (side, (scale, next_scale)) in enumerate(zip(MAP_SIDES, pairwise(SCALES), strict=True)):
        shapes = [(scale, 1.0), (scale, 2.0), (scale, 0.5), (scale, 3.0), (scale, 1 / 3), (sqrt(scale * next_scale), 1)]
        if index == 0:
            shapes = [(SMALLEST_SCALE, 1.0), (scale, 2.0), (scale, 0.5)]
        middles = (np.arange(side) + 0.5) / side
        down, across = np.meshgrid(middles, middles, indexing="ij")
        sizes = np.array([(size / sqrt(aspect), size * sqrt(aspect)) for size, aspect in shapes])
        places = np.stack([down, across], axis=-1).reshape(-1, 1, 2)
        found.append(np.concatenate(np.broadcast_arrays(places, sizes[None]), axis=-1).reshape(-1, 4))
    return np.concatenate(found).astype(np.float32)


def _maps(graph: _Graph) -> list[str]:
    """The six maps of features, the finest first."""
    value = graph.layer("picture", f"{PREFIX}Conv", stride=2)
    maps = []
    for index, stride in enumerate(STRIDES):
        name = f"{PREFIX}expanded_conv_{index}" if index else f"{PREFIX}expanded_conv"
        wide = graph.layer(value, f"{name}/expand") if index else value
        if index == FIRST_FEATURES:
            maps.append(wide)
        narrow = graph.layer(graph.depthwise(wide, f"{name}/depthwise", stride), f"{name}/project", is_bounded=False)
        is_residual = stride == 1 and graph.channels(narrow) == graph.channels(value)
        value = graph.sum(narrow, value) if is_residual else narrow
    value = graph.layer(value, f"{PREFIX}Conv_1")
    maps.append(value)
    for narrow, wide in SMALLER_MAPS:
        value = graph.layer(value, f"{PREFIX}layer_19_1_Conv2d_{narrow}")
        value = graph.depthwise(value, f"{PREFIX}layer_19_2_Conv2d_{wide}_depthwise", 2)
        value = graph.layer(value, f"{PREFIX}layer_19_2_Conv2d_{wide}")
        maps.append(value)
    return maps


class _Graph:
    """Collects the nodes and constants of a graph; knows the side and the channels of each value."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        # Everything is put into the one message: joined at the end, the weights would be copied three times.
        self._model: Any = helper.make_model(
            helper.make_graph([], "ssd-mobilenet-v2", [], []),
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
        )
        self._sides = {"picture": SIDE_PIXELS}
        self._channels = {"picture": 3}

    def channels(self, value: str) -> int:
        return self._channels[value]

    def add(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:  # noqa: ANN401  ONNX's own
        """Add a node; the name of what it gives."""
        nodes = self._model.graph.node
        output = output or f"value_{len(nodes)}"
        nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def constant(self, array: NDArray[Any]) -> str:
        constants = self._model.graph.initializer
        name = f"constant_{len(constants)}"
        constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def layer(self, value: str, name: str, *, stride: int = 1, is_bounded: bool = True) -> str:
        """A convolution with its normalization; bounded to 0 to 6."""
        kernel = self._weights[f"{name}/weights"].transpose(3, 2, 0, 1)
        return self._normal(value, name, kernel, stride, is_bounded=is_bounded)

    def depthwise(self, value: str, name: str, stride: int) -> str:
        """A convolution of each channel alone, with its normalization; bounded to 0 to 6."""
        kernel = self._weights[f"{name}/depthwise_weights"].transpose(2, 3, 0, 1)
        return self._normal(value, name, kernel, stride, groups=len(kernel))

    def sum(self, one: str, other: str) -> str:
        total = self.add("Add", one, other)
        self._sides[total], self._channels[total] = self._sides[one], self._channels[one]
        return total

    def head(self, value: str, name: str, numbers: int, chosen: Sequence[int] = ()) -> str:
        """Numbers for each box: shape (boxes, numbers), or those of them that are chosen."""
        kernel, bias = self._weights[f"{name}/weights"].transpose(3, 2, 0, 1), self._weights[f"{name}/biases"]
        if chosen:
            own = (np.arange(0, len(bias), numbers)[:, None] + np.array(chosen)).reshape(-1)
            kernel, bias, numbers = kernel[own], bias[own], len(chosen)
        given = self.add("Transpose", self._convolved(value, kernel, bias), perm=[0, 2, 3, 1])
        return self.add("Reshape", given, self.constant(np.array([-1, numbers], np.int64)))

    def _normal(
        self,
        value: str,
        name: str,
        kernel: NDArray[np.float32],
        stride: int,
        *,
        groups: int = 1,
        is_bounded: bool = True,
    ) -> str:
        gamma, beta, mean, variance = (
            self._weights[f"{name}/BatchNorm/{part}"] for part in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        scale = gamma / np.sqrt(variance + np.float32(NORMALIZATION_EPSILON))
        given = self._convolved(value, kernel * scale[:, None, None, None], beta - mean * scale, stride, groups)
        if not is_bounded:
            return given
        bounds = [self.constant(np.array(bound, np.float32)) for bound in (0, 6)]
        bounded = self.add("Clip", given, *bounds)
        self._sides[bounded], self._channels[bounded] = self._sides[given], self._channels[given]
        return bounded

    def _convolved(
        self, value: str, kernel: NDArray[np.float32], bias: NDArray[np.float32], stride: int = 1, groups: int = 1
    ) -> str:
        side, reach = self._sides[value], kernel.shape[2]
        result = ceil(side / stride)
        # As much is padded as the last place of the kernel reaches beyond the picture; the odd line comes after it.
        missing = max(0, (result - 1) * stride + reach - side)
        before, after = missing // 2, missing - missing // 2
        given = self.add(
            "Conv",
            value,
            self.constant(kernel),
            self.constant(bias),
            kernel_shape=[reach, reach],
            strides=[stride, stride],
            pads=[before, before, after, after],
            group=groups,
        )
        self._sides[given], self._channels[given] = result, len(kernel)
        return given

    def serialized(self, results: Mapping[str, int]) -> bytes:
        graph, picture = self._model.graph, [1, 3, SIDE_PIXELS, SIDE_PIXELS]
        graph.input.append(helper.make_tensor_value_info("picture", TensorProto.FLOAT, picture))
        for name, numbers in results.items():
            graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["boxes", numbers]))
        content: bytes = self._model.SerializeToString()
        return content
