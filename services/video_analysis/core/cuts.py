"""Cuts: the picture changes from one frame to the next, much more than around, and what was before does not return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from services.video_analysis.core.boundary import Boundary, Candidate
from services.video_analysis.core.layout import changed_share, layouts, same_structure, square_distances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from services.video_analysis.core.measuring import Look, Measures

LEAST_CHANGE = 8.0
"""Mean change of a small picture's pixels (0 to 255) below which nothing is a cut."""

AROUND_SECONDS = 0.25
"""A cut is compared with the changes so far to both sides."""

STANDS_OUT = 2.2
"""How many times the typical change around it a cut is: whip pans and strobes change as much in every frame."""

STRONG_CHANGE = 24.0
STANDS_ALONE = 1.6
"""Changes weaker than the first must be so many times the largest other one around them: something that moves past
makes several of a kind."""

REPEATED_CHANGE = 0.5
"""A frame that changes less repeats the one before (a slower film inside a faster one) and says nothing."""

NEAREST_SECONDS = 0.1
"""Of changes as close as this only the largest is a cut."""

CLEARLY_STANDS_OUT = 2.0
"""A cut that is not so many times the third largest change around it is doubtful: the camera may have swung."""

STANDS_OUT_ON_ONE_SIDE = 1.15
"""Before a cut out of (or into) fast movement, one side changes nearly as much; then the cut is doubtful, and must at
least be so many times the largest change around."""

LEAST_CHANGED_SHARE, SURE_CHANGED_SHARE = 0.35, 0.65
"""A cut changes all of the picture: with less than the first share of it nothing is one, with the second it is sure."""

RETURN_SECONDS = 0.3
"""What is back after a flash, or between the flashes of a strobe, is back within this time."""

RETURN_SHARE = 0.45
"""Pictures on both sides that differ by less than this share of the change are the same picture."""


def find_cuts(measures: Measures, look: Look) -> list[Candidate]:
    """The cuts in order, each at the time of the new shot's first frame."""
    times, change = measures.times, measures.change
    found = []
    for frame in np.flatnonzero(change >= LEAST_CHANGE):
        if not _is_largest(times, change, int(frame)):
            continue
        first, end = np.searchsorted(times, (times[frame] - AROUND_SECONDS, times[frame] + AROUND_SECONDS))
        before, after = change[max(1, first) : frame], change[frame + 1 : end + 1]
        largest = max(float(before.max(initial=0.0)), float(after.max(initial=0.0)))
        typical = _typical(np.r_[before, after])
        calmer = min(_typical(before), _typical(after))
        is_alone = change[frame] >= min(STRONG_CHANGE, STANDS_ALONE * largest)
        if change[frame] >= STANDS_OUT * typical and is_alone:
            is_clear = bool(change[frame] >= CLEARLY_STANDS_OUT * _third(np.r_[before, after]))
        elif change[frame] >= max(STRONG_CHANGE, STANDS_OUT * calmer, STANDS_OUT_ON_ONE_SIDE * largest):
            is_clear = False
        else:
            continue
        distance, share = _lasting_change(times, look, int(frame))
        if share >= LEAST_CHANGED_SHARE:
            excess = float(change[frame] - typical)
            boundary = Boundary(
                "cut", float(times[frame]), float(times[frame]), round(excess / (excess + LEAST_CHANGE), 3)
            )
            found.append(Candidate(boundary, distance, is_clear and share >= SURE_CHANGED_SHARE))
    return found


def _typical(changes: NDArray[np.float64]) -> float:
    moving = changes[changes >= REPEATED_CHANGE]
    return float(np.median(moving)) if moving.size else 0.0


def _third(changes: NDArray[np.float64]) -> float:
    """The third largest; 0 where there are fewer."""
    return float(np.sort(changes)[-3]) if changes.size > 2 else 0.0  # noqa: PLR2004  three


def _is_largest(times: NDArray[np.float64], change: NDArray[np.float64], frame: int) -> bool:
    first, end = np.searchsorted(times, (times[frame] - NEAREST_SECONDS, times[frame] + NEAREST_SECONDS))
    return int(np.argmax(change[first:end])) + int(first) == frame


def _lasting_change(times: NDArray[np.float64], look: Look, frame: int) -> tuple[float, float]:
    """How far and in which share a picture differs from the one before; 0 where what was before returns."""
    first = min(int(np.searchsorted(times, times[frame] - RETURN_SECONDS)), frame - 1)
    end = max(int(np.searchsorted(times, times[frame] + RETURN_SECONDS)), frame + 1)
    seen = layouts(look(first, end))
    before, after = seen[: frame - first], seen[frame - first :]
    distances = square_distances(before, after)
    if distances.min() <= RETURN_SHARE**2 * distances[-1, 0] or same_structure(before[-1], after[0]):
        return 0.0, 0.0
    return float(np.sqrt(distances[-1, 0])), changed_share(before[-1], after[0])
