"""What a span is: the best way to explain its pictures, and whether that is good enough to be a transition."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from services.video_analysis.core.boundary import Boundary, Candidate
from services.video_analysis.core.composites import Explanation, explanations, reduced
from services.video_analysis.core.fades import PLAIN_CONTRAST
from services.video_analysis.core.layout import changed_share, layouts, same_structure, square_distances
from services.video_analysis.core.passages import passage
from services.video_analysis.core.proposals import BESIDE_SECONDS, LARGEST_STEP, LARGEST_STEP_BACK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from services.video_analysis.core.measuring import Look, Measures, Small

MARGIN_SHARE, MARGIN_SECONDS = 0.12, 0.04
"""A span is looked at with so much before and after it."""

INSIDE = 11
"""Pictures looked at inside a span."""

SURE_GAIN = {"dissolve": 0.72, "wipe": 0.6, "slide": 0.74, "zoom": 0.62}
"""How much better than by the nearer of its ends a span must be explained."""

LEAST_GAIN = {"dissolve": 0.5, "wipe": 0.5, "slide": 0.53, "zoom": 0.62}
CLEAR_GAIN = {"dissolve": 30.0, "wipe": 40.0, "slide": 40.0, "zoom": 40.0}
"""A lower gain will do where it is one of much: gain times the distance of the ends (0 to 255)."""

SURE_ERROR = {"dissolve": 0.2, "wipe": 0.45, "slide": 0.75, "zoom": 0.33}
LARGEST_ERROR = SURE_ERROR | {"dissolve": 0.45}
"""What may remain unexplained, as a share of what is between the ends; above the first a dissolve is doubtful."""

LEAST_UNSHIFTED_SHARE = 0.4
"""Of what changes from picture to picture a shift explains the rest when the camera swings; of dissolves and zooms
so much is no shift."""

LEAST_PASSED_SHARE = 0.6
"""So much of all change must lie where an edge passes."""

LEAST_CHANGED_SHARE, SURE_CHANGED_SHARE = 0.35, 0.65
"""With less than the first share of the picture changed a span is one shot, with the second it surely is not."""

EDGE_PROGRESS = (0.3, 0.7)
"""The first picture inside is less far, the last one further."""

TRIES = 3
"""So often a span is moved to where its progress leads."""

LONGEST_SECONDS = 4.0
"""No transition is slower."""

MOVED_ROWS, MOVED_COLUMNS = 3, 5
"""So far a picture of 13 by 24 pixels may have moved within one shot."""

MOVED_SHARE = 0.5
MOVED_CORRELATION = 0.9
"""Moved back, it differs by less than this share, or correlates so well."""

FADED_SHARE = 0.2
"""A picture with less than this share of the other's contrast is faded."""

SWING_SECONDS = 0.6
"""Longer than a camera takes to swing to something else."""

BURST = 1.6
"""In a slide the picture changes so many times as fast as beside it."""

SLOPE_PROGRESS = (0.1, 0.9)
"""Begin and end are reckoned from the instants of this progress: the very ends drown in movement."""


@dataclass(frozen=True)
class _Span:
    """A span with the n pictures that are looked at, its ends included.

    Attributes:
        frames: Their numbers, shape (n,).
        small: Shape (n, 27, 48, 3).
        pictures: The same at half their size, shape (n, 13, 24, 3).
        best: What explains them best.
    """

    start: float
    end: float
    frames: NDArray[np.int64]
    small: Small
    pictures: NDArray[np.float32]
    best: Explanation


def explained(start: float, end: float, measures: Measures, look: Look) -> Candidate | None:
    """The span's transition by the best explanation; None where there is none good enough."""
    span = _moved_to_its_place(start, end, measures.times, look)
    contrasts = measures.contrast[span.frames]
    best, is_good = span.best, _is_good(span.best)
    passed = _passed(span.pictures) if best.kind == "wipe" or not is_good else None
    if passed is not None and not is_good:
        best, is_good = passed, _is_good(passed)
    if not is_good or _is_camera(best, span, measures) or (passed is None and _is_light(contrasts)):
        return None
    ends = layouts(span.small[[0, -1]])
    distance = float(np.sqrt(square_distances(ends[:1], ends[1:])[0, 0]))
    share = 0.0 if same_structure(ends[0], ends[1]) else changed_share(ends[0], ends[1])
    is_strong = best.gain >= SURE_GAIN[best.kind] or best.gain * distance >= CLEAR_GAIN[best.kind]
    is_explained = passed is not None or (is_strong and best.error <= SURE_ERROR[best.kind])
    # TransNetV2, which is asked in doubt, knows only cuts and dissolves.
    is_mixed = best.kind == "dissolve" and _dips(contrasts)
    if share < (SURE_CHANGED_SHARE if best.error > SURE_ERROR[best.kind] else LEAST_CHANGED_SHARE):
        return None
    if not (is_explained or is_mixed):
        return None
    # Between frames nothing is known: the times of those looked at count, not the places asked for.
    boundary = _placed(best, measures.times[span.frames])
    if _is_one_picture(boundary, measures.times[span.frames], span.small):
        return None
    return Candidate(boundary, distance, share >= SURE_CHANGED_SHARE and is_explained)


