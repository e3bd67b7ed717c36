"""Sounds whose dynamics are known: noise with the levels of speech, and a compressor of a given ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE_HERTZ = 22_050
PHRASES, SYLLABLES = (0.8, 5.0), (0.2, 4.0)
"""How long each lasts, in seconds, and how far their levels differ, in decibels of standard deviation."""
ATTACK_SECONDS, RELEASE_SECONDS = 0.005, 0.1
THRESHOLD_DECIBELS = -10.0
"""Against the mean level."""
STEP_SAMPLES = 22
"""1 ms: the compressor's gain is decided so often."""


def spoken_noise(seconds: float, seed: int = 1) -> NDArray[np.float64]:
    """Noise with the levels of speech: phrases and syllables that each have their own, and gaps between."""
    random = np.random.default_rng(seed)
    times = np.arange(round(seconds * RATE_HERTZ)) / RATE_HERTZ
    levels = np.zeros(times.size)
    for length, decibels in (PHRASES, SYLLABLES):
        knots = np.arange(0, seconds + length, length)
        levels += np.interp(times, knots, random.normal(0, decibels, knots.size))
    gaps = np.clip(np.sin(2 * np.pi * times / SYLLABLES[0]) + 0.5, 0.03, 1)
    return np.asarray(0.02 * 10 ** (levels / 20) * gaps * random.normal(0, 1, times.size))


def compressed(samples: NDArray[Any], ratio: float) -> NDArray[np.float64]:
    """The samples after a compressor: above its threshold the level rises by one decibel where it rose by `ratio`."""
    whole = samples.size // STEP_SAMPLES * STEP_SAMPLES
    power = np.mean(np.square(samples[:whole].astype(np.float64)).reshape(-1, STEP_SAMPLES), axis=1)
    threshold = 10 * np.log10(power.mean()) + THRESHOLD_DECIBELS
    wanted = np.maximum(10 * np.log10(power + 1e-12) - threshold, 0) * (1 - 1 / ratio)
    attack, release = (np.exp(-STEP_SAMPLES / RATE_HERTZ / seconds) for seconds in (ATTACK_SECONDS, RELEASE_SECONDS))
    reduction, state = np.zeros(wanted.size), 0.0
    for index, value in enumerate(wanted):
        kept = attack if value > state else release
        state = kept * state + (1 - kept) * value
        reduction[index] = state
    return np.asarray(samples[:whole] * 10 ** (-np.repeat(reduction, STEP_SAMPLES) / 20))
