"""Cuts: the picture changes from one frame to the next, much more than around, and what was before does not return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from services.video_analysis.core.boundary import Boundary
from services.video_analysis.core.layout import layouts, square_distances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from services.video_analysis.core.measuring import Look, Measures

LEAST_CHANGE = 8.0
"""Mean change of a small picture's pixels (0 to 255) below which nothing is a cut."""

AROUND_SECONDS = 0.25
"""A cut is compared with the changes so far to both sides."""

STANDS_OUT = 2.2
"""How many times the typical change around it a cut is: whip pans and strobes change as much in every frame."""

REPEATED_CHANGE = 0.5
"""A frame that changes less repeats the one before (a slower film inside a faster one) and says nothing."""

NEAREST_SECONDS = 0.1
"""Of changes as close as this only the largest is a cut."""

RETURN_SECONDS = 0.3
"""What is back after a flash, or between the flashes of a strobe, is back within this time."""

RETURN_SHARE = 0.45
"""Pictures on both sides that differ by less than this share of the change are the same picture."""


def find_cuts(measures: Measures, look: Look) -> list[Boundary]:
    """The cuts in order, each at the time of the new shot's first frame."""
    times, change = measures.times, measures.change
    found = []
    for frame in np.flatnonzero(change >= LEAST_CHANGE):
        first, end = np.searchsorted(times, (times[frame] - AROUND_SECONDS, times[frame] + AROUND_SECONDS))
        typical = _typical(np.r_[change[max(1, first) : frame], change[frame + 1 : end + 1]])
        if change[frame] < STANDS_OUT * typical or not _is_largest(times, change, int(frame)):
            continue
        if _differs_for_good(times, look, int(frame)):
            excess = float(change[frame] - typical)
            score = round(excess / (excess + LEAST_CHANGE), 3)
            found.append(Boundary("cut", float(times[frame]), float(times[frame]), score))
    return found


def _typical(changes: NDArray[np.float64]) -> float:
    moving = changes[changes >= REPEATED_CHANGE]
    return float(np.median(moving)) if moving.size else 0.0


def _is_largest(times: NDArray[np.float64], change: NDArray[np.float64], frame: int) -> bool:
    first, end = np.searchsorted(times, (times[frame] - NEAREST_SECONDS, times[frame] + NEAREST_SECONDS))
    return int(np.argmax(change[first:end])) + first == frame


def _differs_for_good(times: NDArray[np.float64], look: Look, frame: int) -> bool:
    """Whether no picture shortly after is one that was there shortly before."""
    first = int(np.searchsorted(times, times[frame] - RETURN_SECONDS))
    end = int(np.searchsorted(times, times[frame] + RETURN_SECONDS))
    seen = layouts(look(first, end))
    distances = square_distances(seen[: frame - first], seen[frame - first :])
    across = distances[-1, 0]
    return bool(distances.min() > RETURN_SHARE**2 * across)
