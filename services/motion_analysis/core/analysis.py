"""All measures of a video put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from services.motion_analysis.core.measuring import PAIR, Measurer
from services.motion_analysis.core.moves import camera_of
from services.motion_analysis.core.pacing import PACING_STEP_SECONDS, motion_intensity, pacing_of
from services.motion_analysis.core.path import path_of
from services.motion_analysis.core.tracks import Follower
from services.motion_analysis.core.zooms import zoom_usage, zooms_of
from shared.contracts.reports.motion_analysis import CameraMotion, MotionAnalysisReport, ZoomGesture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from services.motion_analysis.core.shots import ShotSpan
    from services.motion_analysis.core.window import Window


class Analysis:
    """Takes in the frames of a video one by one and says how they move.

    Args:
        shots: The shots in order.
        window: The picture inside any black bars; only it is looked at, and its width is the unit of the report.
    """

    def __init__(self, shots: Sequence[ShotSpan], window: Window) -> None:
        self._shots = shots
        self._window = window
        self._follower = Follower()
        self._measurer: Measurer | None = None

    def add(self, time_seconds: float, luma: NDArray[np.uint8]) -> None:
        """Take in the next frame: luma of shape (height, width), the same for all."""
        picture = self._window.cut(luma)
        if self._measurer is None:
            self._measurer = Measurer(picture.shape[1], picture.shape[0], self._shots, self._follower)
        self._measurer.add(time_seconds, picture)

    def report(self, duration_seconds: float) -> MotionAnalysisReport:
        """What was found."""
        pairs = self._measurer.pairs() if self._measurer is not None else np.zeros(0, PAIR)
        cameras: list[CameraMotion] = []
        zooms: list[ZoomGesture] = []
        for shot in self._shots:
            path = path_of(_of_shot(pairs, shot.index))
            cameras.append(camera_of(shot, path))
            zooms += zooms_of(cameras[-1], path)
        return MotionAnalysisReport(
            duration_seconds=duration_seconds,
            camera=tuple(cameras),
            zooms=tuple(zooms),
            tracks=tuple(
                track.model_copy(update={"boxes": tuple(self._window.in_frame(box) for box in track.boxes)})
                for track in self._follower.tracks(cameras)
            ),
            pacing_step_seconds=PACING_STEP_SECONDS,
            pacing=tuple(round(speed, 4) for speed in pacing_of(pairs, duration_seconds)),
            motion_intensity=round(motion_intensity(pairs), 1),
            zoom_usage=round(zoom_usage(zooms, [shot.start for shot in self._shots]), 1),
        )


def _of_shot(pairs: NDArray[Any], index: int) -> NDArray[Any]:
    first, last = np.searchsorted(pairs["shot"], [index, index + 1])
    return pairs[first:last]
