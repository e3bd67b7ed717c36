"""How clearly a sound repeats itself in time, moment by moment: the pulse of drums and clicks."""

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

WINDOW_SECONDS = 8.0
"""Eight beats at 60 BPM."""
SHORTEST_SECONDS = 3.0
"""With less there is nothing to repeat."""
STEP_SECONDS = 2.0
SLOWEST_BEAT_SECONDS, FASTEST_BEAT_SECONDS = 1.0, 0.25
BEATS_COMPARED = (1, 2, 4)
SMOOTHING_SECONDS = 0.02
BACKGROUND_SECONDS = 1.0


def pulse_clarity(strengths: NDArray[np.float32], rate_hertz: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How well the onsets of each stretch of 8 s agree with themselves one, two and four beats later.

    Args:
        strengths: Of onsets, shape (n,).
        rate_hertz: Of the frames of `strengths`.

    Returns:
        The middles of the stretches in seconds, and the clarity of the best beat in each: about 0 for none, 1 for
        perfect; both of shape (m,).
    """
    size, step = round(WINDOW_SECONDS * rate_hertz), round(STEP_SECONDS * rate_hertz)
    if strengths.size < SHORTEST_SECONDS * rate_hertz:
        return np.zeros(0), np.zeros(0)
    smooth = gaussian_filter1d(strengths.astype(np.float64), SMOOTHING_SECONDS * rate_hertz)
    background = uniform_filter1d(smooth, round(BACKGROUND_SECONDS * rate_hertz), mode="nearest")
    accents = np.maximum(smooth - background, 0)
    firsts = range(0, max(1, accents.size - size + step), step)
    windows = [accents[first : first + size] for first in firsts]
    middles = [(first + window.size / 2) / rate_hertz for first, window in zip(firsts, windows, strict=True)]
    return np.array(middles), np.array([_clarity(window, rate_hertz) for window in windows])


def _clarity(accents: NDArray[np.float64], rate_hertz: float) -> float:
    centred = accents - accents.mean()
    spectrum = rfft(centred, next_fast_len(2 * centred.size))
    products = irfft(spectrum.real**2 + spectrum.imag**2)[: centred.size // 2 + 1]
    if products[0] <= 0:
        return 0.0
    correlation = products / products[0] * centred.size / np.arange(centred.size, centred.size - products.size, -1)
    lags = np.arange(FASTEST_BEAT_SECONDS, SLOWEST_BEAT_SECONDS, 0.25 / rate_hertz) * rate_hertz
    agreed = [
        np.interp(lags * beats, np.arange(correlation.size), correlation, right=np.nan) for beats in BEATS_COMPARED
    ]
    return float(np.max(np.nanmean(agreed, axis=0)))
