"""What the times of the frames say: the rate, whether it varies, how long each frame is shown."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUNDING_SECONDS = 0.0015
"""Some containers round times to the millisecond; distances that differ by less are the same."""
VARYING_SHARE = 0.01
"""With more than this share of unusual distances the rate is variable; fewer are dropped frames."""
GUESSED_DURATION = Fraction(1, 25)
LONGEST_GUESS_SECONDS = 1


def mean_frame_rate(times_seconds: NDArray[np.float64], duration_seconds: float) -> float:
    """Frames per second over the whole duration; 0 without a duration."""
    return float(times_seconds.size / duration_seconds) if duration_seconds > 0 else 0.0


def is_variable(times_seconds: NDArray[np.float64]) -> bool:
    """Whether the distances between frames differ by more than containers' rounding."""
    if times_seconds.size < 3:  # noqa: PLR2004  two distances are the least that can differ
        return False
    distances = np.diff(times_seconds)
    unusual = np.abs(distances - np.median(distances)) > ROUNDING_SECONDS
    # A file of few frames needs only one of them to stand out.
    return bool(unusual.sum() > VARYING_SHARE * distances.size)


def last_frame_duration(
    declared_seconds: Fraction, distance_before: Fraction | None, frame_rate: Fraction | None
) -> Fraction:
    """How long the last frame is shown, in seconds: as declared, else as the one before, else by the nominal rate.

    Args:
        declared_seconds: What the decoder says; 0 when it does not.
        distance_before: From the frame before to the last; None when there is only one frame.
        frame_rate: Nominal frames per second; None when unknown.
    """
    if declared_seconds > 0:
        return declared_seconds
    if distance_before is not None and 0 < distance_before <= LONGEST_GUESS_SECONDS:
        return distance_before
    if frame_rate is not None and frame_rate >= LONGEST_GUESS_SECONDS:
        return 1 / frame_rate
    return GUESSED_DURATION


class FrameClock:
    """Gives frames times that rise from 0, whatever their timestamps do."""

    def __init__(self, time_base: Fraction, frame_rate: Fraction | None) -> None:
        self._time_base = time_base
        self._step = max(1, round(1 / (frame_rate * time_base))) if frame_rate else 1
        self._offset = 0
        self._last: int | None = None
        self.origin_ticks: int | None = None
        self.dropped_frames = 0
        self.jumps = 0

    def tick(self, timestamp: int | None) -> int | None:
        """The time of the next frame in ticks since the first; None when the frame belongs to no later instant.

        A frame without a timestamp follows the one before by the nominal distance. A step back of more than a second
        is a splice: time goes on from there. A smaller one is a frame that came too late, and is left out.
        """
        if self.origin_ticks is None or self._last is None:
            self.origin_ticks = timestamp or 0
            self._last = 0
            return 0
        ticks = self._last + self._step
        if timestamp is not None:
            ticks = timestamp - self.origin_ticks + self._offset
        if ticks <= self._last:
            if (self._last - ticks) * self._time_base <= 1:
                self.dropped_frames += 1
                return None
            self.jumps += 1
            self._offset += self._last + self._step - ticks
            ticks = self._last + self._step
        self._last = ticks
        return ticks
