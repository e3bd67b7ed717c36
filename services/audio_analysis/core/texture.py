"""What tells music from other sounds, measured frame by frame as the sound goes by."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft
from scipy.ndimage import uniform_filter1d
from scipy.signal.windows import hamming

Samples = NDArray[np.float32]

RATE_HERTZ = 22_050
FRAME_SAMPLES = 1024
"""46 ms: long enough to part the partials of a chord above 150 Hz, short enough that a spoken vowel has moved on."""
HOP_SAMPLES = 441
"""20 ms, so that 25 frames are half a second to the sample."""
FRAMES_PER_SECOND = RATE_HERTZ // HOP_SAMPLES
STEP_FRAMES = 25
STEP_SECONDS = STEP_FRAMES / FRAMES_PER_SECOND
"""Every half second gets its measures, from the window around it."""
WINDOW_STEPS = 5
"""2.5 s, with the half second itself in the middle."""

LOWEST_HERTZ = 150.0
"""Below lies mains hum, which stands stiller than any music."""
HIGHEST_HERTZ = 4000.0
"""What telephones let through; above, the edge of a narrow band stands like a tone."""
NEIGHBOUR_BINS = 21
"""About 450 Hz: a peak stands out against the mean of these."""
PEAK_DECIBELS = 3.0
AUDIBLE_DECIBELS = 40.0
"""A partial weaker than the frame's strongest by more than this is not heard, so does not count."""
FLOOR_DECIBELS = -80.0
"""Of full scale: quieter partials are taken for silence."""
STANDING_STEPS = 40
STANDING_SHARE = 0.5
"""A partial that stands in this share of 20 s is mains hum, a fan or a test tone: music moves on."""
BANDS_HERTZ = ((30.0, 150.0), (150.0, 1000.0), (1000.0, 4000.0))
"""Bass; the voice's body; the consonants, its presence."""
TINY = np.float32(1e-12)
"""-120 dB, below any sound of 16 bit; keeps logarithms finite."""
PEAKS = 5
"""So many of the steadiest partials are summed."""
PEAK_REACH_BINS = 5


@dataclass(frozen=True)
class Texture:
    """What was measured.

    Attributes:
        level_db: Level of each 20 ms, shape (frames,), of full scale.
        continuity: How steadily partials stand around each half second, 0 to 5, shape (steps,).
        energy: Mean energy of the bands of `BANDS_HERTZ` in each half second, shape (steps, 3).
    """

    level_db: NDArray[np.float32]
    continuity: NDArray[np.float32]
    energy: NDArray[np.float32]


