"""Long straight lines that run towards one point: roads, rails, corridors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_LENGTH = 0.12
"""Of the diagonal; shorter edges do not lead."""

MOST_LINES = 40
"""The longest ones vote; every pair of them proposes a point."""

POINT_BOUNDS = (-0.25, 1.25)
"""How far outside the picture the lines may meet, in shares of its sides."""

LEAST_ANGLE = np.radians(8)
"""Lines more parallel than this do not say where they meet, and count as one direction."""

AIM = np.radians(2)
"""A line runs towards a point when it misses it by no more than this angle, seen from the line's middle."""

FEWEST_DIRECTIONS = 3
"""Any two lines meet somewhere; of a grid never three in one point."""

FULL_LENGTH = 2.0
"""Of the diagonal: lines that lead to one point and are together so long count as 1."""


def leading_lines(luma: NDArray[np.uint8]) -> float:
    """How strongly lines lead to one point, from 0 to 1.

    Segments are found by LSD (Grompone von Gioi, Jakubowicz, Morel and Randall, 2010), which finds none in clutter;
    every pair of them votes for where it meets, and the point with the longest lines towards it wins.

    Args:
        luma: Shape (height, width).
    """
    height, width = luma.shape
    diagonal = float(np.hypot(height, width))
    segments = _segments(luma, LEAST_LENGTH * diagonal)
    if len(segments) < FEWEST_DIRECTIONS:
        return 0.0
    starts, ends = segments[:, :2], segments[:, 2:]
    middles, lengths = (starts + ends) / 2, np.linalg.norm(ends - starts, axis=1)
    directions = (ends - starts) / lengths[:, None]
    points = _meetings(middles, directions)
    low, high = POINT_BOUNDS
    inside = ((points >= low * np.array([width, height])) & (points <= high * np.array([width, height]))).all(axis=1)
    best = max((_led(point, middles, directions, lengths) for point in points[inside]), default=0.0)
    return min(1.0, best / (FULL_LENGTH * diagonal))


def _segments(luma: NDArray[np.uint8], least_length: float) -> NDArray[np.float64]:
    """The longest segments, shape (n, 4): x and y of both ends."""
    found, *_ = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(luma)
    if found is None:
        return np.zeros((0, 4))
    segments = np.asarray(found, np.float64).reshape(-1, 4)
    lengths = np.linalg.norm(segments[:, 2:] - segments[:, :2], axis=1)
    longest = np.argsort(-lengths, kind="stable")[:MOST_LINES]
    kept: NDArray[np.float64] = segments[longest[lengths[longest] >= least_length]]
    return kept


def _meetings(middles: NDArray[np.float64], directions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where each two lines that are not parallel meet, shape (n, 2)."""
    one, other = np.triu_indices(len(middles), 1)
    sine = _cross(directions[one], directions[other])
    apart = np.abs(sine) >= np.sin(LEAST_ANGLE)
    one, other, sine = one[apart], other[apart], sine[apart]
    along = _cross(middles[other] - middles[one], directions[other]) / sine
    points: NDArray[np.float64] = middles[one] + along[:, None] * directions[one]
    return points


def _led(
    point: NDArray[np.float64],
    middles: NDArray[np.float64],
    directions: NDArray[np.float64],
    lengths: NDArray[np.float64],
) -> float:
    """The length of the lines that run towards a point without crossing it; 0 when they have too few directions."""
    way = point - middles
    distance = np.linalg.norm(way, axis=1)
    towards = (np.abs(_cross(way, directions)) <= np.sin(AIM) * distance) & (distance >= lengths / 2)
    angles = np.sort(np.arctan2(directions[towards, 1], directions[towards, 0]) % np.pi)
    if not angles.size:
        return 0.0
    steps = np.diff(np.r_[angles, angles[0] + np.pi])
    if int((steps >= LEAST_ANGLE).sum()) < FEWEST_DIRECTIONS:
        return 0.0
    return float(lengths[towards].sum())


def _cross(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    product: NDArray[np.float64] = left[..., 0] * right[..., 1] - left[..., 1] * right[..., 0]
    return product
