"""How far loud and quiet lie apart, and what a compressor may have taken of it."""

import numpy as np
from numpy.typing import NDArray

ABSOLUTE_GATE_LUFS = -70.0
"""Below is silence (BS.1770)."""
RELATIVE_GATE_LU = -20.0
"""Moments quieter than the mean by more are pauses (EBU Tech 3342)."""
QUIET_PERCENTILE, MIDDLE_PERCENTILE, LOUD_PERCENTILE = 10, 50, 95

NATURAL_SPREAD_LU = 5.2
"""Between the middle and the loud moments of speech as recorded, measured on read and on spoken sentences."""
SPREAD_EXPONENT = 1.35
"""A ratio of n narrows the spread less than n times, because a compressor takes time and not all is above its
threshold: fitted to compressors of 2, 4 and 8 to 1 with 5 ms attack, 100 ms release, 10 dB below the mean level."""
HIGHEST_RATIO = 20.0
"""Above it is a limiter."""
STEADY_LU = 0.3
"""A spread below is that of a tone, a hum or a noise: nothing was played that a compressor could have evened out."""
FEWEST_MOMENTS = 30
"""3 s: with fewer nothing can be said of their distribution."""

Moments = NDArray[np.float64]
"""Loudness of each 400 ms, ten a second, shape (n,), LUFS."""


def dynamic_range_db(moments: Moments) -> float:
    """Between the quiet moments (10th percentile) and the loud ones (95th), silence left out; dB."""
    heard = moments[moments >= ABSOLUTE_GATE_LUFS]
    if not heard.size:
        return 0.0
    quiet, loud = np.percentile(heard, [QUIET_PERCENTILE, LOUD_PERCENTILE])
    return float(loud - quiet)


def compression_ratio(moments: Moments) -> float:
    """An estimate of the ratio, n to 1, of the compressor that would leave this distribution of levels; 1 for none.

    A compressor brings the loud moments nearer to the middle ones. Their distance, set against the distance in
    uncompressed speech, tells how much. It cannot tell a compressor from music that was played evenly.
    """
    heard = moments[moments >= ABSOLUTE_GATE_LUFS]
    if heard.size:
        mean = 10 * np.log10(np.mean(10 ** (heard / 10)))
        heard = heard[heard >= mean + RELATIVE_GATE_LU]
    if heard.size < FEWEST_MOMENTS:
        return 1.0
    middle, loud = np.percentile(heard, [MIDDLE_PERCENTILE, LOUD_PERCENTILE])
    spread = float(loud - middle)
    if spread < STEADY_LU:
        return 1.0
    return float(np.clip((NATURAL_SPREAD_LU / spread) ** SPREAD_EXPONENT, 1.0, HIGHEST_RATIO))