class TextureMeter:
    """Takes in a mono track at 22 050 Hz block by block; keeps 0.8 kB for each second."""

    def __init__(self) -> None:
        frequencies = np.fft.rfftfreq(FRAME_SAMPLES, 1 / RATE_HERTZ)
        first, end = np.searchsorted(frequencies, [LOWEST_HERTZ, HIGHEST_HERTZ])
        self._bins = slice(int(first), int(end))
        window = hamming(FRAME_SAMPLES, sym=False)
        # A sine of full scale reads 0 dB.
        self._window = (window * (2 / window.sum())).astype(np.float32)
        # Half a frame ahead, so that the first frame lies around the first sample.
        self._rest = np.zeros(FRAME_SAMPLES // 2, np.float32)
        self._band_sums = np.stack([(frequencies >= low) & (frequencies < high) for low, high in BANDS_HERTZ], axis=1)
        self._waiting = np.zeros((0, int(end - first)), np.bool_), np.zeros((0, len(BANDS_HERTZ)), np.float32)
        self._levels = [np.zeros(0, np.float32)]
        self._counts = [np.zeros((0, int(end - first)), np.uint8)]
        self._energy = [np.zeros((0, len(BANDS_HERTZ)), np.float32)]

    def add(self, samples: Samples) -> None:
        """Take in what follows: float32, shape (n,), -1 to 1."""
        joined = np.concatenate([self._rest, samples])
        count = max(0, (joined.size - FRAME_SAMPLES) // HOP_SAMPLES + 1)
        self._rest = joined[count * HOP_SAMPLES :]
        if count:
            frames = np.lib.stride_tricks.sliding_window_view(joined, FRAME_SAMPLES)
            self._measure(frames[: count * HOP_SAMPLES : HOP_SAMPLES])

    def _measure(self, frames: Samples) -> None:
        begin = (FRAME_SAMPLES - HOP_SAMPLES) // 2
        middle = frames[:, begin : begin + HOP_SAMPLES]
        self._levels.append(10 * np.log10(np.einsum("ij,ij->i", middle, middle) / HOP_SAMPLES + TINY))
        spectrum = rfft(frames * self._window, axis=1)
        energy = spectrum.real**2 + spectrum.imag**2
        decibels = 10 * np.log10(energy[:, self._bins] + TINY)
        stands_out = decibels > uniform_filter1d(decibels, NEIGHBOUR_BINS, axis=1) + PEAK_DECIBELS
        audible = np.maximum(decibels.max(axis=1, keepdims=True) - AUDIBLE_DECIBELS, FLOOR_DECIBELS)
        self._keep_steps(stands_out & (decibels > audible), energy @ self._band_sums.astype(np.float32))

    def _keep_steps(self, active: NDArray[np.bool_], energy: NDArray[np.float32]) -> None:
        active, energy = np.concatenate([self._waiting[0], active]), np.concatenate([self._waiting[1], energy])
        whole = active.shape[0] // STEP_FRAMES * STEP_FRAMES
        if whole:
            steps = whole // STEP_FRAMES, STEP_FRAMES, -1
            self._counts.append(active[:whole].reshape(steps).sum(axis=1, dtype=np.uint8))
            self._energy.append(energy[:whole].reshape(steps).mean(axis=1))
        self._waiting = active[whole:], energy[whole:]

    def measured(self) -> Texture:
        """The measures of all that was taken in; to be asked once, at the end."""
        self.add(np.zeros(FRAME_SAMPLES // 2, np.float32))
        counts = np.concatenate(self._counts)
        return Texture(np.concatenate(self._levels), continuities(counts), np.concatenate(self._energy))


def continuities(counts: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How steadily partials stand around each step, those left out that never move.

    Args:
        counts: In how many frames of each half second each bin stands out against its neighbours, shape (steps, bins).

    Returns:
        The continuity of the window around each step, shape (steps,).
    """
    around = min(STANDING_STEPS, counts.shape[0])
    share = uniform_filter1d(counts.astype(np.float32), around, axis=0, mode="nearest") / STEP_FRAMES if around else 0
    moving = counts if around < STANDING_STEPS else np.where(share > STANDING_SHARE, 0, counts)
    reach = WINDOW_STEPS // 2
    return np.array(
        [continuity(moving[max(0, step - reach) : step + reach + 1]) for step in range(counts.shape[0])], np.float32
    )


def continuity(counts: NDArray[np.uint8]) -> float:
    """How steadily the five steadiest partials stand, 0 to 5: continuous frequency activation.

    Seyerlehner, Pohle, Schedl, Widmer: Automatic music detection in television productions (DAFx 2007). Music has
    partials that keep their frequency; the partials of speech glide, and noise has none.

    Args:
        counts: In how many frames of each half second each bin stands out against its neighbours, shape (steps, bins).
    """
    share = counts.sum(axis=0, dtype=np.float32) / np.float32(STEP_FRAMES * counts.shape[0])
    none = np.zeros(PEAK_REACH_BINS, np.float32)
    around = np.lib.stride_tricks.sliding_window_view(np.concatenate([none, share, none]), PEAK_REACH_BINS)
    valleys = around.min(axis=1)
    height = share - np.maximum(valleys[: share.size], valleys[PEAK_REACH_BINS + 1 :])
    beside = np.concatenate([[0.0], share, [0.0]])
    # Of a broad top the first bin counts.
    is_peak = (share > beside[:-2]) & (share >= beside[2:])
    return float(np.sort(np.where(is_peak, height, 0))[-PEAKS:].sum())
