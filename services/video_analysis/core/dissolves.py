"""Dissolves: what is inside a span is a mixture of what was before and what comes after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.video_analysis.core.boundary import Boundary
from services.video_analysis.core.layout import layouts, square_distances

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from services.video_analysis.core.measuring import Look
    from services.video_analysis.core.scanning import Spans

LEAST_GAIN = 0.7
"""How much of what the nearer of the two pictures leaves unexplained a mixture of both must explain."""

LARGEST_ERROR = 0.12
"""What mixtures may leave unexplained, as a share of the difference between the two pictures."""

LEAST_DISTANCE, SURE_DISTANCE = 14.0, 36.0
"""Root mean square difference (0 to 255) of the pictures before and after: small movements are mixtures too, so below
the first nothing is a dissolve, and above the second everything is that fits."""

LARGEST_STEP_BACK = 0.12
"""How far the share of the new picture may fall from one look to the next."""

LEAST_MIXED = 3
"""Of the pictures inside, so many must be mixtures; fewer are a cut."""

MIXED_SHARES = (0.08, 0.92)

LATE_SHARES = (0.1, 0.9)
"""Where a dissolve begins and ends is reckoned from the instants of these shares: the very ends drown in movement."""

STAYS_SECONDS = 0.4
STAYS_SHARE = 0.5
"""So long before and after, no picture may be nearer to one of the other side than this share of the whole distance."""


@dataclass(frozen=True)
class Candidate:
    """A span that may be a dissolve, and how far its two sides are apart."""

    boundary: Boundary
    distance: float


def find_dissolves(spans: Iterable[Spans], times: NDArray[np.float64], look: Look) -> list[Candidate]:
    """Spans that mixtures explain, in order, none of them overlapping."""
    fitting = [candidate for block in spans for candidate in _fitting(block)]
    kept: list[Candidate] = []
    for rough in sorted(fitting, key=lambda candidate: -candidate.distance * candidate.boundary.score):
        if any(_overlap(rough.boundary, other.boundary) for other in kept):
            continue
        if _differs_for_good(rough, times, look):
            kept.append(rough)
    return sorted(kept, key=lambda candidate: candidate.boundary.start_seconds)


def _overlap(one: Boundary, other: Boundary) -> bool:
    return one.start_seconds < other.end_seconds and other.start_seconds < one.end_seconds


def _fitting(spans: Spans) -> list[Candidate]:
    """The spans of one block that are explained, with the part in which the mixture changes."""
    shares = spans.shares
    is_mixed = ((shares > MIXED_SHARES[0]) & (shares < MIXED_SHARES[1])).sum(1) >= LEAST_MIXED
    rises = np.diff(shares, axis=1).min(1) > -LARGEST_STEP_BACK
    is_good = (
        (spans.blend_gain >= LEAST_GAIN)
        & (spans.blend_error <= LARGEST_ERROR)
        & (spans.distances >= LEAST_DISTANCE)
        & is_mixed
        & rises
    )
    return [
        Candidate(
            _shrunk(
                float(spans.centres[span]), float(spans.lengths[span]), shares[span], float(spans.blend_gain[span])
            ),
            float(spans.distances[span]),
        )
        for span in np.flatnonzero(is_good)
    ]


def _shrunk(centre: float, length: float, shares: NDArray[np.float64], gain: float) -> Boundary:
    """The span's part between almost nothing and almost all of the new picture, extrapolated to both ends."""
    rising = np.maximum.accumulate(np.r_[0.0, shares, 1.0]) + np.arange(shares.size + 2) * 1e-6
    places = centre + np.linspace(-0.5, 0.5, rising.size) * length
    early, middle, late = np.interp((LATE_SHARES[0], 0.5, LATE_SHARES[1]), rising, places)
    half = (late - early) / (LATE_SHARES[1] - LATE_SHARES[0]) / 2
    return Boundary("dissolve", float(middle - half), float(middle + half), round(float(gain), 3))


def _differs_for_good(candidate: Candidate, times: NDArray[np.float64], look: Look) -> bool:
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
    return bool(np.sqrt(square_distances(*sides).min()) >= STAYS_SHARE * candidate.distance)
