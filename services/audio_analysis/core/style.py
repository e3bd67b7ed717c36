"""How the sound was treated, on the studio face's scales."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion

from services.audio_analysis.core.texture import BANDS_HERTZ, STEP_FRAMES, STEP_SECONDS

QUIETEST_LUFS, LOUDEST_LUFS = -50.0, -14.0
"""From a whisper in the distance to what streaming services play at."""
LOWEST_PEAK_DBTP, HIGHEST_PEAK_DBTP = -40.0, -1.0
"""-1 dBTP is the ceiling that EBU R128 allows."""

FULL_BOOST_DECIBELS = 12.0
"""So much more bass than pink noise has is 100: the strongest that tone controls give."""

NATURAL_PRESENCE_DECIBELS = -10.1
"""Energy at 1 to 4 kHz against 150 Hz to 1 kHz in speech: from the long-term average spectrum of Byrne et al., An
international comparison of long-term average speech spectra (JASA 96, 1994)."""
PRESENCE_LIFT_DECIBELS = 5.0
"""More than voices and microphones differ by themselves."""
DUCKING_DECIBELS = 6.0
BACKGROUND_PERCENTILE = 10
"""Between words the background is heard alone."""
SHORTEST_SECONDS = 3.0
"""With less speech or music nothing is said of how it was treated."""

BASS, BODY, PRESENCE = range(len(BANDS_HERTZ))

Flags = NDArray[np.bool_]
Energy = NDArray[np.float32]


def normalization_level(integrated_lufs: float | None, true_peak_dbtp: float | None) -> float:
    """0 for silence to 1 for sound that is loud and whose peak reaches the ceiling; half of it each, in decibels."""
    if integrated_lufs is None or true_peak_dbtp is None:
        return 0.0
    loudness = (integrated_lufs - QUIETEST_LUFS) / (LOUDEST_LUFS - QUIETEST_LUFS)
    peak = (true_peak_dbtp - LOWEST_PEAK_DBTP) / (HIGHEST_PEAK_DBTP - LOWEST_PEAK_DBTP)
    return float(np.clip(loudness, 0, 1) + np.clip(peak, 0, 1)) / 2


def bass_boost(energy: Energy) -> float:
    """How much more energy an octave has below 150 Hz than above, 0 for no more to 100 for 12 dB.

    The reference is pink noise, which has the same energy in each octave: the music that IEC 60268-1 prescribes as a
    typical programme has it so between 100 Hz and 1 kHz, and so has the middle one of the tracks we know.

    Args:
        energy: Of the bands in each half second that counts, shape (steps, 3).
    """
    total = energy.sum(axis=0, dtype=np.float64)
    if not total[BASS]:
        return 0.0
    octaves = [np.log2(high / low) for low, high in BANDS_HERTZ]
    above = (total[BODY] + total[PRESENCE]) / (octaves[BODY] + octaves[PRESENCE])
    excess_db = 10 * np.log10(total[BASS] / octaves[BASS] / max(above, 1e-12))
    return float(np.clip(excess_db / FULL_BOOST_DECIBELS, 0, 1)) * 100


def enhances_speech(energy: Energy, level_db: NDArray[np.float32], speech: Flags, music: Flags) -> bool:
    """Whether speech was brought forward: its consonants lifted, or the music lowered while somebody speaks.

    Args:
        energy: Of the bands in each half second, shape (steps, 3).
        level_db: Of each 20 ms, shape (frames,).
        speech: Whether each half second is speech, shape (steps,).
        music: Whether each is music, shape (steps,).
    """
    lift = presence_lift_db(energy, speech & ~music, ~speech & ~music)
    ducking = ducking_db(level_db, speech & music, music & ~speech)
    return (lift or 0.0) >= PRESENCE_LIFT_DECIBELS or (ducking or 0.0) >= DUCKING_DECIBELS


def presence_lift_db(energy: Energy, speech: Flags, background: Flags) -> float | None:
    """How much more of speech's energy lies at 1 to 4 kHz than is natural; None with too little speech alone.

    What the background holds of both bands is taken off, as noise would pass for consonants.
    """
    if speech.sum() * STEP_SECONDS < SHORTEST_SECONDS:
        return None
    clean = energy[speech].mean(axis=0, dtype=np.float64)
    if background.any():
        clean -= np.median(energy[background], axis=0)
    if min(clean[BODY], clean[PRESENCE]) <= 0:
        return None
    return float(10 * np.log10(clean[PRESENCE] / clean[BODY])) - NATURAL_PRESENCE_DECIBELS


def ducking_db(level_db: NDArray[np.float32], with_speech: Flags, alone: Flags) -> float | None:
    """How much quieter music is under speech, heard between the words; None with too little of either."""
    # The half seconds at the edges belong to both.
    parts = [binary_erosion(flags) for flags in (alone, with_speech)]
    if min(part.sum() for part in parts) * STEP_SECONDS < SHORTEST_SECONDS:
        return None
    steps = level_db[: with_speech.size * STEP_FRAMES].reshape(-1, STEP_FRAMES)
    before, under = (np.percentile(steps[part], BACKGROUND_PERCENTILE) for part in parts)
    return float(before - under)


def flags_of(spans: list[tuple[float, float]], steps: int) -> Flags:
    """Which half seconds lie in a span, shape (steps,)."""
    flags = np.zeros(steps, np.bool_)
    for start_seconds, end_seconds in spans:
        flags[round(start_seconds / STEP_SECONDS) : round(end_seconds / STEP_SECONDS)] = True
    return flags
