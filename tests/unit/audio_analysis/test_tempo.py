from itertools import pairwise

import numpy as np
import pytest

from services.audio_analysis.core.onsets import OnsetMeasurer
from services.audio_analysis.core.tempo import WindowTempo, find_tempi
from shared.testkit.clips.rhythms import PATTERNS, RATE_HERTZ, beat_times, click_track, drum_track


def tempi(samples: np.ndarray, start_seconds: float = 0.0) -> list[WindowTempo]:
    measurer = OnsetMeasurer()
    measurer.add(samples.astype(np.float32))
    return find_tempi(measurer.measures().strengths, start_seconds)


@pytest.mark.parametrize("name", sorted(PATTERNS))
@pytest.mark.parametrize("bpm", [96, 118])
def test_drum_patterns_have_the_tempo_at_which_they_are_played(name: str, bpm: int) -> None:
    (window,) = tempi(drum_track(PATTERNS[name], bpm, 16.0, seed=bpm))
    assert window.bpm == pytest.approx(bpm, rel=0.01)
    assert window.has_pulse


@pytest.mark.parametrize("bpm", [70, 90, 123, 150, 180])
def test_even_clicks_are_neither_halved_nor_doubled(bpm: int) -> None:
    (window,) = tempi(click_track(beat_times(bpm, 12.0), 12.0))
    assert window.bpm == pytest.approx(bpm, rel=0.005)
    assert window.repetition > 0.8


def test_a_sound_cut_in_at_full_level_hides_no_pulse() -> None:
    rng = np.random.default_rng(3)
    drums = drum_track(PATTERNS["backbeat"], 104, 20.0) * 0.3 + rng.normal(0, 0.02, 20 * RATE_HERTZ)
    slammed = drums.copy()
    slammed[200_000:202_000] += rng.normal(0, 0.9, 2000)
    assert tempi(slammed)[0].repetition > 0.6 * tempi(drums)[0].repetition
    assert tempi(slammed)[0].bpm == pytest.approx(104, rel=0.01)


def test_noise_silence_and_a_held_tone_have_no_pulse() -> None:
    count = 20 * RATE_HERTZ
    noise = np.random.default_rng(1).normal(0, 0.1, count)
    for sound in (noise, np.zeros(count), 0.3 * np.sin(np.arange(count) * 0.06)):
        assert not any(window.has_pulse for window in tempi(sound))


def test_strokes_at_random_times_have_no_pulse() -> None:
    times = np.cumsum(np.random.default_rng(5).exponential(0.4, 60))
    assert not any(window.has_pulse for window in tempi(click_track(times[times < 24], 25.0)))


def test_a_new_piece_has_its_own_tempo_and_the_windows_leave_no_gap() -> None:
    both = np.concatenate(
        [drum_track(PATTERNS["backbeat"], 92, 50.0), drum_track(PATTERNS["four on the floor"], 128, 50.0)]
    )
    found = tempi(both, 7.0)
    assert found[0].start_seconds == 7.0
    assert found[-1].end_seconds == pytest.approx(107.0, abs=0.05)
    assert all(before.end_seconds == after.start_seconds for before, after in pairwise(found))
    assert found[0].bpm == pytest.approx(92, rel=0.01)
    assert found[-1].bpm in (pytest.approx(128, rel=0.01), pytest.approx(64, rel=0.01))


def test_too_short_a_stretch_has_none() -> None:
    assert tempi(drum_track(PATTERNS["backbeat"], 120, 2.0)) == []
    assert find_tempi(np.zeros(0, np.float32)) == []
