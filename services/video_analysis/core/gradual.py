"""Gradual transitions: spans in which one picture gives way to another, and in which of the known ways it does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from services.video_analysis.core.explaining import explained
from services.video_analysis.core.layout import layouts, square_distances
from services.video_analysis.core.proposals import LEAST_DISTANCE, bursts, worth_a_look

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from services.video_analysis.core.boundary import Boundary, Candidate
    from services.video_analysis.core.measuring import Look, Measures
    from services.video_analysis.core.scanning import Spans

BURST_GAIN = 0.88
"""A burst alone proves nothing: it must be explained so well."""

MERGED_SECONDS = 0.25
"""No shot is so short between two dissolves."""

NEARLY_AS_GOOD = 0.12
WIDER = 1.3
"""A part that is explained nearly as well makes a transition longer, by no more than this factor."""

STAYS_SECONDS = 0.9
STAYS_SHARE = 0.6
"""So long before and after, no picture may be nearer to one of the other side than this share of the whole distance:
what passes close to the camera covers the picture and is gone again."""


def find_gradual(spans: Iterable[Spans], measures: Measures, look: Look) -> list[Candidate]:
    """What is found, the best first, none of them overlapping."""
    found = []
    for block in spans:
        looked_at = [(rough, 0.0) for rough in worth_a_look(block)]
        looked_at += [(rough, BURST_GAIN) for rough in bursts(block, measures)]
        for rough, least in looked_at:
            candidate = explained(rough.start, rough.end, measures, look)
            if candidate is not None and candidate.boundary.score >= least:
                found.append(candidate)
    kept: list[Candidate] = []
    for candidate in sorted(found, key=_rank):
        boundary = candidate.boundary
        if not any(_overlap(boundary, other.boundary) for other in kept) and _stays(candidate, measures.times, look):
            kept.append(_widened(candidate, found))
    return _merged(kept)


def _rank(candidate: Candidate) -> tuple[bool, float]:
    """The sure ones first, among them those that explain most."""
    return not candidate.is_sure, -candidate.distance * candidate.boundary.score


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
    return sorted(merged, key=_rank)


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
    least = max(LEAST_DISTANCE, STAYS_SHARE * candidate.distance)
    return bool(np.sqrt(square_distances(sides[0], sides[1]).min()) >= least)
