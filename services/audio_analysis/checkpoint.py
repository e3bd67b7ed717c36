"""Reading the weights out of a TensorFlow checkpoint (version 2), without TensorFlow.

The `.index` file is a sorted string table in LevelDB's format: blocks of key and value, found by an index block that a
footer points to. A key is a variable's name, its value a protocol buffer that says where in the `.data` file the
numbers lie (tensorflow/core/protobuf/tensor_bundle.proto).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOOTER_BYTES = 48
MAGIC = 0xDB4775248B80FB57
"""The last eight bytes of every such table."""

VARIABLE_LENGTH, EIGHT_BYTES, DELIMITED, FOUR_BYTES = 0, 1, 2, 5
"""How a protocol buffer writes a field."""

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
        _, position = _varint(footer, position)
    variables: dict[str, NDArray[np.float32]] = {}
    for _, handle in _entries(table, *_handle(footer, position)):
        for name, entry in _entries(table, *_handle(handle, 0)):
            fields = dict(_fields(entry))
            if name and fields.get(TYPE_FIELD) == FLOAT32:
                shape = [dict(_fields(size)).get(LENGTH_FIELD, 0) for size in _dimensions(fields[SHAPE_FIELD])]
                offset = fields.get(OFFSET_FIELD, 0)
                stored = numbers[offset : offset + fields[SIZE_FIELD]]
                variables[name.decode()] = np.frombuffer(stored, "<f4").reshape(shape)
    return variables


def _varint(text: bytes, position: int) -> tuple[int, int]:
    """A number of seven bits a byte, least first, and where it ends."""
    value = shift = 0
    while True:
        byte = text[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004  the bit that says more follows
            return value, position


def _handle(text: bytes, position: int) -> tuple[int, int]:
    """Offset and size of a block."""
    offset, position = _varint(text, position)
    size, _ = _varint(text, position)
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
        shared, position = _varint(block, position)
        own, position = _varint(block, position)
        length, position = _varint(block, position)
        key = key[:shared] + block[position : position + own]
        position += own
        yield key, block[position : position + length]
        position += length


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """Numbers and values of a protocol buffer's fields."""
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        form = tag & 7
        value: int | bytes
        if form == VARIABLE_LENGTH:
            value, position = _varint(message, position)
        else:
            length = {EIGHT_BYTES: 8, FOUR_BYTES: 4}.get(form)
            if form == DELIMITED:
                length, position = _varint(message, position)
            if length is None:
                raise ValueError("a protocol buffer with a field of unknown form")
            value = message[position : position + length]
            position += length
        yield tag >> 3, value


def _dimensions(shape: bytes) -> list[bytes]:
    return [value for field, value in _fields(shape) if field == DIMENSION_FIELD]
