"""Triangular filters evenly spaced on the mel scale, equal to librosa's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HERTZ_PER_MEL = 200 / 3
"""Of the scale's even part."""

LOGARITHMIC_FROM_HERTZ = 1000.0
MELS_PER_E = 27 / np.log(6.4)
"""Above, 27 mels lead from 1000 to 6400 Hz (Slaney, Auditory Toolbox, 1998)."""


def mel_filters(
    *, rate_hertz: int, window_samples: int, bands: int, lowest_hertz: float, highest_hertz: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Filters of equal area for spectra of `window_samples` // 2 + 1 bins.

    Returns:
        The filters, shape (bins, bands), and the frequency of each one's middle in hertz, shape (bands,).
    """
    edges = _to_hertz(np.linspace(_to_mel(lowest_hertz), _to_mel(highest_hertz), bands + 2))
    bins_hertz = np.arange(window_samples // 2 + 1)[:, None] * (rate_hertz / window_samples)
    below, middle, above = edges[:-2], edges[1:-1], edges[2:]
    rising = (bins_hertz - below) / (middle - below)
    falling = (above - bins_hertz) / (above - middle)
    triangles = np.maximum(0, np.minimum(rising, falling))
    return triangles * (2 / (above - below)), middle


def _to_mel(hertz: float) -> float:
    if hertz < LOGARITHMIC_FROM_HERTZ:
        return hertz / HERTZ_PER_MEL
    return float(LOGARITHMIC_FROM_HERTZ / HERTZ_PER_MEL + MELS_PER_E * np.log(hertz / LOGARITHMIC_FROM_HERTZ))


def _to_hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    bend = LOGARITHMIC_FROM_HERTZ / HERTZ_PER_MEL
    above = LOGARITHMIC_FROM_HERTZ * np.exp((np.maximum(mels, bend) - bend) / MELS_PER_E)
    return np.where(mels < bend, mels * HERTZ_PER_MEL, above)
