"""How alike two shots look: the same view, or the same colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter

if TYPE_CHECKING:
    from numpy.typing import NDArray

LAYOUT_SIZE = (24, 14)
"""Width and height of the pictures by which views are compared: a head is some places wide, a gesture is not."""

SAMPLES = 9
"""Pictures of each shot that are compared, evenly spread."""

VIEWS = (0, 4, 8)
"""The samples that are compared place by place: the camera may move in between."""

PALETTE_BINS = (8, 10, 10)
"""Of L from 0 to 100, of a and b from -60 to 60."""

PALETTE_BLUR = 0.7
"""Bins: neighbouring colours are alike, wherever the bounds of the bins happen to lie."""

PLAIN = 1.0
"""The length of a layout without its mean below which a picture is plain."""

SAME_COLOUR = 8.0
"""Distance in L*a*b* below which a place has kept its colour: what light and grain change stays below."""


@dataclass(frozen=True)
class ShotLook:
    """What one shot looks like.

    Attributes:
        layouts: L*a*b* of its views, float32, shape (3, places, 3).
        structures: The same as unit vectors without the mean colour, shape (3, 3 * places); zeros of a plain picture.
        palette: Shares of the colours in the whole shot, float32, sum 1, shape (bins,).
    """

    layouts: NDArray[np.float32]
    structures: NDArray[np.float32]
    palette: NDArray[np.float32]


def sample_frames(first: int, end: int) -> list[int]:
    """The frames of a shot to compare, from `first` up to, without, `end`; in a short shot some are the same."""
    return [first + int((end - first) * share) for share in np.linspace(0.1, 0.9, SAMPLES)]


def look_of(samples: NDArray[np.uint8]) -> ShotLook:
    """The look of a shot by its samples, RGB, shape (9, height, width, 3)."""
    layouts = np.stack([_layout(samples[view]) for view in VIEWS])
    structures = (layouts - layouts.mean(axis=1, keepdims=True)).reshape(len(VIEWS), -1)
    lengths = np.linalg.norm(structures, axis=1, keepdims=True)
    units = np.divide(structures, lengths, where=lengths > PLAIN, out=np.zeros_like(structures))
    return ShotLook(layouts, units, _palette(samples))


def _lab(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """L*a*b* of pictures of shape (..., width, 3)."""
    rows = np.ascontiguousarray(pictures).reshape(-1, pictures.shape[-2], 3).astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(rows, cv2.COLOR_RGB2LAB), np.float32)


def _layout(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    small = cv2.resize(np.ascontiguousarray(picture), LAYOUT_SIZE, interpolation=cv2.INTER_AREA)
    return _lab(np.asarray(small, np.uint8)).reshape(-1, 3)


def _palette(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    lab = _lab(pictures).reshape(-1, 3)
    lightness, a, b = PALETTE_BINS
    bins = (lab + np.array([0, 60, 60])) * np.array([lightness / 100, a / 120, b / 120])
    places = np.clip(bins.astype(np.int64), 0, np.array(PALETTE_BINS) - 1)
    counts = np.bincount(np.ravel_multi_index(tuple(places.T), PALETTE_BINS), minlength=lightness * a * b)
    cube = gaussian_filter(counts.reshape(PALETTE_BINS).astype(np.float32), PALETTE_BLUR)
    palette: NDArray[np.float32] = (cube / cube.sum()).ravel()
    return palette


def palette_likeness(left: ShotLook, right: ShotLook) -> float:
    """The share of colours that both have: histogram intersection (Swain and Ballard, 1991); 0 to 1."""
    return float(np.minimum(left.palette, right.palette).sum())


def view_likeness(left: ShotLook, right: ShotLook, *, least: float) -> float:
    """How much of the view is the same: 1 for the same picture, about 0 for strangers.

    For the best pair of instants: the correlation of the layouts, times the share of places that have kept their
    colour. The first ignores the light, the second what has moved; plain pictures show no view, so they resemble none.
    Where the correlation alone is below `least` the rest is not computed and the answer is 0.
    """
    correlations = left.structures @ right.structures.T
    best = 0.0
    for one, other in zip(*np.nonzero(correlations >= least), strict=True):
        distance = np.linalg.norm(left.layouts[one] - right.layouts[other], axis=1)
        best = max(best, float(correlations[one, other] * (distance < SAME_COLOUR).mean()))
    return best
