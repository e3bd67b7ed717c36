"""What the camera does in a shot, in the words of the trade."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from services.motion_analysis.core.path import tremble_of
from services.motion_analysis.core.segmenting import MEAN_RADIUS, runs_of
from shared.contracts.reports.motion_analysis import CameraMotion, CameraSpan

if TYPE_CHECKING:
    from collections.abc import Sequence

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
SPREAD_ALONG = 0.6
"""How widely it must be spread when the camera goes sideways: what walks along the camera's way is compact."""
SPREAD_AHEAD = 0.4
"""How widely when it goes ahead or back: nothing that walks by runs away from the picture's middle everywhere."""
MOVE_SHARE = 1 / 3
"""A shot is called after its moves when they fill this much of it."""

_MOVES: dict[Direction, CameraMove] = {
    "right": "pan",
    "left": "pan",
    "down": "tilt",
    "up": "tilt",
    "in": "zoom_in",
    "out": "zoom_out",
    "clockwise": "roll",
    "counterclockwise": "roll",
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
        shake=0.0 if path is None else _shake(path, 0, len(path)),
        spans=spans,
        **{name: float(np.average([getattr(span, name) for span in same], weights=seconds)) for name in _MEANS},
    )


def _spans(shot: ShotSpan, path: Path | None) -> tuple[CameraSpan, ...]:
    if path is None:
        return (_unseen(shot),)
    return tuple(_span(shot, path, run) for run in runs_of(path))


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
    moving = [move for move in seconds if move not in ("static", "handheld")]
    enough = sum(seconds[move] for move in moving) >= MOVE_SHARE * sum(seconds.values())
    return max(moving if moving and enough else seconds, key=lambda move: seconds[move])


def _span(shot: ShotSpan, path: Path, run: Run) -> CameraSpan:
    """A run named; the first begins with the shot, the last ends with it."""
    half = path.step_seconds / 2
    samples = slice(run.first, run.last)
    rate, growth = complex(path.rate[samples].mean()), complex(path.growth[samples].mean())
    move = _name(path, run)
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
    if run.direction is None:
        return "handheld" if _shake(path, run.first, run.last) > LEAST_TREMBLE else "static"
    if run.direction not in ("clockwise", "counterclockwise") and _is_layered(path, run):
        return "dolly"
    return _MOVES[run.direction]


def _shake(path: Path, first: int, last: int) -> float:
    """The median distance from the smooth path, in frame widths, of samples that are not beside another run."""
    margin = round(TREMBLE_MARGIN_SECONDS / path.step_seconds)
    begin, end = first + margin * (first > 0), last - margin * (last < len(path))
    if end <= begin:
        begin, end = first, last
    rate = path.rate[begin:end]
    across, down = tremble_of(np.stack([rate.real, rate.imag]), path.step_seconds)
    return float(np.median(np.hypot(across, down)))


def _is_layered(path: Path, run: Run) -> bool:
    """Whether near and far things move at speeds of their own all the while."""
    samples = slice(run.first, run.last)
    layered, spread = float(path.layered[samples].mean()), float(path.spread[samples].mean())
    least = SPREAD_AHEAD if run.direction in ("in", "out") else SPREAD_ALONG
    return layered >= LAYERED_SHARE and spread >= least
