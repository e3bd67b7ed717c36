"""Gradual transitions: spans in which one picture gives way to another, and in which of the known ways it does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from services.video_analysis.core.boundary import Boundary, Candidate
from services.video_analysis.core.composites import explanations, reduced
from services.video_analysis.core.fades import PLAIN_CONTRAST
from services.video_analysis.core.layout import changed_share, layouts, same_structure, square_distances

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from services.video_analysis.core.composites import Explanation
    from services.video_analysis.core.measuring import Look, Measures
    from services.video_analysis.core.scanning import Spans

LEAST_DISTANCE = 25.0
"""Root mean square difference (0 to 255) of the pictures before and after; what differs less is one shot."""

LARGEST_BETWEEN_SHARE = 0.4
"""Spans whose pictures are further from both ends, as a share of the ends' squared distance, are mere movement."""

LARGEST_STEP_BACK, LARGEST_STEP = 0.2, 0.55
"""How far the share of the new picture may fall or rise between two of the pictures looked at."""

EARLY_SHARE, LATE_SHARE = 0.06, 0.94
"""Of the new picture, where a span is taken to begin and to end in the first rough look."""

SHORTEST_SECONDS = 0.12
MARGIN_SHARE, MARGIN_SECONDS = 0.12, 0.04
"""A span is looked at with so much before and after it."""

SAME_SPAN_SHARE = 0.5
"""Of two spans that have more than this share of their union in common, only the better one is looked at."""

MOST_PER_SECOND = 2.0
"""So many spans are looked at closely in a second of a video at most: a bound on the cost."""

SUDDEN, BURSTS_PER_SECOND = 3.0, 0.5
"""A burst changes the picture so many times as fast as what is beside it; so many are looked at in a second at most."""

BURST_GAIN = 0.88
"""A burst alone proves nothing: it must be explained so well."""

INSIDE = 11
"""Pictures looked at inside a span."""

SURE_GAIN = {"dissolve": 0.72, "wipe": 0.6, "slide": 0.74, "zoom": 0.62}
"""How much better than by the nearer of its ends a span must be explained."""

LEAST_GAIN = {"dissolve": 0.5, "wipe": 0.5, "slide": 0.53, "zoom": 0.62}
CLEAR_GAIN = {"dissolve": 30.0, "wipe": 40.0, "slide": 40.0, "zoom": 40.0}
"""A lower gain will do where it is one of much: gain times the distance of the ends (0 to 255)."""

LARGEST_ERROR = {"dissolve": 0.2, "wipe": 0.45, "slide": 0.75, "zoom": 0.33}
"""What may remain unexplained, as a share of what is between the ends."""

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
"""Moved back, it differs by less than this share."""

FADED_SHARE = 0.2
"""A picture with less than this share of the other's contrast is faded."""

SWING_SECONDS = 0.6
"""Longer than a camera takes to swing to something else."""

BESIDE_SECONDS, BURST = 0.2, 1.6
"""In a slide the picture changes so many times as fast as it does so long before and after."""

SLOPE_PROGRESS = (0.1, 0.9)
"""Begin and end are reckoned from the instants of this progress: the very ends drown in movement."""

MERGED_SECONDS = 0.25
"""No shot is so short between two dissolves."""

NEARLY_AS_GOOD = 0.12
WIDER = 1.3
"""A part that is explained nearly as well makes a transition longer, by no more than this factor."""

STAYS_SECONDS = 0.9
STAYS_SHARE = 0.6
"""So long before and after, no picture may be nearer to one of the other side than this share of the whole distance:
what passes close to the camera covers the picture and is gone again."""


@dataclass(frozen=True)
class _Rough:
    """A span worth a closer look."""

    start: float
    end: float
    merit: float


def find_gradual(spans: Iterable[Spans], measures: Measures, look: Look) -> list[Candidate]:
    """What is found, the best first, none of them overlapping."""
    found = []
    for block in spans:
        looked_at = [(rough, 0.0) for rough in _worth_a_look(block)]
        looked_at += [(rough, BURST_GAIN) for rough in _bursts(block, measures)]
        for rough, least in looked_at:
            candidate = explained(rough.start, rough.end, measures, look)
            if candidate is not None and candidate.boundary.score >= least:
                found.append(candidate)
    kept: list[Candidate] = []
    for candidate in sorted(found, key=lambda candidate: -candidate.distance * candidate.boundary.score):
        boundary = candidate.boundary
        if not any(_overlap(boundary, other.boundary) for other in kept) and _stays(candidate, measures.times, look):
            kept.append(_widened(candidate, found))
    return _merged(kept)


