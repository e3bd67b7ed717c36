"""Where in the picture something moves against the ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
LEAST_UNLIKE = 3.0
"""Luma steps above the median of the picture (noise, flicker) by which what moves differs from the ground it covers: in
flat places the flow makes up movements that change nothing."""
LEAST_CELLS = 8
"""Fine cells, 0.4 % of a 16:9 picture; smaller ones are the flow's error."""
MOST_REGIONS = 8
"""The largest ones of a picture are followed."""
LEAST_CONFIDENCE = 0.3
"""Of the camera's fit: without a ground nothing can be said to move against it."""
INNER_QUANTILE = 0.9
"""Of the movements of its cells a thing's own is this one: towards its edge the flow is mixed with the ground's."""
INNER_SHARE = 0.5
"""Cells that move less than this share of it are ground that the flow's patches carry along."""
_CLOSE = np.ones((3, 3), np.uint8)


@dataclass(frozen=True)
class Region:
    """Something that moves.

    Attributes:
        left, top, right, bottom: Shares of the picture's width and height.
        moved: How far it moved against the ground, in frame widths.
        ground: How far the ground below it moved.
    """

    left: float
    top: float
    right: float
    bottom: float
    moved: float
    ground: float


def regions_of(field: Field, step: CameraStep, grid: Grid) -> list[Region]:
    """What moves against the camera between two pictures, the largest first."""
    if step.confidence < LEAST_CONFIDENCE:
        return []
    ground = step.moved(grid.fine_points)
    rest, ground_way = np.abs(field.fine_moved - ground), np.abs(ground)
    own = (rest > LEAST_REST_PIXELS * grid.pixel + LEAST_REST_SHARE * ground_way) & (field.fine_trust > LEAST_TRUST)
    own &= field.unlike >= quantile(field.unlike, 0.5) + LEAST_UNLIKE
    if np.count_nonzero(own) < LEAST_CELLS:
        return []
    closed = cv2.morphologyEx(own.astype(np.uint8), cv2.MORPH_CLOSE, _CLOSE)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=4)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    largest = np.argsort(-areas, kind="stable")[:MOST_REGIONS]
    return [
        _region(own & (labels == label), rest, ground_way, grid)
        for label in largest.tolist()
        if areas[label] >= LEAST_CELLS
    ]


def _region(
    moving: NDArray[np.bool_], rest: NDArray[np.float32], ground_way: NDArray[np.float32], grid: Grid
) -> Region:
    moved = quantile(rest[moving], INNER_QUANTILE)
    inner = moving & (rest >= INNER_SHARE * moved)
    rows, columns = np.flatnonzero(inner.any(axis=1)), np.flatnonzero(inner.any(axis=0))
    return Region(
        left=float(columns[0]) * FINE_PIXELS / grid.width,
        top=float(rows[0]) * FINE_PIXELS / grid.height,
        right=float(columns[-1] + 1) * FINE_PIXELS / grid.width,
        bottom=float(rows[-1] + 1) * FINE_PIXELS / grid.height,
        moved=moved,
        ground=float(ground_way[inner].mean()),
    )


def quantile(values: NDArray[Any], share: float) -> float:
    """What so large a share of the values does not exceed, between two values by the straight line.

    As `numpy.quantile` has it, in a tenth of the time for a few hundred values.
    """
    ordered = np.sort(values, axis=None)
    place = share * (ordered.size - 1)
    below = int(place)
    low, high = float(ordered[below]), float(ordered[min(below + 1, ordered.size - 1)])
    return low + (high - low) * (place - below)
