"""From the measures of the frames to shots: every kind of transition, none of them claimed twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.video_analysis.core.cuts import find_cuts
from services.video_analysis.core.doubt import Ask, believed
from services.video_analysis.core.fades import find_fades
from services.video_analysis.core.gradual import find_gradual
from services.video_analysis.core.scanning import scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from services.video_analysis.core.boundary import Boundary, Candidate
    from services.video_analysis.core.measuring import Look, Measures
    from shared.contracts.reports.video_analysis import Transition

SHORTEST_SHOT_SECONDS = 0.2

CUT_SHARE = 0.6
"""A frame that differs from the one before by this share of a whole gradual change is a cut."""


@dataclass(frozen=True, slots=True)
class FoundShot:
    """One shot, from its first frame's instant to the next shot's.

    Attributes:
        transition_in: How it begins; None for the first.
        transition_seconds: How long that takes; 0 for a cut and for the first.
        score: How sure its beginning is, 0 to 1; None for the first.
    """

    start_seconds: float
    end_seconds: float
    transition_in: Transition | None
    transition_seconds: float
    score: float | None


def find_shots(
    measures: Measures, look: Look, duration_seconds: float, ask: Ask | None = None
) -> tuple[FoundShot, ...]:
    """The shots of a video, without gaps, from 0 to its duration.

    A shot begins at the time of a frame, that nearest to the middle of the transition, so frames of any length are
    right.
    """
    boundaries = find_boundaries(measures, look, ask)
    starts = [0.0, *(_frame_time(measures.times, boundary) for boundary in boundaries)]
    ends = [*starts[1:], max(duration_seconds, starts[-1])]
    begun: list[Boundary | None] = [None, *boundaries]
    return tuple(
        FoundShot(
            start_seconds=start,
            end_seconds=end,
            transition_in=boundary.kind if boundary else None,
            transition_seconds=round(boundary.seconds, 3) if boundary else 0.0,
            score=boundary.score if boundary else None,
        )
        for start, end, boundary in zip(starts, ends, begun, strict=True)
    )


def _frame_time(times: NDArray[np.float64], boundary: Boundary) -> float:
    return float(times[int(np.argmin(np.abs(times - boundary.middle_seconds)))])


def find_boundaries(measures: Measures, look: Look, ask: Ask | None = None) -> list[Boundary]:
    """How each shot but the first begins, in order."""
    cuts = find_cuts(measures, look)
    fades = find_fades(measures, look, cuts)
    gradual = find_gradual(scan(measures.times, look), measures, look)
    found = _settled([candidate for candidate in (*fades, *gradual, *cuts) if candidate.is_sure])
    doubtful = [
        candidate
        for candidate in (*gradual, *cuts)
        if not candidate.is_sure and not any(_overlap(candidate.boundary, other.boundary) for other in found)
    ]
    found = _settled([*found, *believed(doubtful, measures.times, look, ask)])
    boundaries = sorted((candidate.boundary for candidate in found), key=lambda boundary: boundary.middle_seconds)
    return _without_slivers(boundaries, measures.times)


def _settled(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Of candidates in the order of their rank those that no earlier one overlaps.

    A cut that alone makes up most of a gradual change is the better account of it.
    """
    cuts = [candidate for candidate in candidates if candidate.boundary.kind == "cut"]
    kept: list[Candidate] = []
    for candidate in candidates:
        is_cut = candidate.boundary.kind in ("wipe", "slide", "dissolve") and any(
            _overlap(cut.boundary, candidate.boundary) and cut.distance >= CUT_SHARE * candidate.distance
            for cut in cuts
        )
        if not is_cut and not any(_overlap(candidate.boundary, other.boundary) for other in kept):
            kept.append(candidate)
    return kept


def _overlap(one: Boundary, other: Boundary) -> bool:
    return one.start_seconds <= other.end_seconds and other.start_seconds <= one.end_seconds


def _without_slivers(found: Sequence[Boundary], times: NDArray[np.float64]) -> list[Boundary]:
    """Of two boundaries too close together the surer one stays; none is at the very beginning."""
    kept: list[Boundary] = []
    for boundary in found:
        if boundary.middle_seconds - times[0] < SHORTEST_SHOT_SECONDS:
            continue
        if kept and boundary.middle_seconds - kept[-1].middle_seconds < SHORTEST_SHOT_SECONDS:
            if boundary.score > kept[-1].score:
                kept[-1] = boundary
            continue
        kept.append(boundary)
    return kept
