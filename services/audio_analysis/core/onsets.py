"""How strongly new sounds set in, frame by frame and band by band, measured block by block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.audio_analysis.core.mel import mel_filters

RATE_HERTZ = 22_050
"""The rate of the prepared sound track; nothing else is measured."""

HOP_SAMPLES = 256
"""11.6 ms from frame to frame: a beat is placed to a few milliseconds between them."""

WINDOW_SAMPLES = 1024
"""46 ms: long enough to tell 22 Hz apart in the bass, short enough that two quick strokes stay two."""

FRAME_RATE_HERTZ = RATE_HERTZ / HOP_SAMPLES

MEL_BANDS = 64
LOWEST_HERTZ, HIGHEST_HERTZ = 30.0, 10_500.0

BASS_BELOW_HERTZ, TREBLE_ABOVE_HERTZ = 150.0, 4000.0
"""Where a kick drum and a bass guitar sound, and where cymbals do."""

COMPRESSION = 10.0
"""Of the logarithm log(1 + c·magnitude): from 1 to 1000 the tempi found are the same."""

OPENING_FRAMES = 30
"""0.35 s from the beginning, by which it is judged what was there before it."""

HALF_FRAMES = WINDOW_SAMPLES // 2 // HOP_SAMPLES
"""From a window's beginning to its middle: so many first and last windows reach beyond the sound."""

FRAMES_AT_ONCE = 1024


@dataclass(frozen=True)
class Onsets:
    """What was measured; frame i is centred on the instant i / `FRAME_RATE_HERTZ`.

    Attributes:
        strengths: float32, shape (n,): the growth of log magnitude, the mean of all mel bands.
        in_bands: float32, shape (n, 3): the same of the mel band that grows most in the bass, the mid and the treble.
        levels: float32, shape (n,): root mean square of the samples, 1 is full scale.
    """

    strengths: NDArray[np.float32]
    in_bands: NDArray[np.float32]
    levels: NDArray[np.float32]

    def between(self, start_seconds: float, end_seconds: float) -> Onsets:
        """A stretch of it; its first frame is the one nearest to the start."""
        frames = slice(max(0, round(start_seconds * FRAME_RATE_HERTZ)), max(0, round(end_seconds * FRAME_RATE_HERTZ)))
        return Onsets(self.strengths[frames], self.in_bands[frames], self.levels[frames])


class OnsetMeasurer:
    """Hears a sound track block by block; what it keeps grows by 1.7 kB a second.

    The growth is counted against the neighbouring bands too, so that vibrato is no onset (the "superflux" of Böck and
    Widmer, DAFx 2013).
    """

    def __init__(self) -> None:
        self._window = np.hanning(WINDOW_SAMPLES + 1)[:-1].astype(np.float32)
        filters, centres_hertz = mel_filters(
            rate_hertz=RATE_HERTZ,
            window_samples=WINDOW_SAMPLES,
            bands=MEL_BANDS,
            lowest_hertz=LOWEST_HERTZ,
            highest_hertz=HIGHEST_HERTZ,
        )
        self._filters = (filters / filters.sum(axis=0)).astype(np.float32)
        group = np.digitize(centres_hertz, [BASS_BELOW_HERTZ, TREBLE_ABOVE_HERTZ])
        self._first_of_band = np.searchsorted(group, np.arange(3))
        # The first window is centred on the first sample.
        self._waiting = np.zeros(HALF_FRAMES * HOP_SAMPLES, np.float32)
        self._before: NDArray[np.float32] | None = None
        self._strengths: list[NDArray[np.float32]] = []
        self._in_bands: list[NDArray[np.float32]] = []
        self._levels: list[NDArray[np.float32]] = []

    def add(self, samples: NDArray[np.float32]) -> None:
        """Hear the next samples: float32, shape (n,), mono, -1 to 1, at `RATE_HERTZ`."""
        self._waiting = np.concatenate([self._waiting, samples])
        if self._before is not None or self._waiting.size >= OPENING_FRAMES * HOP_SAMPLES + WINDOW_SAMPLES:
            self._measure_waiting()

    def measures(self) -> Onsets:
        """Everything heard; to be asked once, at the end."""
        self._waiting = np.pad(self._waiting, (0, HALF_FRAMES * HOP_SAMPLES))
        self._measure_waiting()
        strengths, in_bands = np.concatenate(self._strengths), np.concatenate(self._in_bands)
        # The last windows reach beyond the end, where a sound cut off clicks in all bands: nobody plays that.
        strengths[-HALF_FRAMES:], in_bands[-HALF_FRAMES:] = 0, 0
        return Onsets(strengths, in_bands, np.concatenate(self._levels))

    def _measure_waiting(self) -> None:
        count = (self._waiting.size - WINDOW_SAMPLES) // HOP_SAMPLES + 1
        for first in range(0, count, FRAMES_AT_ONCE):
            self._measure(first, min(count, first + FRAMES_AT_ONCE))
        if count > 0:
            self._waiting = self._waiting[count * HOP_SAMPLES :]

    def _measure(self, first: int, end: int) -> None:
        windows = np.lib.stride_tricks.sliding_window_view(self._waiting, WINDOW_SAMPLES)
        windows = windows[first * HOP_SAMPLES : (end - 1) * HOP_SAMPLES + 1 : HOP_SAMPLES]
        magnitudes = np.abs(np.fft.rfft(windows * self._window, axis=1)).astype(np.float32)
        logarithms = np.log1p(COMPRESSION * (magnitudes @ self._filters))
        if self._before is None:
            # What sounds through half of the opening was there before it; what dies away set in with it.
            opening = logarithms[HALF_FRAMES:OPENING_FRAMES] if len(logarithms) > HALF_FRAMES else logarithms
            steady = np.median(opening, axis=0, keepdims=True)
            before = np.concatenate([steady, np.maximum(logarithms[:HALF_FRAMES], steady), logarithms[HALF_FRAMES:-1]])
            before = before[: len(logarithms)]
        else:
            before = np.concatenate([self._before, logarithms[:-1]])
        self._before = logarithms[-1:]
        growth = np.maximum(logarithms - _with_neighbours(before), 0)
        self._strengths.append(growth.mean(axis=1))
        self._in_bands.append(np.maximum.reduceat(growth, self._first_of_band, axis=1))
        middle = windows[:, (WINDOW_SAMPLES - HOP_SAMPLES) // 2 : (WINDOW_SAMPLES + HOP_SAMPLES) // 2]
        self._levels.append(np.sqrt(np.mean(np.square(middle), axis=1, dtype=np.float32)))


def _with_neighbours(logarithms: NDArray[np.float32]) -> NDArray[np.float32]:
    """The highest of each band and the two beside it."""
    highest = logarithms.copy()
    np.maximum(highest[:, 1:], logarithms[:, :-1], out=highest[:, 1:])
    np.maximum(highest[:, :-1], logarithms[:, 1:], out=highest[:, :-1])
    return highest
