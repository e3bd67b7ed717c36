"""Recalling what was read from an equal picture of a line, so that a text that stands twice or returns is read once."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEIGHT_PIXELS = 24
"""Lines are compared at this height."""

WIDTH_TOLERANCE = 0.04
"""Equal texts differ in their measured width by less."""

ALIKE = 0.9
"""The least correlation, in every piece, of two pictures of the same text; with one digit changed it is below 0.8."""

PIECE_PIXELS, STEP_PIXELS = 9, 5
"""Pieces are narrower than a character and overlap."""

PLAIN_DEVIATION = 6.0
"""A piece with less contrast (of 255) says nothing."""

KEPT = 64
"""So many lines are remembered."""


SLACK_PIXELS = 3
"""A line is cut out of its picture no more exactly: pieces are compared where the whole fits best."""


@dataclass(frozen=True)
class Reading:
    """What was read from the picture of a line, and how sure, 0 to 1."""

    text: str
    confidence: float


@dataclass(eq=False)
class Remembered:
    """A line that was seen before, or is new and still to be read."""

    picture: NDArray[np.uint8]
    reading: Reading | None = None


class Recall:
    """The last lines seen, by their pictures."""

    def __init__(self) -> None:
        self._kept: deque[Remembered] = deque(maxlen=KEPT)

    def find(self, line: NDArray[np.uint8]) -> Remembered:
        """The line that is alike, or a new one that is kept from now on; `line` is of shape (height, width, 3)."""
        picture = _normal(line)
        for remembered in reversed(self._kept):
            if _alike(picture, remembered.picture):
                return remembered
        new = Remembered(picture)
        self._kept.append(new)
        return new


def _normal(line: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = line.shape[:2]
    size = (max(HEIGHT_PIXELS, round(width * HEIGHT_PIXELS / height)), HEIGHT_PIXELS)
    grey = cv2.cvtColor(line, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _alike(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> bool:
    if abs(left.shape[1] - right.shape[1]) > WIDTH_TOLERANCE * left.shape[1] + SLACK_PIXELS:
        return False
    right = np.asarray(cv2.resize(right, (left.shape[1], HEIGHT_PIXELS)), np.uint8)
    core = left[SLACK_PIXELS:-SLACK_PIXELS, SLACK_PIXELS:-SLACK_PIXELS]
    fits = cv2.matchTemplate(right, core, cv2.TM_CCOEFF_NORMED)
    if float(fits.max()) < ALIKE:
        return False
    row, column = divmod(int(fits.argmax()), fits.shape[1])
    placed = right[row : row + core.shape[0], column : column + core.shape[1]]
    starts = range(0, max(1, core.shape[1] - PIECE_PIXELS + 1), STEP_PIXELS)
    one, other = core.astype(np.float64), placed.astype(np.float64)
    return all(
        _is_same_piece(one[:, start : start + PIECE_PIXELS], other[:, start : start + PIECE_PIXELS]) for start in starts
    )


def _is_same_piece(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    deviations = float(one.std()), float(other.std())
    if max(deviations) < PLAIN_DEVIATION:
        return True
    if min(deviations) < PLAIN_DEVIATION / 2:
        return False
    correlation = float(((one - one.mean()) * (other - other.mean())).mean()) / (deviations[0] * deviations[1])
    return correlation >= ALIKE
