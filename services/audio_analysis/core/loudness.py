"""Loudness by EBU R128: K-weighted, gated, with its range and the true peak, taken in block by block."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.signal import firwin, sosfilt, upfirdn

Samples = NDArray[np.float32]

HOP_SECONDS = 0.1
"""Loudness is measured anew ten times a second, as EBU Tech 3341 asks for the momentary and short-term meters."""
MOMENTARY_HOPS = 4
"""400 ms: the gating block of BS.1770, overlapping by three quarters."""
SHORT_TERM_HOPS = 30
"""3 s: the window of the loudness range."""
OFFSET_LUFS = -0.691
"""Of BS.1770: makes a 997 Hz sine of full scale in one channel read -3.01 LUFS."""
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
RANGE_GATE_LU = -20.0
RANGE_PERCENTILES = (10, 95)

OVERSAMPLING = 4
TAPS_PER_PHASE = 12
"""As many as the filter that BS.1770 prints in its annex 2."""
PEAK_PIECE_SAMPLES = 512
"""The true peak is looked for only in pieces of this length that could hold one higher than that known."""


@dataclass(frozen=True)
class Measured:
    """What the meter read.

    Attributes:
        integrated_lufs: Null when nothing is above the absolute gate.
        range_lu: 0 when the sound is shorter than the window of 3 s.
        true_peak_dbtp: Null for digital silence.
    """

    integrated_lufs: float | None
    range_lu: float
    true_peak_dbtp: float | None


def k_weighting(rate_hertz: int) -> NDArray[np.float64]:
    """The two filters of ITU-R BS.1770-4 as second-order sections, shape (2, 6), for any rate.

    The standard prints coefficients for 48 kHz only; these are the analogue filters behind them (as libebur128 has
    them), brought to the rate by the bilinear transform. At 48 kHz they are the printed ones.
    """
    shelf_gain = 10 ** (3.999843853973347 / 20)
    angle, quality = math.tan(math.pi * 1681.974450955533 / rate_hertz), 0.7071752369554196
    edge_gain = shelf_gain**0.4996667741545416
    shelf = [
        shelf_gain + edge_gain * angle / quality + angle**2,
        2 * (angle**2 - shelf_gain),
        shelf_gain - edge_gain * angle / quality + angle**2,
        *_denominator(angle, quality),
    ]
    angle, quality = math.tan(math.pi * 38.13547087602444 / rate_hertz), 0.5003270373238773
    denominator = _denominator(angle, quality)
    # The standard leaves the high-pass's numerator at 1, -2, 1, whatever the denominator's scale is.
    high_pass = [denominator[0], -2 * denominator[0], denominator[0], *denominator]
    return np.array([np.array(row) / row[3] for row in (shelf, high_pass)])


def _denominator(angle: float, quality: float) -> list[float]:
    return [1 + angle / quality + angle**2, 2 * (angle**2 - 1), 1 - angle / quality + angle**2]


@dataclass
class LoudnessMeter:
    """Measures a mono signal of any length; keeps ten numbers for each second.

    Attributes:
        gain_db: Added to every level: what the mixing down to mono took away.
    """

    rate_hertz: int
    gain_db: float = 0.0
    _energies: list[NDArray[np.float64]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._hop = round(HOP_SECONDS * self.rate_hertz)
        self._sections = k_weighting(self.rate_hertz)
        self._state = np.zeros((2, 2))
        self._rest = np.zeros(0)
        self._peak = TruePeak()

    def add(self, samples: Samples) -> None:
        """Take in what follows: float32, shape (n,)."""
        self._peak.add(samples)
        weighted, self._state = sosfilt(self._sections, samples.astype(np.float64), zi=self._state)
        joined = np.concatenate([self._rest, weighted])
        whole = joined.size // self._hop * self._hop
        self._energies.append(np.mean(joined[:whole].reshape(-1, self._hop) ** 2, axis=1))
        self._rest = joined[whole:]

    def momentary(self) -> NDArray[np.float64]:
        """Loudness of each 400 ms, ten a second, shape (n,), LUFS; -inf for silence."""
        return self._loudness(MOMENTARY_HOPS)

    def measured(self) -> Measured:
        """The loudness of all that was taken in."""
        return Measured(
            integrated_lufs=_gated_mean(self._loudness(MOMENTARY_HOPS)),
            range_lu=loudness_range(self._loudness(SHORT_TERM_HOPS)) if self._count >= SHORT_TERM_HOPS else 0.0,
            true_peak_dbtp=_decibels(self._peak.highest()),
        )

    @property
    def _count(self) -> int:
        return sum(piece.size for piece in self._energies)

    def _loudness(self, hops: int) -> NDArray[np.float64]:
        energies = np.concatenate([*self._energies, np.zeros(0)])
        if energies.size < hops:
            # Shorter than one window: all of it counts as one.
            energies = np.array([np.mean(np.square(self._rest))]) if not energies.size and self._rest.size else energies
            hops = max(1, energies.size)
        sums = np.concatenate([[0.0], np.cumsum(energies)])
        means = np.maximum((sums[hops:] - sums[:-hops]) / hops, 0.0)
        with np.errstate(divide="ignore"):
            return np.asarray(OFFSET_LUFS + self.gain_db + 10 * np.log10(means))


def _gated_mean(loudness: NDArray[np.float64]) -> float | None:
    """Integrated loudness of gating blocks: those above -70 LUFS, then those within 10 LU of these blocks' mean."""
    heard = loudness[loudness >= ABSOLUTE_GATE_LUFS]
    if not heard.size:
        return None
    return _mean(heard[heard >= _mean(heard) + RELATIVE_GATE_LU])


