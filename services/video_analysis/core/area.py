"""The picture inside any black bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from shared.contracts.reports.video_analysis import PictureArea

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIT_CODE = 30
"""The luma from which a pixel is lit: above black (16) and what a codec leaves around edges in it."""

SELDOM_SHARE = 0.05
"""What is lit less often than this share of what is lit most often is not lit: a title over the whole frame."""

LIT_LINE_SHARE = 0.1
"""A row or column belongs to the picture when at least this share of it is lit: a logo in a bar is no picture."""

EDGE_SHARE = 0.6
"""How much of the picture's outermost line must be lit: text on black has no such line, a picture has."""

EDGE_STEP_CODES = 6.0
"""How much brighter, in the mean, the picture is just inside an edge than the bar is just outside."""

OUTER_SHARE = 0.15
"""Rows are judged by this share of the picture's width at both sides, where no subtitle stands in a bar."""

EVENNESS_CODES = 4.0
"""How far the lines of a bar may differ in the median; the last two hold what a codec leaves of the edge."""

LEAST_BAR_SHARE = 0.01
"""Thinner dark lines are the edge of a scan, not a bar."""

LEAST_PICTURE_SHARE = 0.25
"""Of each side of the frame; a smaller patch of light is no picture in bars."""


class AreaMeter:
    """Takes in luma planes of one size, in any order; keeps two pictures, however many come."""

    def __init__(self) -> None:
        self._looks = 0
        self._sum: Any = None
        self._lit: Any = None

    def add(self, luma: NDArray[np.uint8]) -> None:
        """Look at one luma plane of shape (height, width)."""
        if self._sum is None:
            self._sum = np.zeros(luma.shape, np.float32)
            self._lit = np.zeros(luma.shape, np.int32)
        cv2.accumulate(luma, self._sum)
        self._lit += luma >= LIT_CODE
        self._looks += 1

    def area(self, width: int, height: int) -> PictureArea:
        """The picture's place, and its aspect ratio in a frame of so many square pixels; without bars the whole."""
        left = top = right = bottom = 0.0
        if self._looks:
            left, top, right, bottom = picture_edges(self._sum / self._looks, self._lit / self._looks)
        return PictureArea(
            left=round(left, 4),
            top=round(top, 4),
            right=round(right, 4),
            bottom=round(bottom, 4),
            aspect_ratio=round(width * (1 - left - right) / (height * (1 - top - bottom)), 4),
        )


def picture_edges(mean_luma: NDArray[np.float32], lit_share: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """The bars' shares of the frame: left, top, right, bottom.

    Args:
        mean_luma: The mean of every pixel over the video, 16 to 235, shape (height, width).
        lit_share: In how many of the looks it was not black, 0 to 1, the same shape.
    """
    lit = lit_share >= max(SELDOM_SHARE * float(lit_share.max()), 1e-9)
    left, right = _bars(lit, mean_luma)
    height, width = lit.shape
    inner = slice(int(np.ceil(left)), width - int(np.ceil(right)))
    top, bottom = _bars(_outer_columns(lit[:, inner]).T, _outer_columns(mean_luma[:, inner]).T)
    return left / width, top / height, right / width, bottom / height


def _outer_columns(picture: NDArray[Any]) -> NDArray[Any]:
    side = max(1, round(OUTER_SHARE * picture.shape[1]))
    return np.hstack([picture[:, :side], picture[:, -side:]])


def _bars(lit: NDArray[np.bool_], mean_luma: NDArray[np.float32]) -> tuple[float, float]:
    """The widths, in pixels, of the bars at the first and the last columns."""
    lit_columns = np.flatnonzero(lit.mean(axis=0) >= LIT_LINE_SHARE)
    if not lit_columns.size or lit_columns[-1] - lit_columns[0] < LEAST_PICTURE_SHARE * lit.shape[1]:
        return 0.0, 0.0
    first = _bar(lit, mean_luma, int(lit_columns[0]))
    last = _bar(lit[:, ::-1], mean_luma[:, ::-1], int(lit.shape[1] - 1 - lit_columns[-1]))
    return first, last


def _bar(lit: NDArray[np.bool_], mean_luma: NDArray[np.float32], edge: int) -> float:
    """The width of the bar before the first lit column; 0 when it is none.

    The edge's column may be mixed of bar and picture: its light tells how much.
    """
    if edge < LEAST_BAR_SHARE * lit.shape[1] or lit[:, edge : edge + 2].any(axis=1).mean() < EDGE_SHARE:
        return 0.0
    columns = np.median(mean_luma, axis=0)
    bar, mixed, inside = float(columns[:edge].mean()), float(columns[edge]), float(columns[edge + 1])
    if inside - bar < EDGE_STEP_CODES or np.ptp(columns[: max(1, edge - 2)]) > EVENNESS_CODES:
        return 0.0
    return edge + 1 - min(1.0, max(0.0, (mixed - bar) / (inside - bar)))
