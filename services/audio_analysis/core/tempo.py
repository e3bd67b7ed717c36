"""How fast the music goes from window to window, from how well its onsets repeat.

The onsets of a window are correlated with themselves. A tempo is judged by the correlation at one, two, four and eight
beats: music in four repeats by the bar and by pairs of bars, and a false pulse of two thirds or four thirds of the
tempo, which dotted rhythms make strong at one beat, meets no bar line. Which of two octaves it is decide a preference
for middling tempi (a normal curve over the logarithm, as Ellis has it, 2007) and the half beat: where that is as
strong as the beat, the faster one is the pulse. Windows choose together (Viterbi): the tempo changes only for a reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from services.audio_analysis.core.onsets import FRAME_RATE_HERTZ

SLOWEST_BPM, FASTEST_BPM = 40.0, 240.0
TEMPI = np.geomspace(SLOWEST_BPM, FASTEST_BPM, 600)
"""0.3 % apart."""

BEATS_COMPARED = (1, 2, 4, 8)

PREFERRED_BPM, PREFERRED_WIDTH_OCTAVES, PREFERENCE = 122.0, 0.8, 0.25
"""People tap most easily to 120 to 130 beats a minute (Moelants, "Preferred tempo reconsidered", 2002). The weight is
small: 0.13 more of repetition brings 136 down to 68."""

STRONG_HALF_BEAT, HALF_BEAT_WEIGHT = 0.8, 0.375
"""What a half beat repeats better than this share of the beat counts, by this weight, against the slower octave."""

WINDOW_SECONDS, STEP_SECONDS = 30.0, 10.0
"""Nearly four bars of the slowest tempo are compared with the four that follow."""

SHORTEST_SECONDS = 3.0
"""Below there is no repetition to hear."""

LEAST_OVERLAP = 0.35
"""Of a window: a repetition is only looked for where at least so much of the window can be compared with itself."""

SMOOTHING_FRAMES = 1.5
"""17 ms: what a drummer is off."""

BACKGROUND_SECONDS = 1.0
"""Onsets count by how far they stand above the mean of this stretch."""

STRONGEST_ACCENT = 4.0
"""In root mean squares of the window: one door that slams, or a sound cut in at full level, hides no pulse."""

FAINTEST_ACCENTS = 1e-4
"""Added to the variance of the accents: a hundredth of that of soft clicks, and far above that of a held tone."""

CHANGE_COST_PER_OCTAVE, CHANGE_COST_LIMIT = 1.0, 0.3
"""What a change of tempo between two windows costs, in units of repetition: drifting is cheap, a new song dear once."""

WEAKEST_PULSE = 0.12
"""Repetition of the chosen tempo below which a window is said to have no pulse."""


@dataclass(frozen=True)
class WindowTempo:
    """The tempo in one stretch.

    Attributes:
        start_seconds, end_seconds: The stretch for which it speaks; stretches do not overlap.
        bpm: Beats per minute.
        repetition: Mean correlation of the onsets at the compared numbers of beats; 0 none, 1 perfect.
    """

    start_seconds: float
    end_seconds: float
    bpm: float
    repetition: float

    @property
    def seconds(self) -> float:
        """The length of the stretch."""
        return self.end_seconds - self.start_seconds

    @property
    def has_pulse(self) -> bool:
        """Whether the tempo means anything."""
        return self.repetition >= WEAKEST_PULSE


def find_tempi(strengths: NDArray[np.float32], start_seconds: float = 0.0) -> list[WindowTempo]:
    """The tempo of each window of one stretch of music.

    Args:
        strengths: Of the onsets, shape (n,), at `FRAME_RATE_HERTZ`.
        start_seconds: When the stretch begins.
    """
    seconds = strengths.size / FRAME_RATE_HERTZ
    if seconds < SHORTEST_SECONDS:
        return []
    accents = _accents(strengths)
    windows = [accents[first:end] for first, end in _windows(accents.size)]
    correlations = [_self_correlation(window) for window in windows]
    repetitions = np.stack([_repetition(correlation, TEMPI) for correlation in correlations])
    costs = np.stack([_octave_cost(correlation, TEMPI) for correlation in correlations])
    path = _best_path(repetitions - costs)
    bounds = [0.0, *((index + 1) * STEP_SECONDS + (WINDOW_SECONDS - STEP_SECONDS) / 2 for index in range(len(path)))]
    bounds[-1] = seconds
    return [
        WindowTempo(
            start_seconds + bounds[index],
            start_seconds + bounds[index + 1],
            _refined(correlations[index], TEMPI[state]),
            float(repetitions[index, state]),
        )
        for index, state in enumerate(path)
    ]


def _accents(strengths: NDArray[np.float32]) -> NDArray[np.float64]:
    smooth = gaussian_filter1d(strengths.astype(np.float64), SMOOTHING_FRAMES)
    background = uniform_filter1d(smooth, round(BACKGROUND_SECONDS * FRAME_RATE_HERTZ), mode="nearest")
    # The root: a kick and a snare drum are both beats, however much louder one is.
    return np.asarray(np.sqrt(np.maximum(smooth - background, 0)))


def _windows(frames: int) -> list[tuple[int, int]]:
    """First and end frames; the last one is moved back to be whole, a short stretch is one window."""
    size, step = round(WINDOW_SECONDS * FRAME_RATE_HERTZ), round(STEP_SECONDS * FRAME_RATE_HERTZ)
    firsts = [*range(0, max(1, frames - size), step), max(0, frames - size)]
    return [(first, first + size) for first in dict.fromkeys(firsts)]


def _self_correlation(accents: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlation by lag in frames, 1 at lag 0, each lag by the frames that it compares."""
    limited = np.minimum(accents, STRONGEST_ACCENT * np.sqrt(np.mean(np.square(accents))))
    centred = limited - limited.mean()
    spectrum = np.fft.rfft(centred, 2 * centred.size)
    products = np.fft.irfft(np.square(np.abs(spectrum)))[: round(centred.size * (1 - LEAST_OVERLAP))]
    products /= np.arange(centred.size, centred.size - products.size, -1)
    return np.asarray(products / (products[0] + FAINTEST_ACCENTS))


