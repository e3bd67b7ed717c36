"""How right the motion of the frames is: views that move at known speeds over real pictures, with and without grain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from services.video_analysis.core.motion import MotionMeter
from tests.accuracy.montage.sources import TUNING_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

SPEEDS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Frame widths per second."""

RATES = (24.0, 30.0, 60.0)
GRAIN_CODES = 4.0
SECONDS = 0.7
WIDTH, HEIGHT = 480, 270
DIRECTIONS_DEGREES = (0, 60, 135)


def measure() -> str:
    """A table by speed: what was measured, and the widest error of a picture."""
    pictures = [cv2.cvtColor(part.pictures(0.1)[0][0], cv2.COLOR_RGB2GRAY) for part in TUNING_PARTS[::3]]
    lines = ["| true speed | measured, mean | 90 % of the pictures within |", "|---|---|---|"]
    for speed in SPEEDS:
        measured = np.array(
            [
                _measured(picture, speed, rate, degrees)
                for picture in pictures
                for rate in RATES
                for degrees in DIRECTIONS_DEGREES
            ]
        )
        low, high = np.percentile(measured, (5, 95))
        lines.append(f"| {speed:.2f} | {measured.mean():.3f} | {low:.3f} to {high:.3f} |")
    return "\n".join(lines)


def _measured(picture: NDArray[np.uint8], speed: float, rate: float, degrees: float) -> float:
    """The mean speed that is measured when the view moves over a picture, with grain."""
    meter = MotionMeter()
    for index, view in enumerate(_views(picture, speed / rate, rate, np.radians(degrees))):
        meter.add(index / rate, view)
    return float(meter.speeds([0]).mean())


def _views(picture: NDArray[np.uint8], step_widths: float, rate: float, angle: float) -> Iterator[NDArray[np.uint8]]:
    """A view half as wide as the picture, enlarged, that begins in its middle; beyond the border it is mirrored."""
    dice = np.random.default_rng(1)
    for index in range(round(SECONDS * rate)):
        shift = index * step_widths * WIDTH / 2
        x = WIDTH / 4 + shift * np.cos(angle)
        y = HEIGHT / 4 + shift * np.sin(angle)
        place = np.array([[0.5, 0, x], [0, 0.5, y]])
        view = cv2.warpAffine(
            picture, place, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT
        )
        yield np.clip(view + dice.normal(0, GRAIN_CODES, view.shape), 0, 255).astype(np.uint8)
