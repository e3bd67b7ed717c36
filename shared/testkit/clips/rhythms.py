"""Sounds whose beats are known: clicks at given times and drum patterns at a given tempo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

RATE_HERTZ = 22_050
CLICK_SECONDS = 0.12
"""How long one stroke rings; it has died away by e^-6 and more."""

Stroke = Literal["bass", "mid", "treble"]


@dataclass(frozen=True)
class Pattern:
    """One bar for a drummer.

    Attributes:
        beats: Beats in the bar.
        strokes: For each stroke a line over the whole bar: `x` loud, `o` soft, `.` a rest; all lines are equally long.
        swing: How late every second step comes, as a share of a step: 0 straight, 0.33 a shuffle.
    """

    beats: int
    strokes: Mapping[Stroke, str]
    swing: float = 0.0


PATTERNS: Mapping[str, Pattern] = {
    "four on the floor": Pattern(
        4, {"bass": "x...x...x...x...", "mid": "....x.......x...", "treble": "..x...x...x...x."}
    ),
    "backbeat": Pattern(4, {"bass": "x.......x.x.....", "mid": "....x.......x...", "treble": "x.o.x.o.x.o.x.o."}),
    "hip-hop": Pattern(4, {"bass": "x..x......x..o..", "mid": "....x.......x..o", "treble": "x.o.x.o.x.o.x.oo"}),
    "half-time": Pattern(4, {"bass": "x.....x...x.....", "mid": "........x.......", "treble": "x.o.x.o.x.o.x.o."}),
    "three-three-two": Pattern(
        4, {"bass": "x..x..x.x..x..x.", "mid": "....x.......x...", "treble": "x.o.x.o.x.o.x.o."}
    ),
    "waltz": Pattern(3, {"bass": "x...........", "mid": "....x...x...", "treble": "o...o...o..."}),
    "six-eight": Pattern(2, {"bass": "x.....", "mid": "...x..", "treble": "xooxoo"}),
    "shuffle": Pattern(4, {"bass": "x...x...", "mid": "..x...x.", "treble": "xoxoxoxo"}, swing=0.33),
    "clave": Pattern(4, {"mid": "x..x..x...x.x...", "treble": "o.o.o.o.o.o.o.o."}),
}


def click_track(
    times_seconds: Sequence[float],
    duration_seconds: float,
    *,
    stroke: Stroke = "mid",
    levels: Sequence[float] | None = None,
    noise: float = 0.0,
    seed: int = 1,
) -> NDArray[np.float32]:
    """One stroke at each time.

    Args:
        times_seconds: When each stroke sets in.
        duration_seconds: The length of the whole.
        stroke: In which band it sounds.
        levels: How loud each is, 0 to 1; all 0.8 when left out.
        noise: The standard deviation of white noise below it all.
        seed: Of the noise.
    """
    samples = np.zeros(round(duration_seconds * RATE_HERTZ), np.float32)
    for time, level in zip(times_seconds, levels or [0.8] * len(times_seconds), strict=True):
        _add(samples, time, level * _stroke(stroke))
    if noise:
        samples += np.random.default_rng(seed).normal(0, noise, samples.size).astype(np.float32)
    return samples


def drum_track(
    pattern: Pattern, bpm: float, duration_seconds: float, *, jitter_seconds: float = 0.004, seed: int = 1
) -> NDArray[np.float32]:
    """A pattern played over and over, the first bar at 0; every stroke is off by a little, as a drummer's are."""
    random = np.random.default_rng(seed)
    samples = np.zeros(round(duration_seconds * RATE_HERTZ), np.float32)
    for stroke, line in pattern.strokes.items():
        step_seconds = pattern.beats * 60 / bpm / len(line)
        sound = _stroke(stroke)
        for step in range(int(duration_seconds / step_seconds) + 1):
            mark = line[step % len(line)]
            if mark != ".":
                late = step_seconds * pattern.swing * (step % 2) + random.normal(0, jitter_seconds)
                level = (0.5 if mark == "x" else 0.25) * random.uniform(0.8, 1.0)
                _add(samples, step * step_seconds + late, level * sound)
    return np.clip(samples, -1, 1)


def beat_times(bpm: float, duration_seconds: float, first_seconds: float = 0.0) -> NDArray[np.float64]:
    """The instants of a steady beat."""
    return np.arange(first_seconds, duration_seconds, 60 / bpm)


def _stroke(stroke: Stroke) -> NDArray[np.float32]:
    """A kick (60 Hz), a wood block (600 Hz and its third partial) or a hi-hat (noise above 6 kHz)."""
    times = np.arange(round(CLICK_SECONDS * RATE_HERTZ)) / RATE_HERTZ
    if stroke == "bass":
        sound = np.sin(2 * np.pi * 60 * times) * np.exp(-times / 0.04)
    elif stroke == "mid":
        sound = (np.sin(2 * np.pi * 600 * times) + 0.5 * np.sin(2 * np.pi * 1800 * times)) * np.exp(-times / 0.02) / 1.5
    else:
        noise = np.random.default_rng(7).normal(0, 0.4, times.size)
        spectrum = np.fft.rfft(noise)
        spectrum[np.fft.rfftfreq(times.size, 1 / RATE_HERTZ) < 6000] = 0  # noqa: PLR2004  hertz
        sound = np.fft.irfft(spectrum, times.size) * np.exp(-times / 0.015)
    return sound.astype(np.float32)


def _add(samples: NDArray[np.float32], time_seconds: float, sound: NDArray[np.float32]) -> None:
    begin = max(0, round(time_seconds * RATE_HERTZ))
    end = min(samples.size, begin + sound.size)
    if end > begin:
        samples[begin:end] += sound[: end - begin]
