"""Odd clips that every stage must pass over; what is true of each stands in its docstring."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from shared.testkit.clips.pictures import BLACK, plain, tone
from shared.testkit.clips.writing import Sound, regular_times, write_clip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

WIDTH, HEIGHT = 320, 180
RATE = 24
VIDEO_BLACK = (0, 0, 0)
DRIFT_PIXELS = 2
"""How far the landscape moves to the left with each picture."""


def without_audio(path: Path) -> Path:
    """Three seconds of two moving shots, cut at 1.5 s; no audio stream."""
    return _write(path, seconds=3, cut_seconds=1.5, sound=None)


def one_frame(path: Path) -> Path:
    """A single picture, no sound."""
    return write_clip(
        path, times=[Fraction(0)], picture=lambda _index: _landscape(0, WIDTH, HEIGHT, 0), time_base=Fraction(1, RATE)
    )


def one_second(path: Path) -> Path:
    """One second of one moving shot with a tone."""
    return _write(path, seconds=1)


def one_shot(path: Path) -> Path:
    """Six seconds of one moving shot with a tone; no cut."""
    return _write(path, seconds=6)


def black(path: Path) -> Path:
    """Three seconds of black with a tone."""
    return write_clip(
        path,
        times=regular_times(3 * RATE, RATE),
        picture=lambda _index: plain(VIDEO_BLACK, WIDTH, HEIGHT),
        time_base=Fraction(1, RATE),
        sound=Sound(tone(440, 3.0)),
    )


def silence(path: Path) -> Path:
    """Three seconds of two moving shots, cut at 1.5 s, with an audio stream that is digital silence."""
    return _write(path, seconds=3, cut_seconds=1.5, sound="silence")


def eight_fps(path: Path) -> Path:
    """Four seconds of two moving shots at 8 frames per second, cut at 2 s."""
    return _write(path, seconds=4, rate=8, cut_seconds=2)


def hundred_twenty_fps(path: Path) -> Path:
    """Two seconds of two moving shots at 120 frames per second, cut at 1 s."""
    return _write(path, seconds=2, rate=120, cut_seconds=1)


def portrait(path: Path) -> Path:
    """Three seconds of two moving shots, 180 wide and 320 high, cut at 1.5 s."""
    return _write(path, seconds=3, width=HEIGHT, height=WIDTH, cut_seconds=1.5)


def four_to_three_in_bars(path: Path) -> Path:
    """Three seconds of two moving shots of 240 by 180 between black bars of 40 columns; cut at 1.5 s."""
    cut = round(1.5 * RATE)

    def picture(index: int) -> NDArray[np.uint8]:
        whole = plain(VIDEO_BLACK, WIDTH, HEIGHT)
        bar = (WIDTH - HEIGHT * 4 // 3) // 2
        whole[:, bar : WIDTH - bar] = _landscape(int(index >= cut), WIDTH - 2 * bar, HEIGHT, index)
        return whole

    return write_clip(
        path,
        times=regular_times(3 * RATE, RATE),
        picture=picture,
        time_base=Fraction(1, RATE),
        sound=Sound(tone(440, 3.0)),
    )


ODD_CLIPS: Mapping[str, Callable[[Path], Path]] = {
    make.__name__: make
    for make in (
        without_audio,
        one_frame,
        one_second,
        one_shot,
        black,
        silence,
        eight_fps,
        hundred_twenty_fps,
        portrait,
        four_to_three_in_bars,
    )
}
"""Each function writes its clip to the path that it is given, and returns that path."""


def _write(
    path: Path,
    *,
    seconds: int,
    rate: int = RATE,
    width: int = WIDTH,
    height: int = HEIGHT,
    cut_seconds: float | None = None,
    sound: Literal["tone", "silence"] | None = "tone",
) -> Path:
    cut = seconds * rate if cut_seconds is None else round(cut_seconds * rate)
    samples = tone(440, float(seconds), level=0.5 if sound == "tone" else 0.0)
    return write_clip(
        path,
        times=regular_times(seconds * rate, rate),
        picture=lambda index: _landscape(int(index >= cut), width, height, index),
        time_base=Fraction(1, rate),
        sound=None if sound is None else Sound(samples),
    )


def _landscape(scene: int, width: int, height: int, index: int) -> NDArray[np.uint8]:
    """A picture of a scene, `DRIFT_PIXELS` further to the left for each index, with a still black square."""
    ground = _ground(scene)
    shift = index * DRIFT_PIXELS % (ground.shape[1] - width)
    picture = ground[:height, shift : shift + width].copy()
    side = height // 6
    picture[height // 2 : height // 2 + side, width // 2 : width // 2 + side] = BLACK
    return picture


@cache
def _ground(scene: int) -> NDArray[np.uint8]:
    """Soft patches of many colours with fine grain, the same for each number; the two scenes share no patch."""
    dice = np.random.default_rng(scene)
    patches = dice.integers(40, 216, (20, 56, 3), np.uint8)
    soft = cv2.resize(patches, (56 * 16, 20 * 16), interpolation=cv2.INTER_CUBIC).astype(np.int16)
    ground: NDArray[np.uint8] = np.clip(soft + dice.integers(-12, 13, soft.shape), 0, 255).astype(np.uint8)
    return ground
