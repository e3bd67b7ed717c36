"""How far the picture moves from frame to frame, however strong its contrast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LONGER_SIDE_PIXELS = 240
"""Pictures are halved until their longer side is below this: 480 gives 120, where flow is cheap and exact enough."""

SHORTER_SIDE_PIXELS = 16
"""Flow compares patches of 8 by 8 pixels; in a picture with fewer than two of them nothing can be seen to move."""

SHORTEST_STEP_SECONDS = 1 / 20 - 1e-4
"""Closer frames are passed over: the longer step shows slow moves more exactly and costs less."""

TEXTURE_CODES = 3
"""Luma codes per pixel, across and down together, from which a place is textured; grain stays below."""

LEAST_TEXTURED_SHARE = 0.005
"""In a picture with less texture nothing can be seen to move."""

SOBEL_SUM = 8
"""cv2.spatialGradient gives this many times the difference of neighbouring pixels."""


class MotionMeter:
    """Takes in the luma planes one by one, in the order of time, all of one size; keeps two numbers of each.

    The flow is found by dense inverse search (Kroeger, Timofte, Dai and Van Gool, 2016), whose patches are compared
    without their mean, so that flicker is no motion.
    """

    def __init__(self) -> None:
        self._flow: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._times: list[float] = []
        self._measured: list[int] = []
        self._speeds: list[float] = []
        self._before: NDArray[np.uint8] | None = None

    @property
    def time_seconds(self) -> NDArray[np.float64]:
        """When each frame begins, shape (n,)."""
        return np.array(self._times)

    def add(self, time_seconds: float, luma: NDArray[np.uint8]) -> None:
        """Measure one picture.

        Args:
            time_seconds: When it begins.
            luma: Shape (height, width).
        """
        index = len(self._times)
        self._times.append(time_seconds)
        step_seconds = time_seconds - self._times[self._measured[-1]] if self._measured else 0.0
        if self._before is not None and step_seconds < SHORTEST_STEP_SECONDS:
            return
        small = _small(luma)
        shift_pixels = 0.0 if self._before is None else self._shift_pixels(self._before, small)
        self._measured.append(index)
        self._speeds.append(shift_pixels / small.shape[1] / step_seconds if step_seconds else 0.0)
        self._before = small

    def _shift_pixels(self, before: NDArray[np.uint8], now: NDArray[np.uint8]) -> float:
        """The mean shift of what is textured."""
        if min(now.shape) < SHORTER_SIDE_PIXELS:
            return 0.0
        across, down = cv2.spatialGradient(now)
        textured = (np.abs(across) + np.abs(down) >= TEXTURE_CODES * SOBEL_SUM).view(np.uint8)
        if cv2.countNonZero(textured) < LEAST_TEXTURED_SHARE * textured.size:
            return 0.0
        flow = self._flow.calc(before, now, None)
        return cv2.mean(cv2.magnitude(flow[..., 0], flow[..., 1]), textured)[0]

    def speeds(self, starts: Sequence[int], doubtful: Sequence[tuple[int, int]] = ()) -> NDArray[np.float32]:
        """The speed of every frame in frame widths per second, shape (n,).

        What was measured across a cut is no motion: such a frame has the next speed of its own shot, else the one
        before; 0 in a shot in which nothing was measured.

        Args:
            starts: The first frame of every shot, ascending, 0 the first.
            doubtful: First frame and end of what is not to be believed either: gradual transitions.
        """
        count = len(self._times)
        speeds = np.full(count, np.nan, np.float32)
        cuts = np.array(starts)
        for before, now, speed in zip(self._measured, self._measured[1:], self._speeds[1:], strict=False):
            if np.searchsorted(cuts, before, "right") == np.searchsorted(cuts, now, "right"):
                speeds[before + 1 : now + 1] = speed
        for first, end in doubtful:
            speeds[first:end] = np.nan
        for first, end in zip(starts, [*starts[1:], count], strict=True):
            speeds[first:end] = _without_gaps(speeds[first:end])
        return speeds


def _without_gaps(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each missing value is the next known one, at the end the last known one; zeros where none is known."""
    known = np.flatnonzero(~np.isnan(values))
    if not known.size:
        return np.zeros_like(values)
    following = np.searchsorted(known, np.arange(values.size))
    return values[known[np.minimum(following, known.size - 1)]]


def _small(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    small: Any = luma
    while max(small.shape) >= LONGER_SIDE_PIXELS and min(small.shape) >= 2 * SHORTER_SIDE_PIXELS:
        height, width = small.shape[0] // 2, small.shape[1] // 2
        # Whole blocks of four pixels are averaged several times faster than what does not come out even.
        small = cv2.resize(small[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA)
    return np.array(small)