def _at(correlation: NDArray[np.float64], lags: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlation at lags between frames; NaN beyond the last."""
    return np.interp(lags, np.arange(correlation.size), correlation, right=np.nan)


def _repetition(correlation: NDArray[np.float64], tempi: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean correlation at the compared numbers of beats, of those that the window is long enough for."""
    lags = 60 / tempi * FRAME_RATE_HERTZ
    values = np.stack([_at(correlation, beats * lags) for beats in BEATS_COMPARED])
    known = ~np.isnan(values)
    return np.asarray(np.where(known, values, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1))


def _octave_cost(correlation: NDArray[np.float64], tempi: NDArray[np.float64]) -> NDArray[np.float64]:
    """What counts against each tempo: half beats as strong as its beats, and being far from what people prefer."""
    lags = 60 / tempi * FRAME_RATE_HERTZ
    excess = _at(correlation, lags / 2) - STRONG_HALF_BEAT * _at(correlation, lags)
    octaves = np.log2(tempi / PREFERRED_BPM) / PREFERRED_WIDTH_OCTAVES
    return np.asarray(HALF_BEAT_WEIGHT * np.nan_to_num(np.maximum(excess, 0)) + PREFERENCE / 2 * np.square(octaves))


def _best_path(scores: NDArray[np.float64]) -> list[int]:
    """The tempo of each window that together score best, changes paid for."""
    octaves = np.log2(TEMPI)
    costs = np.minimum(CHANGE_COST_PER_OCTAVE * np.abs(octaves[:, None] - octaves), CHANGE_COST_LIMIT)
    total = scores[0]
    origins: list[NDArray[np.intp]] = []
    for score in scores[1:]:
        reached = total - costs
        origins.append(reached.argmax(axis=1))
        total = reached.max(axis=1) + score
    path = [int(total.argmax())]
    for origin in reversed(origins):
        path.append(int(origin[path[-1]]))
    return path[::-1]


def _refined(correlation: NDArray[np.float64], bpm: float) -> float:
    """The tempo within 2 % that repeats best: at eight beats a thousandth of it shows."""
    nearby = bpm * np.linspace(0.98, 1.02, 161)
    return float(nearby[_repetition(correlation, nearby).argmax()])