def _merged(candidates: list[Candidate]) -> list[Candidate]:
    """Dissolves that follow one another at once are the parts of one, whose pictures move while they mix."""
    merged: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda candidate: candidate.boundary.start_seconds):
        last = merged[-1] if merged else candidate
        gap = candidate.boundary.start_seconds - last.boundary.end_seconds
        if merged and last.boundary.kind == candidate.boundary.kind == "dissolve" and gap < MERGED_SECONDS:
            whole = replace(last.boundary, end_seconds=candidate.boundary.end_seconds)
            merged[-1] = replace(last, boundary=whole, is_sure=last.is_sure or candidate.is_sure)
        else:
            merged.append(candidate)
    return sorted(merged, key=lambda candidate: -candidate.distance * candidate.boundary.score)


def _widened(candidate: Candidate, others: Iterable[Candidate]) -> Candidate:
    """The candidate with what belongs to it: where things move, only parts of a transition are explained well."""
    whole = candidate.boundary
    for other in others:
        part = other.boundary
        is_alike = part.kind == whole.kind != "dissolve" and part.score >= whole.score - NEARLY_AS_GOOD
        if not (is_alike and _overlap(part, whole)):
            continue
        start, end = min(part.start_seconds, whole.start_seconds), max(part.end_seconds, whole.end_seconds)
        if end - start <= WIDER * max(part.seconds, candidate.boundary.seconds):
            whole = replace(whole, start_seconds=start, end_seconds=end)
    return replace(candidate, boundary=whole)


def _overlap(one: Boundary, other: Boundary) -> bool:
    return one.start_seconds < other.end_seconds and other.start_seconds < one.end_seconds


def _worth_a_look(spans: Spans) -> list[_Rough]:
    """Spans that lead from one picture to another, shrunk to the part in which that happens, the best first."""
    steps = np.diff(np.pad(spans.shares, ((0, 0), (1, 1)), constant_values=((0, 0), (0, 1))), axis=1)
    leads = (
        (spans.distances >= LEAST_DISTANCE)
        & (spans.between_share < LARGEST_BETWEEN_SHARE)
        & (steps.min(1) > -LARGEST_STEP_BACK)
        & (steps.max(1) < LARGEST_STEP)
    )
    found = []
    for span in np.flatnonzero(leads):
        rising = (
            np.maximum.accumulate(np.r_[0.0, spans.shares[span], 1.0]) + np.arange(spans.shares.shape[1] + 2) * 1e-6
        )
        places = spans.centres[span] + np.linspace(-0.5, 0.5, rising.size) * spans.lengths[span]
        start, end = np.interp((EARLY_SHARE, LATE_SHARE), rising, places)
        merit = float(spans.distances[span] * (1 - 2 * spans.between_share[span]))
        if end - start >= SHORTEST_SECONDS:
            found.append(_Rough(float(start), float(end), merit))
    return _best(found, MOST_PER_SECOND * float(np.ptp(spans.centres)) if found else 0.0)


