"""One pass over the pictures: a few numbers and a small picture of each, which is all that finding shots needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from statistics import fmean
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from fractions import Fraction

Picture = NDArray[np.uint8]
"""Shape (27, 48, 3), blue green red, 0 to 255: a frame averaged over areas."""

Small = NDArray[np.uint8]
"""Shape (27, 48, 3), red green blue, 0 to 255; several of them: shape (n, 27, 48, 3)."""

Look = Callable[[int, int], Small]
"""Gives the small pictures of the frames from the first number up to, without, the second."""

SMALL_WIDTH, SMALL_HEIGHT = 48, 27
"""What TransNetV2 was trained on; the rules find enough in it too, and small motion vanishes."""


@dataclass(frozen=True)
class Measures:
    """What is known of n frames.

    Attributes:
        times: Seconds, float64, shape (n,).
        change: Mean absolute difference of the small picture to the one before, 0 to 255, shape (n,); 0 for the first.
        luma: Mean brightness of the small picture, 0 to 255, shape (n,).
        contrast: Standard deviation of its pixels from its mean colour, 0 to about 128, shape (n,).
    """

    times: NDArray[np.float64]
    change: NDArray[np.float64]
    luma: NDArray[np.float64]
    contrast: NDArray[np.float64]


class Measurer:
    """Takes in the pictures one by one, in the order of time, memory: four numbers a frame."""

    def __init__(self) -> None:
        self._rows: list[tuple[float, float, float, float]] = []
        self._before: Small | None = None

    def add(self, time: Fraction | float, picture: Picture) -> Small:
        """Measure one picture; whoever feeds the measurer keeps the small picture it returns for `find_shots`."""
        small = np.ascontiguousarray(picture[..., ::-1])
        change = 0.0 if self._before is None else cv2.norm(small, self._before, cv2.NORM_L1) / small.size
        mean, deviation = (channels.ravel().tolist() for channels in cv2.meanStdDev(small))
        self._rows.append((float(time), change, fmean(mean), sqrt(fmean(one * one for one in deviation))))
        self._before = small
        return small

    def measures(self) -> Measures:
        """All that was measured."""
        columns = np.array(self._rows, np.float64).reshape(-1, 4).T.copy()
        return Measures(times=columns[0], change=columns[1], luma=columns[2], contrast=columns[3])
