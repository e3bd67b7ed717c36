"""Reading the weights out of a frozen TensorFlow graph, without TensorFlow.

The file is one protocol buffer (tensorflow/core/framework/graph.proto): a list of nodes, of which those of the kind
`Const` hold a tensor each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.models.protocol_buffers import fields

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

NODE, NODE_NAME, NODE_KIND, NODE_ATTRIBUTE = 1, 1, 2, 5
ATTRIBUTE_NAME, ATTRIBUTE_VALUE, VALUE_TENSOR = 1, 2, 8
TENSOR_TYPE, TENSOR_SHAPE, TENSOR_CONTENT = 1, 2, 4
SHAPE_DIMENSION, DIMENSION_LENGTH = 2, 1
"""The numbers of the fields."""

FLOAT32 = 1


def read_constants(path: Path) -> dict[str, NDArray[np.float32]]:
    """Every constant of single precision that is stored in full, by its name; views of the file's content."""
    constants: dict[str, NDArray[np.float32]] = {}
    for field, node in fields(memoryview(path.read_bytes())):
        if field != NODE:
            continue
        name, kind, tensor = _node(node)
        if kind == "Const" and tensor is not None and (numbers := _numbers(tensor)) is not None:
            constants[name] = numbers
    return constants


def _node(node: memoryview) -> tuple[str, str, memoryview | None]:
    """Name, kind and the tensor that the attribute `value` holds."""
    name = kind = ""
    tensor = None
    for field, value in fields(node):
        if field == NODE_NAME:
            name = str(value, "utf-8")
        elif field == NODE_KIND:
            kind = str(value, "utf-8")
        elif field == NODE_ATTRIBUTE:
            attribute = dict(fields(value))
            if attribute[ATTRIBUTE_NAME] == b"value":
                tensor = dict(fields(attribute[ATTRIBUTE_VALUE])).get(VALUE_TENSOR)
    return name, kind, tensor


def _numbers(tensor: memoryview) -> NDArray[np.float32] | None:
    """None for other types than float32 and for tensors that are no list of bytes."""
    known = dict(fields(tensor))
    if known.get(TENSOR_TYPE) != FLOAT32 or TENSOR_CONTENT not in known:
        return None
    dimensions = [size for field, size in fields(known[TENSOR_SHAPE]) if field == SHAPE_DIMENSION]
    shape = [dict(fields(size)).get(DIMENSION_LENGTH, 0) for size in dimensions]
    return np.frombuffer(known[TENSOR_CONTENT], "<f4").reshape(shape)