def loudness_range(short_term: NDArray[np.float64]) -> float:
    """Loudness range of short-term levels (EBU Tech 3342), LU: 10th to 95th percentile of those within 20 LU."""
    heard = short_term[short_term >= ABSOLUTE_GATE_LUFS]
    if not heard.size:
        return 0.0
    low, high = np.percentile(heard[heard >= _mean(heard) + RANGE_GATE_LU], RANGE_PERCENTILES)
    return float(high - low)


def _mean(loudness: NDArray[np.float64]) -> float:
    """The mean of energies, said as loudness."""
    return float(10 * np.log10(np.mean(10 ** (loudness / 10))))


def _decibels(amplitude: float) -> float | None:
    return 20 * math.log10(amplitude) if amplitude > 0 else None


class TruePeak:
    """The highest value of the signal between its samples too, by fourfold oversampling (BS.1770-4, annex 2)."""

    def __init__(self) -> None:
        taps = OVERSAMPLING * TAPS_PER_PHASE
        self._filter = firwin(taps + 1, 1 / OVERSAMPLING, window=("kaiser", 6.0)) * OVERSAMPLING
        # No value between samples exceeds the highest sample by more than the filter's sum allows.
        self._bound = max(float(np.abs(self._filter[phase::OVERSAMPLING]).sum()) for phase in range(OVERSAMPLING))
        self._tail = np.zeros(TAPS_PER_PHASE, np.float32)
        self._highest = 0.0

    def add(self, samples: Samples) -> None:
        """Take in what follows."""
        joined = np.concatenate([self._tail, samples])
        self._tail = joined[-TAPS_PER_PHASE:]
        self._highest = max(self._highest, float(np.abs(samples).max(initial=0.0)))
        starts = np.arange(0, joined.size, PEAK_PIECE_SAMPLES)
        peaks = np.maximum.reduceat(np.abs(joined), starts)
        # The loudest piece first: it leaves the fewest that could hold more.
        for index in np.argsort(-peaks):
            if peaks[index] * self._bound <= self._highest:
                # Its neighbours' samples count in its filter too, but those are pieces that were looked at or lower.
                break
            begin = max(0, int(starts[index]) - TAPS_PER_PHASE)
            piece = joined[begin : int(starts[index]) + PEAK_PIECE_SAMPLES + TAPS_PER_PHASE]
            # Only where the filter sees samples on both sides: a cut piece rings at its ends.
            between = upfirdn(self._filter, piece, up=OVERSAMPLING)
            inside = between[self._filter.size - 1 : (piece.size - 1) * OVERSAMPLING + 1]
            self._highest = max(self._highest, float(np.abs(inside).max(initial=0.0)))

    def highest(self) -> float:
        """The amplitude; 1 is full scale."""
        return self._highest
