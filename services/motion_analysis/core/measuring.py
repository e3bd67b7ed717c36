"""From pictures with their times to a few numbers for each pair of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import cv2
import numpy as np

from services.motion_analysis.core.camera_fit import NO_STEP, CameraFit, CameraStep
from services.motion_analysis.core.flow import Field, FlowMeter, small_size
from services.motion_analysis.core.parallax import DepthMeter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from services.motion_analysis.core.flow import Grid
    from services.motion_analysis.core.shots import ShotSpan

PAIRS_PER_SECOND = 12
"""Pictures are compared about this often (10 times at 30 frames per second, 12.5 times at 25): a hand trembles at 1 to
5 hertz, and every comparison costs 1 to 1.5 ms."""
EARLY_SHARE = 0.9
"""A picture this share of a step after the last one counts as due, so that rates just above do not halve."""
SAME_DIFFERENCE = 0.25
"""Mean difference in luma steps below which a picture is a repetition of the last: films on twos, slow screens."""
LONGEST_WAIT_SECONDS = 0.25
"""A picture this long after the last one is compared whatever it shows."""
FLASH_STEPS = 24.0
"""A jump of the mean luma by this many of 219 steps is a flash or a lamp, not a movement."""
LOST_SHARE = 0.45
"""Where less of the texture is explained the flow may have lost its way, and is begun once more from the shift of the
whole picture."""
STILL_PIXELS = 0.06
"""A camera that moves less than this from picture to picture stands still: that is the error of the fit."""
OWN_PIXELS = 0.6
"""A cell that leaves the ground by less moves with it: that is the error of the flow."""
BLOCK_ROWS = 4096
"""Rows are kept in blocks of this many."""

PAIR = np.dtype(
    [
        ("shot", "<i4"),
        ("begin", "<f8"),
        ("end", "<f8"),
        ("shift", "<c16"),
        ("growth", "<c16"),
        ("confidence", "<f4"),
        ("magnitude", "<f4"),
        ("layered", "<f4"),
        ("moving", "<f4"),
        ("spread", "<f4"),
    ]
)
"""Two pictures compared.

shot: the number of their shot.
begin, end: their times in seconds.
shift, growth: how the content moved from the first to the second, as `CameraStep` says.
confidence: of the camera's part, 0 to 1.
magnitude: the mean distance in picture widths by which the picture's parts moved, camera and things together.
layered, moving, spread: as in `Depth`.
"""


class Watcher(Protocol):
    """Looks at each comparison itself."""

    def begin(self, shot: int, grid: Grid) -> None:
        """A shot begins."""

    def add(self, begin: float, end: float, field: Field, step: CameraStep) -> None:
        """Two pictures of it were compared."""


class Measurer:
    """Compares pictures that are given one by one; keeps one small picture and a row of `PAIR` per comparison."""

    def __init__(self, width: int, height: int, shots: Sequence[ShotSpan], watcher: Watcher) -> None:
        self._size = small_size(width, height)
        self._flow = FlowMeter(*self._size)
        self._grid = self._flow.grid
        self._camera = CameraFit(self._grid.points, self._grid.pixel)
        self._depth = DepthMeter(self._grid.points, self._grid.pixel)
        self._watcher = watcher
        self._shots = shots
        self._place = 0
        self._full: list[NDArray[Any]] = []
        self._block = np.zeros(BLOCK_ROWS, PAIR)
        self._filled = 0
        self._before: NDArray[np.uint8] | None = None
        self._shot, self._time, self._light = -1, 0.0, 0.0
        self._foretold = NO_STEP

    def add(self, time_seconds: float, luma: NDArray[np.uint8]) -> None:
        """Take in the next picture of the video: luma of the width and height that were announced."""
        shot = self._shot_at(time_seconds)
        if shot is None:
            self._before = None
            return
        is_first = self._before is None or shot.index != self._shot
        if not is_first and time_seconds < self._time + EARLY_SHARE / PAIRS_PER_SECOND:
            return
        picture = np.asarray(cv2.resize(luma, self._size, interpolation=cv2.INTER_AREA), np.uint8)
        light = cv2.mean(picture)[0]
        if is_first or self._before is None:
            self._begin(shot.index)
        elif self._says_nothing(self._before, picture, light, time_seconds):
            return
        else:
            self._compare(self._before, picture, time_seconds)
        self._before, self._light, self._time = picture, light, time_seconds

    def pairs(self) -> NDArray[Any]:
        """Everything measured so far, a row of `PAIR` for each comparison, in order."""
        return np.concatenate([*self._full, self._block[: self._filled]])

    def _shot_at(self, time_seconds: float) -> ShotSpan | None:
        while self._place < len(self._shots) and time_seconds >= self._shots[self._place].end:
            self._place += 1
        if self._place == len(self._shots):
            return None
        shot = self._shots[self._place]
        return shot if shot.clear_start <= time_seconds < shot.clear_end else None

    def _begin(self, shot: int) -> None:
        self._shot = shot
        self._foretold = NO_STEP
        self._camera.forget()
        self._depth.forget()
        self._watcher.begin(shot, self._grid)

    def _says_nothing(
        self, before: NDArray[np.uint8], picture: NDArray[np.uint8], light: float, time_seconds: float
    ) -> bool:
        """Whether the picture is the last one once more, or a flash."""
        if time_seconds - self._time > LONGEST_WAIT_SECONDS:
            return False
        is_flash = abs(light - self._light) > FLASH_STEPS
        return is_flash or bool(cv2.norm(before, picture, cv2.NORM_L1) < SAME_DIFFERENCE * picture.size)

    def _compare(self, before: NDArray[np.uint8], now: NDArray[np.uint8], time_seconds: float) -> None:
        field, step = self._step(before, now)
        # A camera goes on as it did, for as long as it was seen well.
        self._foretold = (step.shift, step.growth) if step.explained > LOST_SHARE else NO_STEP
        ground = step.moved(self._grid.points)
        depth = self._depth.add(field, step)
        if self._filled == BLOCK_ROWS:
            self._full.append(self._block)
            self._block, self._filled = np.zeros(BLOCK_ROWS, PAIR), 0
        self._block[self._filled] = (
            self._shot,
            self._time,
            time_seconds,
            step.shift,
            step.growth,
            step.confidence,
            magnitude(field, ground, self._grid.pixel),
            depth.layered,
            depth.moving,
            depth.spread,
        )
        self._filled += 1
        self._watcher.add(self._time, time_seconds, field, step)

    def _step(self, before: NDArray[np.uint8], now: NDArray[np.uint8]) -> tuple[Field, CameraStep]:
        field = self._flow.field(before, now, self._foretold)
        step = self._camera.fit(field.moved, field.trust)
        if step.explained >= LOST_SHARE:
            return field, step
        other_field = self._flow.field(before, now, (self._flow.shift(before, now), 0j))
        other = self._camera.fit(other_field.moved, other_field.trust)
        return (other_field, other) if other.confidence > step.confidence else (field, step)


def magnitude(field: Field, ground: NDArray[np.complex64], pixel: float) -> float:
    """The mean distance in picture widths by which the picture's parts moved; flat parts move with the ground."""
    of_ground = np.abs(ground)
    if of_ground.mean() < STILL_PIXELS * pixel:
        of_ground = np.zeros_like(of_ground)
    own = (field.trust >= 0.5) & (np.abs(field.moved - ground) > OWN_PIXELS * pixel)  # noqa: PLR2004  trusted by half
    return float(np.where(own, np.abs(field.moved), of_ground).mean())