def _moved_to_its_place(start: float, end: float, times: NDArray[np.float64], look: Look) -> _Span:
    """The span; where only a part of a transition is in it, it is moved to where its progress leads."""
    for attempt in range(TRIES):
        margin = MARGIN_SHARE * (end - start) + MARGIN_SECONDS
        places = np.linspace(start - margin, end + margin, INSIDE + 2)
        frames = np.clip(np.searchsorted(times, places + 1e-6, side="right") - 1, 0, times.size - 1)
        first = int(frames[0])
        small = look(first, int(frames[-1]) + 1)[frames - first]
        pictures = reduced(small)
        best = explanations(pictures[0], pictures[-1], pictures[1:-1])[0]
        slope, origin = np.polyfit(times[frames[1:-1]], best.progress, 1)
        is_settled = best.gain < LEAST_GAIN[best.kind] or _is_whole(best) or slope * LONGEST_SECONDS < 1
        if is_settled or attempt == TRIES - 1:
            break
        start, end = -origin / slope, (1 - origin) / slope
    return _Span(start, end, frames, small, pictures, best)


def _is_camera(best: Explanation, span: _Span, measures: Measures) -> bool:
    """Whether what seems a transition is the same view from a camera that moves."""
    if best.kind == "wipe":
        return False
    is_shift = _unshifted_share(span.pictures) < LEAST_UNSHIFTED_SHARE
    if best.kind == "slide":
        may_be_swing = is_shift or span.end - span.start < SWING_SECONDS
        return may_be_swing and not _begins_and_ends(span.start, span.end, measures)
    return is_shift or (best.kind == "dissolve" and _is_moved(span.pictures[0], span.pictures[-1]))


def _is_one_picture(boundary: Boundary, times: NDArray[np.float64], small: Small) -> bool:
    """Whether from where it begins to where it ends only the light changes."""
    last_before = max(0, int(np.searchsorted(times, boundary.start_seconds, side="right")) - 1)
    first_after = min(times.size - 1, int(np.searchsorted(times, boundary.end_seconds, side="right")))
    return same_structure(*layouts(small[[last_before, first_after]]))


def _dips(contrasts: NDArray[np.float64]) -> bool:
    """Whether the contrast is lowest inside: two unrelated pictures, mixed, are paler than either."""
    return bool(contrasts[1:-1].min() < min(contrasts[0], contrasts[-1]))


def _passed(pictures: NDArray[np.float32]) -> Explanation | None:
    """The pictures of a span, the ends included, as an edge that runs over shots in which much moves."""
    share, progress = passage(pictures)
    if share < LEAST_PASSED_SHARE:
        return None
    return Explanation("wipe", share, 1 - share, progress[1:-1])


def _is_light(contrasts: NDArray[np.float64]) -> bool:
    """Whether, of the contrasts at both ends, one is so low that light goes or comes: the matter of fades."""
    return bool(contrasts.min() < max(PLAIN_CONTRAST, FADED_SHARE * float(contrasts.max())))


def _is_moved(before: NDArray[np.float32], after: NDArray[np.float32]) -> bool:
    """Whether the second picture, shape (13, 24, 3), is the first one, moved: soft pictures that move seem to mix.

    In whatever light: a shot may move while it fades in.
    """
    middle = before[MOVED_ROWS:-MOVED_ROWS, MOVED_COLUMNS:-MOVED_COLUMNS]
    errors = cv2.matchTemplate(after, middle, cv2.TM_SQDIFF)
    is_same = float(errors.min()) < MOVED_SHARE**2 * float(errors[MOVED_ROWS, MOVED_COLUMNS])
    return is_same or float(cv2.matchTemplate(after, middle, cv2.TM_CCOEFF_NORMED).max()) > MOVED_CORRELATION


def _unshifted_share(pictures: NDArray[np.float32]) -> float:
    """How much of the squared change from picture to picture, shape (n, 13, 24, 3), no shift explains, 0 to 1."""
    unshifted = whole = 1e-6
    for before, after in pairwise(pictures):
        middle = before[MOVED_ROWS:-MOVED_ROWS, MOVED_COLUMNS:-MOVED_COLUMNS]
        errors = cv2.matchTemplate(after, middle, cv2.TM_SQDIFF)
        unshifted += max(0.0, float(errors.min()))
        whole += float(errors[MOVED_ROWS, MOVED_COLUMNS])
    return unshifted / whole


def _is_whole(best: Explanation) -> bool:
    return bool(best.progress[0] < EDGE_PROGRESS[0] and best.progress[-1] > EDGE_PROGRESS[1])


def _begins_and_ends(start: float, end: float, measures: Measures) -> bool:
    """Whether much more moves inside a span than beside it; a camera that swings moves before and after too."""
    sums = np.cumsum(measures.change)
    before, after, inside = (
        float(np.diff(np.interp(places, measures.times, sums))[0]) / (places[1] - places[0])
        for places in ((start - BESIDE_SECONDS, start), (end, end + BESIDE_SECONDS), (start, end))
    )
    return inside >= BURST * max(before, after)


def _is_good(best: Explanation) -> bool:
    steps = np.diff(np.r_[0.0, best.progress, 1.0])
    return bool(
        best.gain >= LEAST_GAIN[best.kind]
        and best.error <= LARGEST_ERROR[best.kind]
        and _is_whole(best)
        and steps.min() > -LARGEST_STEP_BACK
        and steps.max() < LARGEST_STEP
    )


def _placed(best: Explanation, places: NDArray[np.float64]) -> Boundary:
    """From the instants of little and of much progress to the whole transition."""
    rising = np.maximum.accumulate(np.r_[0.0, best.progress, 1.0]) + np.arange(places.size) * 1e-6
    early, middle, late = np.interp((SLOPE_PROGRESS[0], 0.5, SLOPE_PROGRESS[1]), rising, places)
    half = (late - early) / (SLOPE_PROGRESS[1] - SLOPE_PROGRESS[0]) / 2
    return Boundary(best.kind, float(middle - half), float(middle + half), round(float(best.gain), 3))
