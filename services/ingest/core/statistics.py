"""Colour and brightness of every frame, measured on the proxy."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from shared.contracts.colours import COLOUR_NAMES, COLOUR_REGIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LUMA_BINS = 32
HUE_BINS = 12
GRID_WIDTH, GRID_HEIGHT = 32, 18
"""Colours are measured at this grid of points: they need no more, and it keeps the pass cheap."""
BLACK, WHITE = 16, 235
"""The luma codes of black and white in limited range."""
PLANE_SPANS = (219, 224, 224)
"""From the least to the greatest code of Y, Cb and Cr."""
COLOURLESS_CHROMA = 6.0
"""Below this Lab chroma a hue means nothing."""
FULL_TURN_DEGREES = 360
DROPPED_BITS = 2
"""Names are looked up by codes without their last bits, in a table of a quarter of a megabyte."""

_CODE_ZERO = np.array([16, 128, 128], np.float32)[:, None]
_CODE_SPAN = np.array(PLANE_SPANS, np.float32)[:, None]
_FROM_YCBCR = np.array([[1, 0, 1.5748], [1, -0.187324, -0.468124], [1, 1.8556, 0]], np.float32)
"""ITU-R BT.709."""

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
        ("colour_shares", "<f2", (len(COLOUR_NAMES),)),
    ]
)
"""One frame.

ticks: its time in units of the proxy's time base.
luma_mean, luma_deviation: 0 (black) to 1 (white).
difference: mean absolute change of Y, Cb and Cr from the frame before, 0 to 1; 0 for the first frame.
luma_histogram: shares of the picture, darkest first.
lab_mean, lab_deviation: CIE L*a*b* (D65), L 0 to 100.
chroma_mean: mean distance from grey in the a*b* plane.
hue_histogram: shares of the picture by hue angle in the a*b* plane, from 0 degrees in equal steps; grey counts nowhere,
so they sum to the coloured share of the picture.
colour_shares: shares of the picture of each of `COLOUR_NAMES`; they sum to 1.
"""


def light_and_change(
    planes: Sequence[NDArray[np.uint8]], before: Sequence[NDArray[np.uint8]] | None
) -> tuple[float, float, float]:
    """Mean and deviation of luma, and the change from the frame before.

    The change looks at all three planes, so that a cut between two colours of one brightness is seen.

    Args:
        planes: Y, Cb and Cr in limited range; each of shape (rows, columns).
        before: Those of the frame before, of the same shapes; None for the first.
    """
    luma = planes[0]
    # Two norms cost a third of what OpenCV's own mean and deviation cost.
    mean = cv2.norm(luma, cv2.NORM_L1) / luma.size
    deviation = max(0.0, cv2.norm(luma, cv2.NORM_L2SQR) / luma.size - mean**2) ** 0.5
    change = 0.0
    if before is not None:
        change = sum(
            cv2.norm(now, then, cv2.NORM_L1) / (now.size * span)
            for now, then, span in zip(planes, before, PLANE_SPANS, strict=True)
        ) / len(PLANE_SPANS)
    span = WHITE - BLACK
    return (mean - BLACK) / span, deviation / span, change


def colour_samples(planes: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Codes of Y, Cb and Cr at an even grid of points: shape (3, GRID_HEIGHT, GRID_WIDTH).

    Args:
        planes: Of a 4:2:0 picture; they may differ in size.
    """
    size = (GRID_WIDTH, GRID_HEIGHT)
    return np.stack([cv2.resize(plane, size, interpolation=cv2.INTER_NEAREST) for plane in planes])


def fill_colours(rows: NDArray[np.void], samples: Sequence[NDArray[np.uint8]]) -> None:
    """Measure the colours of many frames at once, into their rows.

    Args:
        rows: Of `FRAME_STATISTICS`, one per frame.
        samples: What `colour_samples` gave for each frame.
    """
    count = len(samples)
    codes = np.stack(samples).reshape(count, 3, -1)
    lab = cv2.cvtColor(srgb(codes), cv2.COLOR_RGB2LAB)
    # Each of L, a and b in one piece: numpy adds up neighbours twelve times faster than every third number.
    channels = np.ascontiguousarray(np.moveaxis(lab, 2, 1))
    rows["lab_mean"], rows["lab_deviation"] = channels.mean(axis=2), channels.std(axis=2)
    chroma, hue = cv2.cartToPolar(channels[:, 1], channels[:, 2], angleInDegrees=True)
    rows["chroma_mean"] = chroma.mean(axis=1)
    hue_bin = (hue * (HUE_BINS / FULL_TURN_DEGREES)).astype(np.int64) % HUE_BINS
    rows["hue_histogram"] = _shares(hue_bin, HUE_BINS, counted=chroma >= COLOURLESS_CHROMA)
    names = name_table()[tuple((codes >> DROPPED_BITS).swapaxes(0, 1))]
    rows["colour_shares"] = _shares(names, len(COLOUR_NAMES), counted=np.ones_like(names, bool))
    light = np.clip(codes[:, 0].astype(np.int64) - BLACK, 0, WHITE - BLACK)
    luma_bin = light * LUMA_BINS // (WHITE - BLACK + 1)
    rows["luma_histogram"] = _shares(luma_bin, LUMA_BINS, counted=np.ones_like(luma_bin, bool))


@cache
def name_table() -> NDArray[np.uint8]:
    """The number of the name of every colour, by its codes of Y, Cb and Cr without their last bits: (64, 64, 64)."""
    steps = (np.arange(256 >> DROPPED_BITS) * 2 + 1 << DROPPED_BITS >> 1).astype(np.uint8)
    codes = np.stack(np.meshgrid(steps, steps, steps, indexing="ij")).reshape(1, 3, -1)
    numbers = colour_numbers(cv2.cvtColor(srgb(codes), cv2.COLOR_RGB2LAB)[0])
    return numbers.reshape(steps.size, steps.size, steps.size)


def colour_numbers(lab: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The place in `COLOUR_NAMES` of the name of each colour of CIE L*a*b*, shape (n, 3), as `colour_name` has it."""
    light = np.maximum(lab[:, 0], 0)
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % FULL_TURN_DEGREES
    numbers = np.zeros(len(lab), np.uint8)
    # The first region that holds a colour names it, so the first is written last.
    for region in reversed(COLOUR_REGIONS):
        lowest, highest = region.hue
        after, before = hue >= lowest, hue < highest
        held = (after & before) if lowest < highest else (after | before)
        held &= (light >= region.lightness[0]) & (light < region.lightness[1])
        held &= (chroma >= region.chroma[0]) & (chroma < region.chroma[1])
        numbers[held] = COLOUR_NAMES.index(region.name)
    return numbers


def srgb(codes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """R'G'B' of 0 to 1, shape (n, points, 3), of BT.709 limited-range codes of shape (n, 3, points)."""
    signal = (codes.astype(np.float32) - _CODE_ZERO) / _CODE_SPAN
    return np.clip(np.ascontiguousarray(np.moveaxis(signal, 1, 2)) @ _FROM_YCBCR.T, 0, 1)


def _shares(bins: NDArray[np.integer], bin_count: int, *, counted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Histograms of each row of bin numbers, as shares of all its elements."""
    count, size = bins.shape
    flat = (bins + np.arange(count)[:, None] * bin_count)[counted]
    histograms: NDArray[np.float64] = np.bincount(flat, minlength=count * bin_count).reshape(count, bin_count) / size
    return histograms
