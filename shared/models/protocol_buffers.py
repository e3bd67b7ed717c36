"""Reading protocol buffers without their schema: the numbers and values of a message's fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE_LENGTH, EIGHT_BYTES, DELIMITED, FOUR_BYTES = 0, 1, 2, 5
"""How a field is written."""


def fields(message: bytes | memoryview) -> Iterator[tuple[int, Any]]:
    """Numbers and values of a message's fields: ints of variable length, all others as they lie in the message.

    Raises:
        ValueError: A field is written in an unknown form.
    """
    position = 0
    while position < len(message):
        tag, position = varint(message, position)
        form = tag & 7
        if form == VARIABLE_LENGTH:
            value, position = varint(message, position)
            yield tag >> 3, value
            continue
        length = {EIGHT_BYTES: 8, FOUR_BYTES: 4}.get(form)
        if form == DELIMITED:
            length, position = varint(message, position)
        if length is None:
            raise ValueError("a protocol buffer with a field of unknown form")
        yield tag >> 3, message[position : position + length]
        position += length


def varint(message: bytes | memoryview, position: int) -> tuple[int, int]:
    """A number of seven bits a byte, least first, and where it ends."""
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004  the bit that says more follows
            return value, position
