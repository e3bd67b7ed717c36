"""Pictures and sounds that a clip is made of; pure functions with answers one can work out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

RED, GREEN, BLUE, WHITE, BLACK, GREY = (
    (200, 30, 30),
    (30, 180, 60),
    (40, 60, 200),
    (235, 235, 235),
    (12, 12, 12),
    (128, 128, 128),
)
SCENE_COLOURS = (RED, BLUE, GREEN, WHITE, GREY, BLACK)


def plain(colour: Sequence[int], width: int, height: int) -> NDArray[np.uint8]:
    """One colour everywhere."""
    return np.broadcast_to(np.array(colour, np.uint8), (height, width, 3)).copy()


def quarters(width: int, height: int) -> NDArray[np.uint8]:
    """Red, green, blue and white from the top left in reading order: shows any turn or flip."""
    picture = plain(RED, width, height)
    picture[: height // 2, width // 2 :] = GREEN
    picture[height // 2 :, : width // 2] = BLUE
    picture[height // 2 :, width // 2 :] = WHITE
    return picture


def scenes(cuts: Sequence[int], width: int, height: int) -> Callable[[int], NDArray[np.uint8]]:
    """Plain scenes with a moving light bar; a new colour begins at each of the given frame numbers."""

    def picture(index: int) -> NDArray[np.uint8]:
        scene = sum(1 for cut in cuts if index >= cut)
        frame = plain(SCENE_COLOURS[scene % len(SCENE_COLOURS)], width, height)
        bar = (index * 2) % max(1, width - 8)
        frame[height // 3 : height // 2, bar : bar + 8] = 255 - frame[height // 3 : height // 2, bar : bar + 8]
        return frame

    return picture


def tone(frequency_hertz: float, seconds: float, rate_hertz: int = 44_100, level: float = 0.5) -> NDArray[np.float32]:
    """A sine of a given peak level."""
    time = np.arange(round(seconds * rate_hertz)) / rate_hertz
    return (level * np.sin(2 * np.pi * frequency_hertz * time)).astype(np.float32)


def clicks(at_seconds: Sequence[float], seconds: float, rate_hertz: int = 44_100) -> NDArray[np.float32]:
    """Silence with a 2 ms click at each of the given instants."""
    samples = np.zeros(round(seconds * rate_hertz), np.float32)
    for instant in at_seconds:
        start = round(instant * rate_hertz)
        samples[start : start + rate_hertz // 500] = 0.9
    return samples
