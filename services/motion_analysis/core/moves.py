"""What the camera does in a shot, in the words of the trade."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import median_filter

from services.motion_analysis.core.path import tremble_of
from services.motion_analysis.core.segmenting import MEAN_RADIUS, runs_of
from shared.contracts.reports.motion_analysis import CameraMotion, CameraSpan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from services.motion_analysis.core.path import Path
    from services.motion_analysis.core.segmenting import Direction, Run
    from services.motion_analysis.core.shots import ShotSpan
    from shared.contracts.reports.motion_analysis import CameraMove

LEAST_TREMBLE = 0.0007
"""Frame widths: a tripod and the error of the fit stay below, a hand above."""
TREMBLE_MARGIN_SECONDS = 0.25
"""So close to a move its start or stop may still be seen."""
LAYERED_SHARE = 0.09
"""The share of the picture that must move along the camera's flow at another speed for a dolly. Things that move by
themselves reach 0.07 by chance."""
LAYERED_TO_MOVING = 0.35
"""Where more than three times as much moves its own way (a band that plays), what moves along is chance."""
SPREAD_ALONG = 0.6
"""How widely it must be spread when the camera goes sideways: what walks along the camera's way is compact."""
SPREAD_AHEAD = 0.4
"""How widely when it goes ahead or back: nothing that walks by runs away from the picture's middle everywhere."""
TREMBLE_SECONDS = 1.5
"""Trembling is judged over this long: a jolt is none."""
MOVE_SHARE = 1 / 3
"""A shot is called after its moves when they fill this much of it."""

STANDING = ("static", "handheld")
"""Moves of a camera that goes nowhere."""

_MOVES: dict[Direction | None, CameraMove] = {
    "right": "pan",
    "left": "pan",
    "down": "tilt",
    "up": "tilt",
    "in": "zoom_in",
    "out": "zoom_out",
}
_MEANS = ("confidence", "speed", "right_per_second", "down_per_second", "scale_per_second", "roll_degrees_per_second")


def camera_of(shot: ShotSpan, path: Path | None) -> CameraMotion:
    """What the camera does in a shot, from its path; None where nothing could be seen."""
    spans = _spans(shot, path)
    move = _commonest(spans)
    same = [span for span in spans if span.move == move]
    seconds = [span.end_seconds - span.start_seconds for span in same]
    return CameraMotion(
        shot_index=shot.index,
        start_seconds=shot.start,
        end_seconds=shot.end,
        move=move,
        shake=0.0 if path is None else float(np.median(_trembles(path, 0, len(path)))),
        spans=spans,
        **{name: float(np.average([getattr(span, name) for span in same], weights=seconds)) for name in _MEANS},
    )


def _spans(shot: ShotSpan, path: Path | None) -> tuple[CameraSpan, ...]:
    if path is None:
        return (_unseen(shot),)
    spans: list[tuple[Run, CameraMove]] = []
    for run in runs_of(path):
        parts = [(run, _name(path, run))] if run.direction else _standing(path, run)
        for part, move in parts:
            if spans and move in STANDING and spans[-1][1] == move:
                spans[-1] = (replace(spans[-1][0], last=part.last), move)
            else:
                spans.append((part, move))
    return tuple(_span(shot, path, run, move) for run, move in spans)


def _unseen(shot: ShotSpan) -> CameraSpan:
    return CameraSpan(
        start_seconds=shot.start,
        end_seconds=shot.end,
        move="static",
        confidence=0.0,
        speed=0.0,
        right_per_second=0.0,
        down_per_second=0.0,
        scale_per_second=1.0,
        roll_degrees_per_second=0.0,
    )


def _commonest(spans: Sequence[CameraSpan]) -> CameraMove:
    seconds: dict[CameraMove, float] = defaultdict(float)
    for span in spans:
        seconds[span.move] += span.end_seconds - span.start_seconds
    moving = [move for move in seconds if move not in STANDING]
    enough = sum(seconds[move] for move in moving) >= MOVE_SHARE * sum(seconds.values())
    return max(moving if moving and enough else seconds, key=lambda move: seconds[move])


def _span(shot: ShotSpan, path: Path, run: Run, move: CameraMove) -> CameraSpan:
    """A run named; the first begins with the shot, the last ends with it."""
    half = path.step_seconds / 2
    samples = slice(run.first, run.last)
    rate, growth = complex(path.rate[samples].mean()), complex(path.growth[samples].mean())
    speed = math.hypot(abs(rate), abs(growth) * MEAN_RADIUS)
    if move == "handheld":
        speed = float(np.abs(path.rate[samples]).mean())
    return CameraSpan(
        start_seconds=shot.start if run.first == 0 else float(path.times[run.first]) - half,
        end_seconds=shot.end if run.last == len(path) else float(path.times[run.last - 1]) + half,
        move=move,
        confidence=run.clearness * float(path.confidence[samples].mean()),
        speed=speed,
        right_per_second=rate.real,
        down_per_second=rate.imag,
        scale_per_second=math.exp(growth.real),
        roll_degrees_per_second=math.degrees(growth.imag),
    )


def _name(path: Path, run: Run) -> CameraMove:
    if run.direction in ("clockwise", "counterclockwise"):
        return "roll"
    return "dolly" if _is_layered(path, run) else _MOVES[run.direction]


def _standing(path: Path, run: Run) -> list[tuple[Run, CameraMove]]:
    """A run to nowhere, divided where the view begins and ends to tremble."""
    begin, end = _inside(path, run.first, run.last)
    window = min(end - begin, round(TREMBLE_SECONDS / path.step_seconds))
    local = median_filter(_trembles(path, begin, end), window, mode="nearest")
    trembles = np.pad(local > LEAST_TREMBLE, (begin - run.first, run.last - end), mode="edge")
    borders = [0, *(np.flatnonzero(np.diff(trembles)) + 1).tolist(), len(trembles)]
    return [
        (replace(run, first=run.first + first, last=run.first + last), "handheld" if trembles[first] else "static")
        for first, last in pairwise(borders)
    ]


def _inside(path: Path, first: int, last: int) -> tuple[int, int]:
    """The samples of a run that are not beside another run."""
    margin = round(TREMBLE_MARGIN_SECONDS / path.step_seconds)
    begin, end = first + margin * (first > 0), last - margin * (last < len(path))
    return (begin, end) if begin < end else (first, last)


def _trembles(path: Path, begin: int, end: int) -> NDArray[np.float64]:
    """The view's distance from its smooth path, in frame widths."""
    rate = path.rate[begin:end]
    across, down = tremble_of(np.stack([rate.real, rate.imag]), path.step_seconds)
    return np.asarray(np.hypot(across, down), np.float64)


def _is_layered(path: Path, run: Run) -> bool:
    """Whether near and far things move at speeds of their own all the while."""
    samples = slice(run.first, run.last)
    layered, moving, spread = (float(row[samples].mean()) for row in (path.layered, path.moving, path.spread))
    least = SPREAD_AHEAD if run.direction in ("in", "out") else SPREAD_ALONG
    return layered >= max(LAYERED_SHARE, LAYERED_TO_MOVING * moving) and spread >= least
