"""Choosing the one picture that stands for a video: sharp, bright, typical."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Picture = TypeVar("Picture")

MOST_CANDIDATES = 32
COMFORTABLE_LUMA = 0.5
"""Halfway between black and white."""
SHARP_ENOUGH = 200.0
"""Variance of the Laplacian at which a proxy's picture is in focus; more is detail, not merit."""
SHARP_SHARE = 0.7
"""In a video of plainer pictures, drawings or slides, this share of the usual sharpness (the median) is in focus."""
CONTRAST_ENOUGH = 0.15
"""Deviation of luma."""
EXPOSURE_WEIGHT, TYPICAL_WEIGHT = 1.5, 2.0
"""Against focus and contrast, which few pictures lack: a sharp picture of a side matter stands for nothing."""


class CandidateKeeper(Generic[Picture]):
    """Keeps a bounded number of evenly spread pictures of a stream whose length nobody knows."""

    def __init__(self, most: int = MOST_CANDIDATES) -> None:
        self._most = most
        self._step = 1
        self._kept: list[tuple[int, Picture]] = []

    def wants(self, index: int) -> bool:
        """Whether the frame of this number is to be offered."""
        return index % self._step == 0

    def offer(self, index: int, picture: Picture) -> None:
        """Keep a wanted frame; when there are too many, every second one goes and the steps double."""
        if len(self._kept) >= self._most:
            self._step *= 2
            self._kept = [kept for kept in self._kept if kept[0] % self._step == 0]
            if index % self._step:
                return
        self._kept.append((index, picture))

    @property
    def kept(self) -> list[tuple[int, Picture]]:
        """The frames' numbers and pictures, in order."""
        return list(self._kept)


def sharpness(luma: NDArray[np.uint8]) -> float:
    """Variance of the Laplacian: small for blur, fades and plain areas."""
    return float(cv2.Laplacian(luma, cv2.CV_16S).var())


def choose(
    sharpnesses: NDArray[np.float64],
    luma_means: NDArray[np.float64],
    luma_deviations: NDArray[np.float64],
    histograms: NDArray[np.float64],
) -> int:
    """The place of the best candidate; the earliest of equals.

    Args:
        sharpnesses: Of each of n candidates.
        luma_means: 0 black to 1 white, shape (n,).
        luma_deviations: Contrast, on the same scale, shape (n,).
        histograms: Any shares that describe the pictures, shape (n, bins); a picture is typical as far as it shares
            them with the others.
    """
    sharp_enough = max(1.0, min(SHARP_ENOUGH, SHARP_SHARE * float(np.median(sharpnesses))))
    focus = np.minimum(sharpnesses / sharp_enough, 1)
    exposure = np.clip(1 - np.abs(luma_means - COMFORTABLE_LUMA) / COMFORTABLE_LUMA, 0, 1)
    contrast = np.minimum(luma_deviations / CONTRAST_ENOUGH, 1)
    distances = np.abs(histograms[:, None] - histograms[None]).sum(axis=2)
    alike = 1 - distances.mean(axis=1) / max(1e-9, float(distances.max()))
    return int(np.argmax(np.round(focus + EXPOSURE_WEIGHT * exposure + contrast + TYPICAL_WEIGHT * alike, 6)))
