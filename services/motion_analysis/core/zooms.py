"""Zoom gestures: every change of the size of things that a viewer notices, also during a pan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from services.motion_analysis.core.segmenting import runs_of
from shared.contracts.reports.motion_analysis import ZoomGesture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.motion_analysis.core.path import Path
    from shared.contracts.reports.motion_analysis import CameraMotion

LEAST_FACTOR = 1.05
"""A smaller change of size, either way, is no gesture."""
NEARLY_EVERY_SHOT = 0.9
"""The share of shots with a zoom that is 100 on the scale of zoom_usage."""


def zooms_of(camera: CameraMotion, path: Path | None) -> tuple[ZoomGesture, ...]:
    """The zooms of one shot; while the camera travels things grow without one."""
    if path is None:
        return ()
    half = path.step_seconds / 2
    zooms = []
    for run in runs_of(path, ("in", "out")):
        factor = math.exp(float(path.growth[run.first : run.last].real.sum()) * path.step_seconds)
        start, end = float(path.times[run.first]) - half, float(path.times[run.last - 1]) + half
        if run.direction is None or 1 / LEAST_FACTOR < factor < LEAST_FACTOR or _travels(camera, (start + end) / 2):
            continue
        zooms.append(ZoomGesture(start_seconds=start, end_seconds=end, factor=factor))
    return tuple(zooms)


def zoom_usage(zooms: Sequence[ZoomGesture], shot_starts: Sequence[float]) -> float:
    """How usual zooms are, 0 to 100: the share of shots with at least one, where nine of ten shots count as all.

    Args:
        zooms: All of the video.
        shot_starts: When each shot begins, in seconds, in order.
    """
    if not shot_starts:
        return 0.0
    with_zoom = {sum(start <= zoom.start_seconds for start in shot_starts) for zoom in zooms}
    return min(100.0, 100.0 * len(with_zoom) / (NEARLY_EVERY_SHOT * len(shot_starts)))


def _travels(camera: CameraMotion, time_seconds: float) -> bool:
    return any(span.move == "dolly" and span.start_seconds <= time_seconds < span.end_seconds for span in camera.spans)
