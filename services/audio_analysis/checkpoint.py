"""Reading the weights out of a TensorFlow checkpoint (version 2), without TensorFlow.

The `.index` file is a sorted string table in LevelDB's format: blocks of key and value, found by an index block that a
footer points to. A key is a variable's name, its value a protocol buffer that says where in the `.data` file the
numbers lie (tensorflow/core/protobuf/tensor_bundle.proto).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.models.protocol_buffers import fields, varint

FOOTER_BYTES = 48
MAGIC = 0xDB4775248B80FB57
"""The last eight bytes of every such table."""

FLOAT32 = 1
TYPE_FIELD, SHAPE_FIELD, OFFSET_FIELD, SIZE_FIELD = 1, 2, 4, 5
"""Of an entry of the table."""

DIMENSION_FIELD, LENGTH_FIELD = 2, 1
"""Of a shape, and of a dimension in it."""


def read_checkpoint(index: Path, data: Path) -> dict[str, NDArray[np.float32]]:
    """Every variable of single precision by its name.

    Raises:
        ValueError: The index is no such table, or is compressed.
    """
    table, numbers = index.read_bytes(), data.read_bytes()
    if len(table) < FOOTER_BYTES or struct.unpack("<Q", table[-8:])[0] != MAGIC:
        raise ValueError(f"{index.name} is no index of a checkpoint")
    footer = table[-FOOTER_BYTES:]
    position = 0
    for _ in range(2):  # where the table's own remarks lie
        _, position = varint(footer, position)
    variables: dict[str, NDArray[np.float32]] = {}
    for _, handle in _entries(table, *_handle(footer, position)):
        for name, entry in _entries(table, *_handle(handle, 0)):
            known = dict(fields(entry))
            if name and known.get(TYPE_FIELD) == FLOAT32:
                shape = [dict(fields(size)).get(LENGTH_FIELD, 0) for size in _dimensions(known[SHAPE_FIELD])]
                offset = known.get(OFFSET_FIELD, 0)
                stored = numbers[offset : offset + known[SIZE_FIELD]]
                variables[name.decode()] = np.frombuffer(stored, "<f4").reshape(shape)
    return variables


def _handle(text: bytes, position: int) -> tuple[int, int]:
    """Offset and size of a block."""
    offset, position = varint(text, position)
    size, _ = varint(text, position)
    return offset, size


def _entries(table: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of a block; a key is written as what it does not share with the one before."""
    if table[offset + size] != 0:
        raise ValueError("a block of the index is compressed")
    block = table[offset : offset + size]
    restarts = struct.unpack("<I", block[-4:])[0]
    end = len(block) - 4 - 4 * restarts
    position, key = 0, b""
    while position < end:
        shared, position = varint(block, position)
        own, position = varint(block, position)
        length, position = varint(block, position)
        key = key[:shared] + block[position : position + own]
        position += own
        yield key, block[position : position + length]
        position += length


def _dimensions(shape: bytes) -> list[bytes]:
    return [value for field, value in fields(shape) if field == DIMENSION_FIELD]
