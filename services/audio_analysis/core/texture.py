"""What the spectrum of a sound says of it, half second by half second, as the sound goes by."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft
from scipy.signal.windows import hamming

from services.audio_analysis.core.continuity import continuities, count_partials

Samples = NDArray[np.float32]

RATE_HERTZ = 22_050
FRAME_SAMPLES = 1024
"""46 ms: long enough to part the partials of a chord above 150 Hz, short enough that a spoken vowel has moved on."""
HOP_SAMPLES = 441
"""20 ms, so that 25 frames are half a second to the sample."""
FRAMES_PER_SECOND = RATE_HERTZ // HOP_SAMPLES
STEP_FRAMES = 25
STEP_SECONDS = STEP_FRAMES / FRAMES_PER_SECOND

LOWEST_HERTZ = 150.0
"""Below lies mains hum, which stands stiller than any music."""
HIGHEST_HERTZ = 4000.0
"""What telephones let through; above, the edge of a narrow band stands like a tone."""
BANDS_HERTZ = ((30.0, 150.0), (150.0, 1000.0), (1000.0, 4000.0))
"""Bass; the voice's body; the consonants, its presence."""
TINY = np.float32(1e-12)
"""-120 dB, below any sound of 16 bit; keeps logarithms finite."""


@dataclass(frozen=True)
class Texture:
    """What was measured; a step is half a second, the last half is left out when it is not whole.

    Attributes:
        level_db: Level of each 20 ms, of full scale, shape (frames,).
        continuity: How steadily partials stand around each step, 0 to 5, shape (steps,).
        energy: Mean energy of the bands of `BANDS_HERTZ` in each step, shape (steps, 3).
    """

    level_db: NDArray[np.float32]
    continuity: NDArray[np.float32]
    energy: NDArray[np.float32]


class TextureMeter:
    """Takes in a mono track at 22 050 Hz block by block; keeps 0.6 kB for each second."""

    def __init__(self) -> None:
        frequencies = np.fft.rfftfreq(FRAME_SAMPLES, 1 / RATE_HERTZ)
        self._bins = slice(*(int(edge) for edge in np.searchsorted(frequencies, [LOWEST_HERTZ, HIGHEST_HERTZ])))
        # The side lobes of this window are 43 dB down, below what is counted.
        window = hamming(FRAME_SAMPLES, sym=False)
        # A sine of full scale reads 0 dB.
        self._window = (window * (2 / window.sum())).astype(np.float32)
        bands = [(frequencies >= low) & (frequencies < high) for low, high in BANDS_HERTZ]
        self._band_sums = np.stack(bands, axis=1).astype(np.float32)
        # Half a frame ahead, so that the first frame lies around the first sample.
        self._rest = np.zeros(FRAME_SAMPLES // 2, np.float32)
        self._levels = [np.zeros(0, np.float32)]
        self._counts = [np.zeros((0, self._bins.stop - self._bins.start), np.uint8)]
        self._energy = [np.zeros((0, len(BANDS_HERTZ)), np.float32)]

    def add(self, samples: Samples) -> None:
        """Take in what follows: float32, shape (n,), -1 to 1."""
        self._rest = np.concatenate([self._rest, samples])
        whole = self._frames().shape[0] // STEP_FRAMES * STEP_FRAMES
        if not whole:
            return
        frames = self._frames()[:whole]
        self._levels.append(_levels(frames))
        spectrum = rfft(frames * self._window, axis=1)
        energy = spectrum.real**2 + spectrum.imag**2
        self._energy.append((energy @ self._band_sums).reshape(-1, STEP_FRAMES, len(BANDS_HERTZ)).mean(axis=1))
        self._counts.append(count_partials(10 * np.log10(energy[:, self._bins] + TINY), STEP_FRAMES))
        self._rest = self._rest[whole * HOP_SAMPLES :]

    def measured(self) -> Texture:
        """The measures of all that was taken in; to be asked once, at the end."""
        self.add(np.zeros(FRAME_SAMPLES // 2, np.float32))
        return Texture(
            level_db=np.concatenate([*self._levels, _levels(self._frames())]),
            continuity=continuities(np.concatenate(self._counts)),
            energy=np.concatenate(self._energy),
        )

    def _frames(self) -> Samples:
        if self._rest.size < FRAME_SAMPLES:
            return np.zeros((0, FRAME_SAMPLES), np.float32)
        return np.lib.stride_tricks.sliding_window_view(self._rest, FRAME_SAMPLES)[::HOP_SAMPLES]


def _levels(frames: Samples) -> NDArray[np.float32]:
    """The level of the 20 ms in the middle of each frame."""
    begin = (FRAME_SAMPLES - HOP_SAMPLES) // 2
    middle = frames[:, begin : begin + HOP_SAMPLES]
    return np.asarray(10 * np.log10(np.einsum("ij,ij->i", middle, middle) / HOP_SAMPLES + TINY), np.float32)
