"""Scenes: runs of related shots that tile the video."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.video_analysis.core.likeness import palette_likeness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from services.video_analysis.core.likeness import ShotLook

REACH_SHOTS = 8
REACH_SECONDS = 40.0
"""Shots further apart say nothing about each other: a place that is seen again later may be another scene."""

SAME_PALETTE = 0.7
"""Palette likeness from which two shots are of one scene, and all between them."""

RELATED_PALETTE = 0.45
"""Palette likeness above which two shots speak for one scene, below which for two. Of made-up films of nine real scenes
eight changes of place are found with 0.43 to 0.49, six with 0.40."""

SHORTEST_SCENE_SECONDS = 3.0
"""A shorter one is an insert of the scene beside it that it resembles more."""


@dataclass(frozen=True)
class Run:
    """A run of shots: from the index `first` up to, without, `end`."""

    first: int
    end: int


def find_scenes(
    looks: Sequence[ShotLook], spans: Sequence[tuple[float, float]], same_views: Sequence[tuple[int, int]]
) -> list[Run]:
    """The scenes of a video, in order, without gaps.

    All shots between two of the same view or palette belong together (the overlapping links of Hanjalic, Lagendijk and
    Biemond, 1999): an A-B-A-B dialogue is one scene. Of all divisions that keep them together that one is taken in
    which the shots of each scene are most related and those of different scenes least (optimal sequential grouping:
    Rotman, Porat and Ashour, 2016).

    Args:
        looks: Of every shot.
        spans: Start and end of every shot in seconds.
        same_views: The pairs that show the same view.
    """
    likeness = _likeness(looks, spans)
    together = _together(likeness, spans, same_views)
    runs = _best_division(likeness - RELATED_PALETTE, together)
    return _without_inserts(runs, likeness, spans)


def _near(earlier: int, later: int, spans: Sequence[tuple[float, float]]) -> bool:
    return later - earlier <= REACH_SHOTS and spans[later][0] - spans[earlier][1] < REACH_SECONDS


def _likeness(looks: Sequence[ShotLook], spans: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Palette likeness of each shot and the k-th after it in column k - 1, neutral where they are too far apart."""
    likeness = np.full((len(looks), REACH_SHOTS), RELATED_PALETTE)
    for earlier in range(len(looks)):
        for later in range(earlier + 1, min(len(looks), earlier + REACH_SHOTS + 1)):
            if _near(earlier, later, spans):
                likeness[earlier, later - earlier - 1] = palette_likeness(looks[earlier], looks[later])
    return likeness


def _together(
    likeness: NDArray[np.float64], spans: Sequence[tuple[float, float]], same_views: Sequence[tuple[int, int]]
) -> NDArray[np.bool_]:
    """Whether each shot belongs with the one before it, by a link across them."""
    together = np.zeros(len(spans), bool)
    palettes = (
        (int(shot), int(shot + step + 1)) for shot, step in zip(*np.nonzero(likeness >= SAME_PALETTE), strict=True)
    )
    for earlier, later in (*same_views, *palettes):
        if _near(earlier, later, spans):
            together[earlier + 1 : later + 1] = True
    return together


def _best_division(relation: NDArray[np.float64], together: NDArray[np.bool_]) -> list[Run]:
    """The division with the greatest sum of relations within its runs, by dynamic programming; of equals the longest.

    Args:
        relation: Of each shot and the k-th after it in column k - 1: above 0 when they speak for one run.
        together: Where no run may begin.
    """
    count = len(together)
    best, first_of_run = [0.0], []
    # What is gained when the last run so far began at that shot.
    gained = np.full(count, -np.inf)
    for later in range(count):
        if later == 0 or not together[later]:
            gained[later] = best[later]
        for step in range(1, min(REACH_SHOTS, later) + 1):
            gained[: later - step + 1] += relation[later - step, step - 1]
        first = int(np.argmax(gained[: later + 1]))
        first_of_run.append(first)
        best.append(float(gained[first]))
    runs: list[Run] = []
    end = count
    while end > 0:
        runs.insert(0, Run(first_of_run[end - 1], end))
        end = runs[0].first
    return runs


def _without_inserts(runs: list[Run], likeness: NDArray[np.float64], spans: Sequence[tuple[float, float]]) -> list[Run]:
    """Every run that is too short joins the neighbour that it resembles more, the shortest first."""
    runs = list(runs)
    while len(runs) > 1:
        lengths = [spans[run.end - 1][1] - spans[run.first][0] for run in runs]
        short = int(np.argmin(lengths))
        if lengths[short] >= SHORTEST_SCENE_SECONDS:
            break
        before = _resemblance(runs[short - 1], runs[short], likeness) if short > 0 else -1.0
        after = _resemblance(runs[short], runs[short + 1], likeness) if short + 1 < len(runs) else -1.0
        left = short - 1 if before >= after else short
        runs[left : left + 2] = [Run(runs[left].first, runs[left + 1].end)]
    return runs


def _resemblance(left: Run, right: Run, likeness: NDArray[np.float64]) -> float:
    """The mean likeness of the shots of two neighbouring runs, as far as they are within reach."""
    pairs = [
        likeness[earlier, later - earlier - 1]
        for earlier in range(max(left.first, left.end - REACH_SHOTS), left.end)
        for later in range(right.first, min(right.end, earlier + REACH_SHOTS + 1))
    ]
    return float(np.mean(pairs))
