"""From the measures of the frames to shots: cuts, fades through black, no flashes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.video_analysis.core.measuring import Measures
from shared.contracts.reports.video_analysis import Shot, Transition

BLACK_LUMA = 12.0
"""Mean brightness below which a frame counts as black (PySceneDetect's own value)."""

RAMP_SECONDS = 1.0
"""How far a fade is followed to both sides of the black."""

RAMP_DROP = 0.5
"""A fade dims the picture gradually: the frame beside the black has at most this share of the light further away."""

LEAST_CHANGE = 15.0
"""Change to the frame before, below which nothing is a cut (PySceneDetect's own value)."""

LASTING_SHARE = 0.35
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
    cuts = [
        Boundary(frame, "cut", _certainty(measures.change, frame))
        for frame in measures.cuts
        if not _is_flash(measures, frame) and not any(first <= frame <= last for first, last, _ in fades)
    ]
    found = sorted([*cuts, *(fade for _, _, fade in fades)], key=lambda boundary: boundary.frame)
    return _without_slivers(found, measures.times)


def _is_flash(measures: Measures, frame: int) -> bool:
    return bool(measures.lasting[frame] < LASTING_SHARE * measures.shift[frame])


def _certainty(change: NDArray[np.float64], frame: int) -> float:
    """How far the change stands out from its neighbours': 0.5 where it is just a cut, 1 where nothing else moves."""
    around = np.r_[change[max(0, frame - NEIGHBOURS) : frame], change[frame + 1 : frame + 1 + NEIGHBOURS]]
    typical = float(around.mean()) if around.size else 0.0
    excess = max(0.0, float(change[frame]) - typical)
    return round(excess / (excess + LEAST_CHANGE), 3)


def _fades(measures: Measures) -> list[tuple[int, int, Boundary]]:
    """Fades through black: the frames from full light to full light, and the boundary in the middle of the black."""
    fades: list[tuple[int, int, Boundary]] = []
    for first_black, last_black in _runs(measures.luma < BLACK_LUMA):
        if first_black == 0 or last_black == measures.luma.size - 1:
            continue  # a video may begin or end in black; that is no new shot
        times = measures.times
        before = int(np.searchsorted(times, times[first_black] - RAMP_SECONDS))
        after = int(np.searchsorted(times, times[last_black] + RAMP_SECONDS, side="right")) - 1
        out_light = float(measures.luma[before:first_black].max())
        in_light = float(measures.luma[last_black + 1 : after + 1].max())
        dims = float(measures.luma[first_black - 1]) <= RAMP_DROP * out_light
        brightens = float(measures.luma[last_black + 1]) <= RAMP_DROP * in_light
        if not dims and not brightens:
            continue  # black cut in: the cuts speak for themselves
        depth = 1 - float(measures.luma[first_black : last_black + 1].min()) / max(out_light, in_light)
        middle = (first_black + last_black + 1) // 2
        fades.append(
            (before if dims else first_black + 1, after if brightens else last_black, Boundary(middle, "fade", depth))
        )
    return [(first, last, Boundary(fade.frame, "fade", round(fade.score, 3))) for first, last, fade in fades]


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
