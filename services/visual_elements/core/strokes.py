"""Strokes: steep steps of brightness along the rows, which writing is full of and which stay where a text stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP_CODES = 16
"""A step between neighbouring pixels (luma, 16 to 235) that is a stroke's edge; noise of coding stays below."""

CELL_PIXELS = 8
"""Side of the cells in which strokes are counted: about the height of the smallest text that can be read."""

WRITTEN_SHARE = 0.12
"""Of a cell's pixels: so many strokes make it look like writing."""

WORD_CELLS = 3
"""So many such cells in a row are a word."""

SAME_SHARE = 0.6
"""A text still stands when so many of its strokes are where they were; another text in its place keeps below 0.4."""

Place = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are outside."""


def strokes_of(luma: NDArray[np.uint8]) -> NDArray[np.int8]:
    """The strokes of a brightness plane.

    Args:
        luma: Shape (height, width).

    Returns:
        1 where it gets brighter to the right, -1 where darker, 0 where there is no stroke: shape (height, width - 1).
    """
    steps = luma[:, 1:].astype(np.int16) - luma[:, :-1]
    return (steps > STEP_CODES).astype(np.int8) - (steps < -STEP_CODES).astype(np.int8)


def lasting(now: NDArray[np.int8], before: NDArray[np.int8]) -> NDArray[np.int8]:
    """The strokes that stayed where they were: those of lettering, not those of what moves."""
    return np.where(now == before, now, np.int8(0))


def written_rows(strokes: NDArray[np.int8], *, unlike: NDArray[np.int8] | None = None) -> NDArray[np.bool_]:
    """In which rows of cells strokes look like writing, shape (height // 8,).

    Args:
        strokes: As `strokes_of` gives them.
        unlike: Of these, only such strokes count as are not in it.
    """
    marks = strokes != 0 if unlike is None else (strokes != 0) & (strokes != unlike)
    height, width = marks.shape
    rows, columns = height // CELL_PIXELS, width // CELL_PIXELS
    if rows == 0 or columns < WORD_CELLS:
        return np.zeros(rows, np.bool_)
    whole = marks[: rows * CELL_PIXELS, : columns * CELL_PIXELS].astype(np.float32)
    shares = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
    written = shares >= WRITTEN_SHARE
    return np.asarray((written[:, 2:] & written[:, 1:-1] & written[:, :-2]).any(axis=1))


def clip(strokes: NDArray[np.int8], place: Place) -> NDArray[np.int8]:
    """The strokes at a place."""
    left, top, right, bottom = place
    return strokes[top:bottom, left : max(left + 1, right - 1)]


def stands(reference: NDArray[np.int8], now: NDArray[np.int8]) -> bool:
    """Whether a text whose strokes were `reference` still stands at the same place now; shapes are equal."""
    marks = reference != 0
    count = int(marks.sum())
    return count > 0 and int((now[marks] == reference[marks]).sum()) >= SAME_SHARE * count
