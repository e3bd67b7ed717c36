"""From the measures of the frames to shots: cuts, fades through black, no flashes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.contracts.reports.video_analysis import Shot, Transition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from services.video_analysis.core.measuring import Measures

BLACK_LUMA = 12.0
"""Mean brightness below which a frame counts as black (PySceneDetect's own value)."""

RAMP_SECONDS = 1.0
"""How far a fade is followed to both sides of the black."""

RAMP_DROP = 0.5
"""A fade dims the picture gradually: the frame beside the black has at most this share of the light further away."""

LEAST_CHANGE = 15.0
"""Change to the frame before, below which nothing is a cut (PySceneDetect's own value)."""

LEAST_SHIFT = 4.0
"""Difference of the small pictures below which nothing is a cut: grey has no steady hue, so hue alone proves nothing.
Real cuts of two measured films differ by 40 and more, a false one in grey credits by 1.8."""

LASTING_SHARE = 0.5
"""A cut leaves a picture that stays different by at least this share of the change; a flash does not."""

SHORTEST_SHOT_SECONDS = 0.2

NEIGHBOURS = 2
"""Frames on both sides that a cut is compared with to say how sure it is."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """The first frame of a new shot, how it comes in, and how sure that is, 0 to 1."""

    frame: int
    transition: Transition
    score: float


def find_shots(measures: Measures, duration_seconds: float) -> tuple[Shot, ...]:
    """The shots of a video, without gaps, from 0 to its duration.

    A shot begins at its first frame's own time, so frames of any length are right.
    """
    boundaries = find_boundaries(measures)
    starts = [0.0, *(float(measures.times[boundary.frame]) for boundary in boundaries)]
    ends = [*starts[1:], max(duration_seconds, starts[-1])]
    begun: list[Boundary | None] = [None, *boundaries]
    return tuple(
        Shot(
            index=index,
            start_seconds=start,
            end_seconds=end,
            transition_in=boundary.transition if boundary else None,
            score=boundary.score if boundary else None,
        )
        for index, (start, end, boundary) in enumerate(zip(starts, ends, begun, strict=True))
    )


def find_boundaries(measures: Measures) -> list[Boundary]:
    """Where new shots begin, in order; of two too close together the surer one stays."""
    fades = _fades(measures)
    spoken_for = [(first, last) for first, last, _ in fades] + _flashes(measures)
    cuts = [
        Boundary(frame, "cut", _certainty(measures.change, frame))
        for frame in measures.cuts
        if measures.shift[frame] >= LEAST_SHIFT and not any(first <= frame <= last for first, last in spoken_for)
    ]
    found = sorted([*cuts, *(fade for _, _, fade in fades if fade)], key=lambda boundary: boundary.frame)
    return _without_slivers(found, measures.times)


def _flashes(measures: Measures) -> list[tuple[int, int]]:
    """First frame of every flash and the frame on which the picture is back."""
    return [
        (frame, int(measures.back[frame]))
        for frame in measures.cuts
        if measures.lasting[frame] < LASTING_SHARE * measures.shift[frame]
    ]


def _certainty(change: NDArray[np.float64], frame: int) -> float:
    """How far the change stands out from its neighbours': 0.5 where it is just a cut, 1 where nothing else moves."""
    around = np.r_[change[max(0, frame - NEIGHBOURS) : frame], change[frame + 1 : frame + 1 + NEIGHBOURS]]
    typical = float(around.mean()) if around.size else 0.0
    excess = max(0.0, float(change[frame]) - typical)
    return round(excess / (excess + LEAST_CHANGE), 3)


def _fades(measures: Measures) -> list[tuple[int, int, Boundary | None]]:
    """Fades through black: the frames from full light to full light, and the boundary in the middle of the black.

    A video may begin or end in black: that dims or brightens, but no new shot begins.
    """
    fades: list[tuple[int, int, Boundary | None]] = []
    final = measures.luma.size - 1
    for first_black, last_black in _runs(measures.luma < BLACK_LUMA):
        before, out_light = _ramp(measures, first_black, -1)
        after, in_light = _ramp(measures, last_black, +1)
        if first_black == 0 or last_black == final:
            fades.append((before, min(final, after + 1), None))
        elif before < first_black - 1 or after > last_black + 1:
            depth = 1 - float(measures.luma[first_black : last_black + 1].min()) / max(out_light, in_light)
            middle = (first_black + last_black + 1) // 2
            fades.append((before, after, Boundary(middle, "fade", round(depth, 3))))
    return fades


def _ramp(measures: Measures, black: int, step: int) -> tuple[int, float]:
    """Follow the light from the edge of black in one direction: the last frame of the fade, and its full light.

    Without a fade that is the frame beside the black.
    """
    beside = black + step
    if not 0 <= beside < measures.luma.size:
        return black, 0.0
    limit = measures.times[black] + step * RAMP_SECONDS
    far = beside
    while 0 <= far + step < measures.luma.size and step * (limit - measures.times[far + step]) >= 0:
        far += step
    light = float(measures.luma[min(beside, far) : max(beside, far) + 1].max())
    return (far if float(measures.luma[beside]) <= RAMP_DROP * light else beside), light


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of every run of true values."""
    edges = np.flatnonzero(np.diff(np.r_[False, flags, False].astype(np.int8)))
    return [(int(first), int(end) - 1) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def _without_slivers(found: Sequence[Boundary], times: NDArray[np.float64]) -> list[Boundary]:
    kept: list[Boundary] = []
    for boundary in found:
        if times[boundary.frame] - times[0] < SHORTEST_SHOT_SECONDS:
            continue
        if kept and times[boundary.frame] - times[kept[-1].frame] < SHORTEST_SHOT_SECONDS:
            if boundary.score > kept[-1].score:
                kept[-1] = boundary
            continue
        kept.append(boundary)
    return kept
