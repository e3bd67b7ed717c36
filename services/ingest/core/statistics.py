"""Colour and brightness of every frame, measured on the proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LUMA_BINS = 32
HUE_BINS = 12
GRID_WIDTH, GRID_HEIGHT = 32, 18
"""Colours are measured on a picture scaled to this grid: they need no more, and it keeps the pass cheap."""
BLACK, WHITE = 16, 235
"""The luma codes of black and white in limited range."""
COLOURLESS_CHROMA = 6.0
"""Below this Lab chroma a hue means nothing."""
FULL_TURN_DEGREES = 360

FRAME_STATISTICS = np.dtype(
    [
        ("ticks", "<i8"),
        ("luma_mean", "<f4"),
        ("luma_deviation", "<f4"),
        ("difference", "<f4"),
        ("luma_histogram", "<f2", (LUMA_BINS,)),
        ("lab_mean", "<f4", (3,)),
        ("lab_deviation", "<f4", (3,)),
        ("chroma_mean", "<f4"),
        ("hue_histogram", "<f2", (HUE_BINS,)),
    ]
)
"""One frame.

ticks: its time in units of the proxy's time base.
luma_mean, luma_deviation: 0 (black) to 1 (white).
difference: mean absolute change of luma from the frame before, 0 to 1; 0 for the first frame.
luma_histogram: shares of the picture, darkest first.
lab_mean, lab_deviation: CIE L*a*b* (D65), L 0 to 100.
chroma_mean: mean distance from grey in the a*b* plane.
hue_histogram: shares of the picture by hue angle in the a*b* plane, from 0 degrees in equal steps; grey counts nowhere,
so they sum to the coloured share of the picture.
"""


def luma_statistics(luma: NDArray[np.uint8], before: NDArray[np.uint8] | None) -> tuple[float, float, float]:
    """Mean, deviation, and change from the frame before, each on the scale where black is 0 and white 1.

    Args:
        luma: Limited-range luma, shape (height, width).
        before: That of the frame before, of the same shape; None for the first.
    """
    mean, deviation = cv2.meanStdDev(luma)
    change = 0.0 if before is None else cv2.norm(luma, before, cv2.NORM_L1) / luma.size
    span = WHITE - BLACK
    return (float(mean[0, 0]) - BLACK) / span, float(deviation[0, 0]) / span, float(change) / span


def fill_colours(rows: NDArray[np.void], grids: Sequence[NDArray[np.uint8]]) -> None:
    """Measure the colours of many frames at once, into their rows.

    Args:
        rows: Of `FRAME_STATISTICS`, one per frame.
        grids: sRGB pictures, each of shape (GRID_HEIGHT, GRID_WIDTH, 3).
    """
    count = len(grids)
    pixels = np.concatenate(grids)
    lab = cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2LAB).reshape(count, -1, 3)
    rows["lab_mean"], rows["lab_deviation"] = lab.mean(axis=1), lab.std(axis=1)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    rows["chroma_mean"] = chroma.mean(axis=1)
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % FULL_TURN_DEGREES
    hue_bin = np.minimum((hue * (HUE_BINS / FULL_TURN_DEGREES)).astype(np.int64), HUE_BINS - 1)
    rows["hue_histogram"] = _shares(hue_bin, HUE_BINS, counted=chroma >= COLOURLESS_CHROMA)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).reshape(count, -1)
    luma_bin = grey.astype(np.int64) * LUMA_BINS // 256
    rows["luma_histogram"] = _shares(luma_bin, LUMA_BINS, counted=np.ones_like(luma_bin, bool))


def _shares(bins: NDArray[np.int64], bin_count: int, *, counted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Histograms of each row of bin numbers, as shares of all its elements."""
    count, size = bins.shape
    flat = (bins + np.arange(count)[:, None] * bin_count)[counted]
    histograms: NDArray[np.float64] = np.bincount(flat, minlength=count * bin_count).reshape(count, bin_count) / size
    return histograms
