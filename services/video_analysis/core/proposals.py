"""Which spans are worth a closer look: those that lead from one picture to another, and sudden bursts of change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from services.video_analysis.core.measuring import Measures
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

MOST_AT_ONCE = 6
"""Of spans that have something in common so many are looked at: one clear transition does not keep others out."""

SUDDEN, BURSTS_PER_SECOND = 3.0, 0.5
"""A burst changes the picture so many times as fast as what is beside it; so many are looked at in a second at most."""

BESIDE_SECONDS = 0.2
"""What is beside a span, before and after it."""


@dataclass(frozen=True)
class RoughSpan:
    """A span worth a closer look."""

    start: float
    end: float
    merit: float


def worth_a_look(spans: Spans) -> list[RoughSpan]:
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
            found.append(RoughSpan(float(start), float(end), merit))
    return _best(found, MOST_PER_SECOND * float(np.ptp(spans.centres)) if found else 0.0)


def bursts(spans: Spans, measures: Measures) -> list[RoughSpan]:
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
        RoughSpan(
            float(starts[span]), float(ends[span]), float((inside[span] - beside[span]) * np.sqrt(spans.lengths[span]))
        )
        for span in chosen
    ]
    return _best(found, BURSTS_PER_SECOND * float(np.ptp(spans.centres)))


def _best(found: list[RoughSpan], most: float) -> list[RoughSpan]:
    """The best of them, none much the same as another."""
    kept: list[RoughSpan] = []
    for rough in sorted(found, key=lambda rough: -rough.merit):
        if len(kept) >= max(1.0, most):
            break
        around = [other for other in kept if other.start < rough.end and rough.start < other.end]
        if len(around) < MOST_AT_ONCE and not any(_is_same(rough, other) for other in around):
            kept.append(rough)
    return kept


def _is_same(one: RoughSpan, other: RoughSpan) -> bool:
    common = min(one.end, other.end) - max(one.start, other.start)
    return common > SAME_SPAN_SHARE * (max(one.end, other.end) - min(one.start, other.start))
