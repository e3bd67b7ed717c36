import numpy as np
import pytest

from services.audio_analysis.core.continuity import PEAKS
from services.audio_analysis.core.pulse import pulse_clarity
from services.audio_analysis.core.texture import BANDS_HERTZ, RATE_HERTZ, STEP_SECONDS, TextureMeter
from shared.testkit.clips.rhythms import click_track


def times(seconds: float):
    return np.arange(round(seconds * RATE_HERTZ)) / RATE_HERTZ


def chord(seconds: float, *hertz: float):
    """Notes with four partials each."""
    return sum(np.sin(2 * np.pi * n * note * times(seconds)) / n for note in hertz for n in range(1, 5)) / len(hertz)


def glide(seconds: float):
    """A voice-like sound: the partials of a pitch that rises and falls all the time, in syllables."""
    instants = times(seconds)
    pitch = 140 + 40 * np.sin(2 * np.pi * 0.7 * instants) + 20 * np.sin(2 * np.pi * 2.3 * instants)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HERTZ
    syllables = np.clip(np.sin(2 * np.pi * 4 * instants) + 0.3, 0, 1)
    return syllables * sum(np.sin(n * phase) / n for n in range(1, 20))


def noise(seconds: float, seed: int = 1):
    return np.random.default_rng(seed).normal(0, 0.3, round(seconds * RATE_HERTZ))


def measure(samples, *, block_samples: int = 50_000):
    meter = TextureMeter()
    samples = (0.1 * samples).astype(np.float32)
    for first in range(0, samples.size, block_samples):
        meter.add(samples[first : first + block_samples])
    return meter.measured()


def song(seconds: float):
    """Another chord each second."""
    chords = [(262, 330, 392), (294, 349, 440), (247, 311, 370), (220, 277, 330)]
    return np.concatenate([chord(1, *chords[second % 4]) for second in range(round(seconds))])


def test_chords_stand_and_voices_and_noise_do_not() -> None:
    assert np.median(measure(song(20)).continuity) > 2.4
    assert np.median(measure(glide(20)).continuity) < 1.9
    assert np.median(measure(noise(20)).continuity) < 1.6


def test_chords_are_heard_between_syllables_of_a_louder_voice() -> None:
    voice, music = glide(10), 0.1 * song(10)
    assert np.median(measure(voice + music).continuity) > np.median(measure(voice).continuity) + 0.7


def test_a_single_tone_is_one_partial() -> None:
    assert measure(np.sin(2 * np.pi * 1000 * times(8))).continuity == pytest.approx(1, abs=0.05)


def test_hum_that_never_moves_is_left_out() -> None:
    hum = chord(25, 200, 250, 300, 350)
    assert np.median(measure(hum).continuity) < 0.5
    assert np.median(measure(hum[: 8 * RATE_HERTZ]).continuity) > 2


def test_silence_has_no_partials() -> None:
    texture = measure(np.zeros(5 * RATE_HERTZ))
    assert not texture.continuity.any()
    assert (texture.level_db < -100).all()


def test_values_belong_to_their_half_seconds() -> None:
    texture = measure(np.concatenate([noise(10), song(10)]))
    assert texture.continuity.size == 20 / STEP_SECONDS
    assert texture.continuity.max() <= PEAKS
    change = int(np.argmax(texture.continuity > 2.5))
    assert change * STEP_SECONDS == pytest.approx(10, abs=1)


def test_how_the_sound_is_cut_into_blocks_changes_nothing() -> None:
    samples = np.concatenate([song(5), noise(3.3)])
    in_one, in_many = measure(samples, block_samples=samples.size), measure(samples, block_samples=777)
    assert np.array_equal(in_one.continuity, in_many.continuity)
    assert in_one.level_db == pytest.approx(in_many.level_db, abs=1e-3)
    assert in_one.energy == pytest.approx(in_many.energy, rel=1e-4)


@pytest.mark.parametrize(("hertz", "band"), [(80, 0), (500, 1), (2000, 2)])
def test_energy_lies_in_its_band(hertz: float, band: int) -> None:
    energy = measure(np.sin(2 * np.pi * hertz * times(2))).energy
    assert energy.shape == (4, len(BANDS_HERTZ))
    assert energy[1].argmax() == band
    assert energy[1, band] > 100 * np.delete(energy[1], band).max()


@pytest.mark.parametrize("seconds", [0, 0.01, 0.3, 0.7])
def test_short_sounds_have_the_whole_half_seconds_they_have(seconds: float) -> None:
    texture = measure(noise(seconds))
    assert texture.continuity.size == texture.energy.shape[0] == int(seconds / STEP_SECONDS)
    assert texture.level_db.size == pytest.approx(seconds * 50, abs=1)


def strengths_of(samples, rate_hertz: float = 100.0):
    """The rise of the level, as a stand-in for onsets."""
    size = round(RATE_HERTZ / rate_hertz)
    levels = np.abs(samples[: samples.size // size * size]).reshape(-1, size).max(axis=1)
    return np.maximum(np.diff(levels, prepend=0), 0).astype(np.float32)


@pytest.mark.parametrize("bpm", [70, 120, 180])
def test_a_steady_beat_is_a_clear_pulse(bpm: float) -> None:
    clicks = click_track(list(np.arange(0.5, 20, 60 / bpm)), 20.0)
    middles, clarity = pulse_clarity(strengths_of(clicks), 100.0)
    assert clarity.min() > 0.8
    assert np.all(np.diff(middles) > 0)
    assert (middles[0], middles[-1]) == (4, pytest.approx(16, abs=2))


def test_strokes_at_any_time_are_no_pulse() -> None:
    random = np.random.default_rng(1)
    clicks = click_track(sorted(random.uniform(0, 40, 100)), 40.0)
    assert np.median(pulse_clarity(strengths_of(clicks), 100.0)[1]) < 0.35


def test_silence_and_short_sounds_have_no_pulse() -> None:
    assert not pulse_clarity(np.zeros(1000, np.float32), 100.0)[1].any()
    assert pulse_clarity(np.ones(100, np.float32), 100.0)[1].size == 0
