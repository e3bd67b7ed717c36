"""Where in the picture something moves against the ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from services.motion_analysis.core.flow import FINE_PIXELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from services.motion_analysis.core.camera_fit import CameraStep
    from services.motion_analysis.core.flow import Field, Grid

LEAST_REST_PIXELS = 0.7
"""What moves against the ground by less from picture to picture is the flow's error."""
LEAST_REST_SHARE = 0.06
"""So is a smaller share of the ground's own movement."""
LEAST_TRUST = 0.3
"""Flatter places do not say how they move."""
LEAST_CELLS = 8
"""Fine cells, 0.4 % of a 16:9 picture; smaller ones are the flow's error."""
MOST_REGIONS = 8
"""The largest ones of a picture are followed."""
LEAST_CONFIDENCE = 0.3
"""Of the camera's fit: without a ground nothing can be said to move against it."""
PINNED_PIXELS = 0.2
"""What moves less than this over a ground that moves is fixed to the frame: a caption, a logo."""
_CLOSE = np.ones((3, 3), np.uint8)


@dataclass(frozen=True)
class Region:
    """Something that moves.

    Attributes:
        left, top, right, bottom: Shares of the picture's width and height.
        moved: How far it moved against the ground, in frame widths.
        is_pinned: Whether it stands still in the frame while the ground moves.
    """

    left: float
    top: float
    right: float
    bottom: float
    moved: float
    is_pinned: bool


def regions_of(field: Field, step: CameraStep, grid: Grid) -> list[Region]:
    """What moves against the camera between two pictures, the largest first."""
    if step.confidence < LEAST_CONFIDENCE:
        return []
    ground = step.moved(grid.fine_points)
    speeds = _Speeds(np.abs(field.fine_moved), np.abs(ground), np.abs(field.fine_moved - ground))
    least = LEAST_REST_PIXELS * grid.pixel + LEAST_REST_SHARE * speeds.ground
    own = (speeds.rest > least) & (field.fine_trust > LEAST_TRUST)
    if np.count_nonzero(own) < LEAST_CELLS:
        return []
    closed = cv2.morphologyEx(own.astype(np.uint8), cv2.MORPH_CLOSE, _CLOSE)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=4)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    largest = np.argsort(-areas, kind="stable")[:MOST_REGIONS]
    return [
        _region(stats[label], own & (labels == label), speeds, grid)
        for label in largest.tolist()
        if areas[label] >= LEAST_CELLS
    ]


@dataclass(frozen=True)
class _Speeds:
    """How far each fine cell, the ground below it, and the one against the other moved, in frame widths."""

    whole: NDArray[np.float32]
    ground: NDArray[np.float32]
    rest: NDArray[np.float32]


def _region(stats: NDArray[np.int32], moving: NDArray[np.bool_], speeds: _Speeds, grid: Grid) -> Region:
    left, top, wide, high = (int(stats[column]) * FINE_PIXELS for column in range(4))
    stands = float(np.median(speeds.whole[moving])) < PINNED_PIXELS * grid.pixel
    return Region(
        left / grid.width,
        top / grid.height,
        (left + wide) / grid.width,
        (top + high) / grid.height,
        float(np.median(speeds.rest[moving])),
        stands and float(speeds.ground[moving].mean()) > LEAST_REST_PIXELS * grid.pixel,
    )
