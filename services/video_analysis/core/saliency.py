"""Where the eye is drawn in a picture: to what is enclosed, and to what differs from the picture's borders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGER_SIDE_PIXELS = 64
"""Saliency is about objects, not about their details."""

LEVELS = 8
"""At so many levels each channel is cut into light and dark."""

LEAST_CONTRAST_CODES = 3.0
"""Deviation of a channel below which it holds grain only."""

BORDER_SHARE = 0.1
"""Of the sides: how far the border reaches in."""

GRAIN_CODES = 4.0
"""Added to the deviations of a border's colours: grain is never a difference."""

CENTRE_DEVIATION = 0.35
"""Of the sides: people look, and cameramen aim, at the middle (Judd, Ehinger, Durand and Torralba, 2009)."""

STANDS_OUT = 0.5
"""Of the greatest saliency: the subject is what reaches it, and hangs together."""

LEAST_EXCESS = 2.5
"""The subject is so many times as salient as the mean, or nothing stands out."""


def salient_place(picture: NDArray[np.uint8]) -> tuple[float, float] | None:
    """The centre of what stands out most, in shares of width and height; None when nothing does.

    Args:
        picture: Blue, green, red; shape (height, width, 3).
    """
    saliency = saliency_of(picture)
    greatest = float(saliency.max())
    if greatest <= 0 or greatest < LEAST_EXCESS * float(saliency.mean()):
        return None
    count, labels = cv2.connectedComponents((saliency >= STANDS_OUT * greatest).astype(np.uint8))
    weights = np.bincount(labels.ravel(), saliency.ravel(), minlength=count)
    weights[0] = 0
    rows, columns = np.nonzero(labels == int(np.argmax(weights)))
    strength = saliency[rows, columns]
    height, width = saliency.shape
    return (
        float(((columns + 0.5) * strength).sum() / strength.sum() / width),
        float(((rows + 0.5) * strength).sum() / strength.sum() / height),
    )


def saliency_of(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How salient each place is, from 0, shape about 64 by 36: the sum of two cues, weighted towards the middle."""
    height, width = picture.shape[:2]
    scale = LONGER_SIDE_PIXELS / max(height, width)
    size = (max(3, round(width * scale)), max(3, round(height * scale)))
    small = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2LAB)
    channels = [channel for channel in np.moveaxis(small, 2, 0) if channel.std() >= LEAST_CONTRAST_CODES]
    if not channels:
        return np.zeros(small.shape[:2])
    cues = (_surroundedness(channels), _unlike_the_borders(small.astype(np.float64)))
    both = sum(cv2.GaussianBlur(cue / max(1e-9, float(cue.max())), (0, 0), 1.5) for cue in cues)
    return np.asarray(both * _towards_the_middle(*small.shape[:2]), np.float64)


def _surroundedness(channels: list[NDArray[np.uint8]]) -> NDArray[np.float64]:
    """How often a place is enclosed when a channel is cut at some level: Boolean maps (Zhang and Sclaroff, 2013)."""
    enclosed = np.zeros(channels[0].shape)
    for channel in channels:
        low, high = np.percentile(channel, (2, 98))
        for level in np.linspace(low, high, LEVELS + 2)[1:-1]:
            light = (channel > level).astype(np.uint8)
            for figure in (light, 1 - light):
                inside = _enclosed(figure)
                area = int(inside.sum())
                if area:
                    # Small figures count for more, as the norm in the paper has it.
                    enclosed += inside / np.sqrt(area)
    return enclosed


def _enclosed(figure: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The ones that no way over ones leads out of the picture."""
    flooded = cv2.copyMakeBorder(figure, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(1.0,))
    cv2.floodFill(flooded, None, (0, 0), (0.0,))
    return np.asarray(flooded[1:-1, 1:-1], np.uint8)


def _unlike_the_borders(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each colour is from those of three of the four borders; one of them the subject may touch.

    The background cue of Zhang, Sclaroff, Lin, Shen, Price and Mech (2015).
    """
    height, width = lab.shape[:2]
    down, across = max(1, round(BORDER_SHARE * height)), max(1, round(BORDER_SHARE * width))
    borders = (lab[:down], lab[-down:], lab[:, :across], lab[:, -across:])
    distances = np.stack([_distance(lab, border.reshape(-1, 3)) for border in borders])
    distances /= np.maximum(distances.max(axis=(1, 2), keepdims=True), 1e-9)
    unlike: NDArray[np.float64] = distances.sum(axis=0) - distances.max(axis=0)
    return unlike


def _distance(lab: NDArray[np.float64], colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mahalanobis distance of each colour from a border's."""
    spread = np.cov(colours.T) + GRAIN_CODES**2 * np.eye(3) if len(colours) > 1 else GRAIN_CODES**2 * np.eye(3)
    away = lab - colours.mean(axis=0)
    distance: NDArray[np.float64] = np.sqrt(np.einsum("hwi,ij,hwj->hw", away, np.linalg.inv(spread), away))
    return distance


def _towards_the_middle(height: int, width: int) -> NDArray[np.float64]:
    down = (np.arange(height) + 0.5) / height - 0.5
    across = (np.arange(width) + 0.5) / width - 0.5
    weight: NDArray[np.float64] = np.exp(-(down[:, None] ** 2 + across**2) / (2 * CENTRE_DEVIATION**2))
    return weight
