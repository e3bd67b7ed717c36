"""The one picture that stands for a shot: sharp, typical, still."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOOK_SECONDS = 0.2
"""Sharpness is measured so often: the shortest shot is as long."""

HALF_SPEED = 0.1
"""Frame widths per second at which a picture is half as good as a still one."""


class SharpnessMeter:
    """Takes in luma planes one by one, in the order of time, and measures some of them."""

    def __init__(self) -> None:
        self._last_seconds = -np.inf
        self.frames: list[int] = []
        self.sharpness: list[float] = []

    def wants(self, time_seconds: float) -> bool:
        """Whether the frame that begins then is to be measured."""
        return time_seconds - self._last_seconds >= LOOK_SECONDS - 1e-6

    def add(self, frame: int, time_seconds: float, luma: NDArray[np.uint8]) -> None:
        """Measure the variance of the Laplacian of a luma plane of shape (height, width), at half its size."""
        height, width = luma.shape[0] // 2, luma.shape[1] // 2
        half = cv2.resize(luma[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA)
        _, deviation = cv2.meanStdDev(cv2.Laplacian(half, cv2.CV_16S))
        self._last_seconds = time_seconds
        self.frames.append(frame)
        self.sharpness.append(float(deviation[0, 0]))


def choose_key(sharpness: NDArray[np.floating], small: NDArray[np.uint8], speeds: NDArray[np.floating]) -> int:
    """The place of the best of n candidates; the earliest of equals.

    Args:
        sharpness: Of each, shape (n,).
        small: Small pictures of them, shape (n, height, width, 3).
        speeds: In frame widths per second, shape (n,).
    """
    distance = np.abs(small - small.mean(axis=0)).mean(axis=(1, 2, 3))
    typical = 1 - distance / max(1e-9, float(distance.max()))
    focus = sharpness / max(1e-9, float(sharpness.max()))
    still = HALF_SPEED / (HALF_SPEED + speeds)
    return int(np.argmax(np.round(focus + typical + still, 6)))