def _bursts(spans: Spans, measures: Measures) -> list[_Rough]:
    """Spans in which much more changes than before and after: a slide is like neither picture while it lasts."""
    if not spans.centres.size:
        return []
    sums = np.cumsum(measures.change)
    starts, ends = spans.centres - spans.lengths / 2, spans.centres + spans.lengths / 2

    def rate(begin: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(
            (np.interp(end, measures.times, sums) - np.interp(begin, measures.times, sums)) / (end - begin)
        )

    inside = rate(starts, ends)
    beside = np.maximum(rate(starts - BESIDE_SECONDS, starts), rate(ends, ends + BESIDE_SECONDS))
    chosen = np.flatnonzero((spans.distances >= LEAST_DISTANCE) & (inside >= SUDDEN * beside))
    found = [
        _Rough(
            float(starts[span]), float(ends[span]), float((inside[span] - beside[span]) * np.sqrt(spans.lengths[span]))
        )
        for span in chosen
    ]
    return _best(found, BURSTS_PER_SECOND * float(np.ptp(spans.centres)))


def _best(found: list[_Rough], most: float) -> list[_Rough]:
    """The best of them, none much the same as another."""
    kept: list[_Rough] = []
    for rough in sorted(found, key=lambda rough: -rough.merit):
        if len(kept) < max(1.0, most) and not any(_is_same(rough, other) for other in kept):
            kept.append(rough)
    return kept


def _is_same(one: _Rough, other: _Rough) -> bool:
    common = min(one.end, other.end) - max(one.start, other.start)
    return common > SAME_SPAN_SHARE * (max(one.end, other.end) - min(one.start, other.start))


def explained(start: float, end: float, measures: Measures, look: Look) -> Candidate | None:
    """The span's transition by the best explanation; None where there is none good enough."""
    times = measures.times
    for _ in range(TRIES):
        margin = MARGIN_SHARE * (end - start) + MARGIN_SECONDS
        places = np.linspace(start - margin, end + margin, INSIDE + 2)
        frames = np.clip(np.searchsorted(times, places + 1e-6, side="right") - 1, 0, times.size - 1)
        first = int(frames[0])
        pictures = reduced(look(first, int(frames[-1]) + 1)[frames - first])
        best = explanations(pictures[0], pictures[-1], pictures[1:-1])[0]
        if best.gain < LEAST_GAIN[best.kind] or _is_whole(best):
            break
        # A part of the span is explained: the rest lies where the progress leads to.
        slope, origin = np.polyfit(times[frames[1:-1]], best.progress, 1)
        if slope * LONGEST_SECONDS < 1:
            break
        start, end = -origin / slope, (1 - origin) / slope
    is_swing = best.kind == "slide" and end - start < SWING_SECONDS and not _begins_and_ends(start, end, measures)
    is_moved = best.kind == "dissolve" and _is_moved(pictures[0], pictures[-1])
    if not _is_good(best) or is_swing or is_moved or _is_light(measures.contrast[frames[[0, -1]]]):
        return None
    ends = layouts(np.concatenate([look(int(frame), int(frame) + 1) for frame in (frames[0], frames[-1])]))
    distance = float(np.sqrt(square_distances(ends[:1], ends[1:])[0, 0]))
    share = 0.0 if same_structure(ends[0], ends[1]) else changed_share(ends[0], ends[1])
    is_explained = best.gain >= SURE_GAIN[best.kind] or best.gain * distance >= CLEAR_GAIN[best.kind]
    # TransNetV2, which is asked in doubt, knows only cuts and dissolves.
    if share < LEAST_CHANGED_SHARE or (best.kind != "dissolve" and not is_explained):
        return None
    # Between frames nothing is known: the times of those looked at count, not the places asked for.
    return Candidate(_placed(best, times[frames]), distance, share >= SURE_CHANGED_SHARE and is_explained)


def _is_light(contrasts: NDArray[np.float64]) -> bool:
    """Whether, of the contrasts at both ends, one is so low that light goes or comes: the matter of fades."""
    return bool(contrasts.min() < max(PLAIN_CONTRAST, FADED_SHARE * float(contrasts.max())))


def _is_moved(before: NDArray[np.float32], after: NDArray[np.float32]) -> bool:
    """Whether the second picture, shape (13, 24, 3), is the first one, moved: soft pictures that move seem to mix."""
    middle = before[MOVED_ROWS:-MOVED_ROWS, MOVED_COLUMNS:-MOVED_COLUMNS]
    errors = cv2.matchTemplate(after, middle, cv2.TM_SQDIFF)
    return float(errors.min()) < MOVED_SHARE**2 * float(errors[MOVED_ROWS, MOVED_COLUMNS])


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


def _stays(candidate: Candidate, times: NDArray[np.float64], look: Look) -> bool:
    """Whether what was before does not come back soon after."""
    boundary = candidate.boundary
    sides = []
    for start, end in (
        (boundary.start_seconds - STAYS_SECONDS, boundary.start_seconds),
        (boundary.end_seconds, boundary.end_seconds + STAYS_SECONDS),
    ):
        first, last = np.searchsorted(times, (start, end))
        first = min(int(first), times.size - 1)
        sides.append(layouts(look(first, max(first + 1, int(last)))))
    return bool(np.sqrt(square_distances(sides[0], sides[1]).min()) >= STAYS_SHARE * candidate.distance)
