"""Mixing decoded sound down to the mono track, in large blocks: the price of a call into FFmpeg is paid seldom."""

from __future__ import annotations

from fractions import Fraction
from math import log10
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from shared.media.audio import TRACK_RATE_HERTZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK_SAMPLES = 65_536
"""Sound is mixed in blocks of about this many samples of each channel; a decoder gives a thousand at a time."""
JOINED_FORMATS = {
    name + planar: zero_and_full
    for name, zero_and_full in {
        "u8": (128, 128),
        "s16": (0, 1 << 15),
        "s32": (0, 1 << 31),
        "flt": (0, 1),
        "dbl": (0, 1),
    }.items()
    for planar in ("", "p")
}
"""Silence and full scale of the sample formats that become arrays; the one other, s64, is mixed piece by piece."""
MOST_LOSS_DECIBELS = 60.0
"""Said of channels that cancel each other wholly."""


class MonoMixer:
    """Takes decoded sound that follows on one another; its form may change."""

    def __init__(self) -> None:
        self._shape: tuple[str, str, int] | None = None
        self._resampler: Any = None
        self._kept: list[av.AudioFrame] = []
        self._kept_samples = 0
        # Energies are sums over samples of the squared amplitude, in samples of the track's rate.
        self._channels_energy = self._mono_energy = 0.0
        self._peak = 0.0

    @property
    def downmix_loss_decibels(self) -> float | None:
        """How far the power of the track is below the sum of the channels' powers; None for silence."""
        if self._channels_energy == 0:
            return None
        if self._mono_energy == 0:
            return MOST_LOSS_DECIBELS
        return min(MOST_LOSS_DECIBELS, 10 * log10(self._channels_energy / self._mono_energy))

    @property
    def peak_decibels(self) -> float | None:
        """The largest sample of any channel below full scale; None for silence."""
        return None if self._peak == 0 else 20 * log10(self._peak)

    def add(self, frame: av.AudioFrame) -> list[NDArray[np.int16]]:
        """Take in sound; what is mixed comes out in pieces, some time later."""
        mixed = []
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            mixed = self.drain()
            self._shape = shape
        self._kept.append(frame)
        self._kept_samples += frame.samples
        if self._kept_samples >= BLOCK_SAMPLES:
            mixed += self._mix_kept()
        return mixed

    def drain(self) -> list[NDArray[np.int16]]:
        """All that is still inside; what is added next follows without any memory of what was before."""
        mixed = self._mix_kept()
        if self._resampler is not None:
            mixed += self._mixed(None)
            self._resampler = None
        return mixed

    def _mix_kept(self) -> list[NDArray[np.int16]]:
        if not self._kept:
            return []
        first = self._kept[0]
        pieces = [self._joined(first)] if first.format.name in JOINED_FORMATS else self._kept
        self._kept, self._kept_samples = [], 0
        if self._resampler is None:
            self._resampler = av.AudioResampler(format="s16", layout="mono", rate=TRACK_RATE_HERTZ)
        return [samples for piece in pieces for samples in self._mixed(piece)]

    def _joined(self, first: av.AudioFrame) -> av.AudioFrame:
        samples = np.concatenate([frame.to_ndarray() for frame in self._kept], axis=1)
        self._measure(samples, first)
        joined = av.AudioFrame.from_ndarray(samples, format=first.format.name, layout=first.layout)
        joined.sample_rate, joined.time_base = first.sample_rate, Fraction(1, first.sample_rate)
        return joined

    def _measure(self, samples: NDArray[Any], first: av.AudioFrame) -> None:
        zero, full = JOINED_FORMATS[first.format.name]
        amplitude = samples.reshape(-1)
        if samples.dtype.kind != "f":
            amplitude = (amplitude.astype(np.float32) - zero) / full
        self._peak = max(self._peak, float(amplitude.max()), -float(amplitude.min()))
        self._channels_energy += float(np.vdot(amplitude, amplitude)) * TRACK_RATE_HERTZ / first.sample_rate

    def _mixed(self, frame: av.AudioFrame | None) -> list[NDArray[np.int16]]:
        mixed = [resampled.to_ndarray().reshape(-1) for resampled in self._resampler.resample(frame)]
        for samples in mixed:
            amplitude = samples.astype(np.float32) / (1 << 15)
            self._mono_energy += float(np.vdot(amplitude, amplitude))
        return mixed
