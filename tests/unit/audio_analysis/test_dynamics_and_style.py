import numpy as np
import pytest
from scipy.signal import lfilter

from services.audio_analysis.core.dynamics import HIGHEST_RATIO, compression_ratio, dynamic_range_db
from services.audio_analysis.core.loudness import LoudnessMeter
from services.audio_analysis.core.style import (
    bass_boost,
    ducking_db,
    enhances_speech,
    flags_of,
    normalization_level,
    presence_lift_db,
)
from services.audio_analysis.core.texture import STEP_FRAMES, TextureMeter
from shared.testkit.clips.dynamics import compressed, spoken_noise

RATE_HERTZ = 22_050


def moments(samples):
    meter = LoudnessMeter(RATE_HERTZ)
    meter.add(samples.astype(np.float32))
    return meter.momentary()


def test_the_ratio_of_a_compressor_is_found_nearly() -> None:
    sound = spoken_noise(60)
    estimates = [
        compression_ratio(moments(sound if ratio == 1 else compressed(sound, ratio))) for ratio in (1, 2, 4, 8)
    ]
    assert estimates == sorted(estimates)
    assert estimates[0] == 1
    for estimate, ratio in zip(estimates[1:], (2, 4, 8), strict=True):
        assert estimate == pytest.approx(ratio, rel=0.25)


def test_the_ratio_does_not_depend_on_the_level() -> None:
    sound = compressed(spoken_noise(30), 4)
    assert compression_ratio(moments(0.1 * sound)) == pytest.approx(compression_ratio(moments(sound)), rel=0.02)


def test_the_ratio_has_bounds() -> None:
    assert compression_ratio(-23 + np.linspace(0, 0.8, 100)) == HIGHEST_RATIO
    assert compression_ratio(np.full(100, -23.0)) == 1
    assert compression_ratio(np.full(5, -23.0)) == 1
    assert compression_ratio(np.full(100, -np.inf)) == 1
    assert compression_ratio(np.linspace(-40, -20, 100)) == 1


def test_the_dynamic_range_lies_between_quiet_and_loud_moments() -> None:
    levels = np.array([-40.0] * 50 + [-20.0] * 50 + [-np.inf] * 100)
    assert dynamic_range_db(levels) == pytest.approx(20)
    assert dynamic_range_db(np.full(20, -30.0)) == 0
    assert dynamic_range_db(np.full(20, -np.inf)) == 0


def test_normalization_rises_from_silence_to_loud() -> None:
    assert normalization_level(None, None) == 0
    assert normalization_level(-14, -1) == normalization_level(-9, 0.5) == 1
    assert normalization_level(-23, -3) == pytest.approx(0.85, abs=0.01)
    levels = [normalization_level(-14 - down, -1 - down) for down in range(40)]
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] < 0.05


def pink(seconds: float, seed: int = 1):
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(0, 1, round(seconds * RATE_HERTZ)))
    spectrum /= np.sqrt(np.maximum(np.arange(spectrum.size), 20))
    samples = np.fft.irfft(spectrum)
    return 0.05 * samples / samples.std()


def shelved(samples, decibels: float):
    """Everything below 150 Hz raised, by a shelf whose slope is steep."""
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(samples.size, 1 / RATE_HERTZ) < 150] *= 10 ** (decibels / 20)
    return np.fft.irfft(spectrum)


def texture(samples):
    meter = TextureMeter()
    meter.add(samples.astype(np.float32))
    return meter.measured()


@pytest.mark.parametrize(("decibels", "boost"), [(-6, 0), (0, 0), (3, 25), (6, 50), (9, 75), (18, 100)])
def test_a_bass_shelf_is_measured(decibels: float, boost: float) -> None:
    assert bass_boost(texture(shelved(pink(20), decibels)).energy) == pytest.approx(boost, abs=9)


def test_silence_and_nothing_have_no_bass_boost() -> None:
    assert bass_boost(np.zeros((10, 3), np.float32)) == 0
    assert bass_boost(np.zeros((0, 3), np.float32)) == 0


def energy_of(steps: int, *, presence_db: float, body_db: float = -30.0):
    """Of speech: presence is given relative to the body."""
    return np.tile(10 ** (np.array([-60, body_db, body_db + presence_db]) / 10), (steps, 1)).astype(np.float32)


def test_lifted_consonants_are_enhanced_speech() -> None:
    speech, nothing = np.ones(20, bool), np.zeros(20, bool)
    levels = np.full(20 * STEP_FRAMES, -30, np.float32)
    for presence_db, enhanced in ((-13, False), (-10.1, False), (-7, False), (-4, True), (0, True)):
        energy = energy_of(20, presence_db=presence_db)
        assert presence_lift_db(energy, speech, nothing) == pytest.approx(presence_db + 10.1, abs=0.01)
        assert enhances_speech(energy, levels, speech, nothing) == enhanced


def test_noise_does_not_pass_for_consonants() -> None:
    noise = np.tile(10 ** (np.array([-40, -40, -32]) / 10), (40, 1)).astype(np.float32)
    energy = noise.copy()
    energy[:20] += energy_of(20, presence_db=-10.1)
    speech = flags_of([(0, 10)], 40)
    assert presence_lift_db(energy, speech, ~speech) == pytest.approx(0, abs=0.3)


def test_music_lowered_under_speech_is_enhanced_speech() -> None:
    music, speech = np.ones(40, bool), flags_of([(10, 20)], 40)
    energy = energy_of(40, presence_db=-10.1)
    steps = np.full((40, STEP_FRAMES), -25.0, np.float32)
    steps[20:, ::4] = -37
    assert ducking_db(steps.reshape(-1), speech & music, music & ~speech) == pytest.approx(12, abs=0.5)
    assert enhances_speech(energy, steps.reshape(-1), speech, music)
    steps[20:] = -15
    steps[20:, ::4] = -25
    assert not enhances_speech(energy, steps.reshape(-1), speech, music)


def test_of_a_little_speech_nothing_is_said() -> None:
    speech, nothing = flags_of([(0, 2)], 40), np.zeros(40, bool)
    assert presence_lift_db(energy_of(40, presence_db=5), speech, nothing) is None
    assert ducking_db(np.zeros(40 * STEP_FRAMES, np.float32), speech, ~speech) is None
    assert not enhances_speech(energy_of(40, presence_db=5), np.zeros(1000, np.float32), speech, nothing)
    assert not enhances_speech(np.zeros((0, 3), np.float32), np.zeros(5, np.float32), nothing[:0], nothing[:0])


def test_flags_follow_spans() -> None:
    assert flags_of([(1, 2), (3, 99)], 8).tolist() == [False, False, True, True, False, False, True, True]


def test_a_filter_that_lifts_consonants_is_heard_end_to_end() -> None:
    # Noise shaped like the long-term spectrum of speech: flat to 500 Hz, then falling.
    noise = lfilter([1], [1, -0.85], np.random.default_rng(1).normal(0, 0.02, 12 * RATE_HERTZ))
    spectrum = np.fft.rfft(noise)
    hertz = np.fft.rfftfreq(noise.size, 1 / RATE_HERTZ)
    lifted = np.fft.irfft(np.where((hertz > 1000) & (hertz < 4000), 10 ** (8 / 20), 1) * spectrum)
    speech, nothing = np.ones(24, bool), np.zeros(24, bool)
    before, after = (presence_lift_db(texture(sound).energy, speech, nothing) for sound in (noise, lifted))
    assert before is not None
    assert after == pytest.approx(before + 8, abs=0.3)
