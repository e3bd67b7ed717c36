"""What happens inside a shot and is no transition: flashes, strobes, whip pans, things that pass close by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from tests.accuracy.montage.transitions import blended

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    Disturbance = Callable[[Picture, float], Picture]
    """Of a picture and the seconds since it began."""

STROBE_HERTZ = 8.0


def flash(seconds: float, strength: float) -> Disturbance:
    """White light for a moment."""

    def disturb(picture: Picture, since: float) -> Picture:
        return blended(picture, np.full_like(picture, 255), strength) if 0 <= since < seconds else picture

    return disturb


def strobe(seconds: float) -> Disturbance:
    """Light and near darkness in turn, eight times a second."""

    def disturb(picture: Picture, since: float) -> Picture:
        is_dark = 0 <= since < seconds and (since * STROBE_HERTZ) % 1 < 0.5
        return blended(picture, np.zeros_like(picture), 0.85) if is_dark else picture

    return disturb


def whip_pan(seconds: float, widths: float) -> Disturbance:
    """The camera swings to another part of a wide view (made of the picture and its mirror images), blurred."""

    def disturb(picture: Picture, since: float) -> Picture:
        width = picture.shape[1]
        progress = float(np.clip(since / seconds, 0, 1))
        place = widths * progress * progress * (3 - 2 * progress)
        speed = widths * 6 * progress * (1 - progress) / seconds
        wide = np.concatenate([picture, picture[:, ::-1]], axis=1)
        shown = np.roll(wide, -round(place * width), axis=1)[:, :width]
        blur = round(speed * width / 50)  # the shutter is open for a fiftieth of a second
        return np.asarray(cv2.blur(shown, (blur, 1)), np.uint8) if blur > 1 else np.ascontiguousarray(shown)

    return disturb


def passing(seconds: float, colour: tuple[int, int, int], share: float) -> Disturbance:
    """Something as wide as the given share of the picture crosses it from the left, close to the camera."""

    def disturb(picture: Picture, since: float) -> Picture:
        if not 0 <= since < seconds:
            return picture
        height, width = picture.shape[:2]
        body = round(share * width)
        left = round(-body + (width + body) * since / seconds)
        disturbed = picture.copy()
        columns = np.arange(max(0, left), min(width, left + body))
        stripes = 1 + 0.25 * np.sin((columns - left) / 9)
        disturbed[height // 8 :, columns] = np.clip(np.array(colour) * stripes[:, None], 0, 255).astype(np.uint8)
        return disturbed

    return disturb


@dataclass(frozen=True)
class Event:
    """A disturbance, what it is called, and how long it lasts."""

    name: str
    seconds: float
    disturb: Disturbance


EVENTS: tuple[Event, ...] = (
    Event("flash", 0.05, flash(0.05, 1.0)),
    Event("passing object", 0.5, passing(0.5, (60, 50, 45), 0.6)),
    Event("strobe", 1.0, strobe(1.0)),
    Event("whip pan", 0.35, whip_pan(0.35, 1.3)),
    Event("flash", 0.12, flash(0.12, 0.7)),
    Event("passing object", 0.8, passing(0.8, (170, 120, 60), 0.9)),
    Event("flash", 0.2, flash(0.2, 0.9)),
    Event("whip pan", 0.5, whip_pan(0.5, -1.0)),
    Event("strobe", 0.7, strobe(0.7)),
    Event("passing object", 0.3, passing(0.3, (20, 20, 30), 0.4)),
)
"""What happens, in turn."""

OTHER_EVENTS: tuple[Event, ...] = (
    Event("whip pan", 0.3, whip_pan(0.3, -0.8)),
    Event("flash", 0.08, flash(0.08, 0.8)),
    Event("passing object", 0.6, passing(0.6, (90, 30, 30), 0.8)),
    Event("strobe", 1.2, strobe(1.2)),
    Event("flash", 0.15, flash(0.15, 1.0)),
    Event("whip pan", 0.45, whip_pan(0.45, 1.2)),
    Event("passing object", 0.4, passing(0.4, (200, 190, 180), 0.5)),
    Event("flash", 0.25, flash(0.25, 0.6)),
)
"""Others of the same kinds."""
