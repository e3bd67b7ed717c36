import numpy as np
import pytest

from services.audio_analysis.core.spans import (
    CHANGE_COST,
    TONAL_ALONE,
    VOICE_SECONDS,
    decide,
    music_evidence,
    music_spans,
    speech_spans,
)
from services.audio_analysis.core.texture import FRAMES_PER_SECOND, STEP_FRAMES, STEP_SECONDS, Texture


def voice(*parts: tuple[float, float]):
    """Probabilities from pairs of seconds and value."""
    return np.concatenate([np.full(round(seconds / VOICE_SECONDS), value, np.float32) for seconds, value in parts])


def pairs(spans):
    return [(span.start_seconds, span.end_seconds) for span in spans]


def test_a_short_pause_belongs_to_speech_and_a_long_one_does_not() -> None:
    probabilities = voice((1, 0), (2, 0.9), (0.5, 0.1), (2, 0.9), (1.5, 0.1), (1, 0.9), (1, 0))
    ((first, second), (third, fourth)) = pairs(speech_spans(probabilities, 9))
    assert (first, second) == (pytest.approx(1, abs=0.05), pytest.approx(5.5, abs=0.05))
    assert (third, fourth) == (pytest.approx(7, abs=0.05), pytest.approx(8, abs=0.05))


def test_doubt_goes_on_with_what_was() -> None:
    assert len(speech_spans(voice((1, 0.9), (2, 0.4), (1, 0.9)), 4)) == 1
    assert speech_spans(voice((3, 0.4)), 3) == ()


def test_a_click_of_voice_is_no_speech_and_speech_ends_with_the_track() -> None:
    assert speech_spans(voice((1, 0), (0.1, 0.9), (1, 0)), 2) == ()
    assert pairs(speech_spans(voice((2, 0.9)), 1.9)) == [(0, 1.9)]
    assert speech_spans(np.zeros(0, np.float32), 0) == ()


def track(*parts: tuple[float, float, float, float]):
    """Texture, pulse and speech from parts: seconds, continuity, level in dB, share of speech."""
    steps = [round(part[0] / STEP_SECONDS) for part in parts]
    texture = Texture(
        level_db=np.repeat([np.float32(part[2]) for part in parts], np.array(steps) * STEP_FRAMES),
        continuity=np.repeat([np.float32(part[1]) for part in parts], steps),
        energy=np.ones((sum(steps), 3), np.float32),
    )
    return texture, np.full(sum(steps), 0.1), np.repeat([part[3] for part in parts], steps)


def music(*parts: tuple[float, float, float, float], pulse: float | None = None):
    texture, clarity, speech = track(*parts)
    clarity = clarity if pulse is None else np.full_like(clarity, pulse)
    return pairs(music_spans(texture, clarity, speech, texture.level_db.size / FRAMES_PER_SECOND))


LOUD, SILENT = -20.0, -90.0


def test_steady_partials_are_music_and_gliding_ones_are_not() -> None:
    assert music((10, 1.2, LOUD, 1), (10, 3.5, LOUD, 0), (10, 1.2, LOUD, 1)) == [(10, 20)]
    assert music((10, 1.2, LOUD, 0)) == []


def test_under_speech_more_is_asked_for() -> None:
    between = TONAL_ALONE + 0.15
    assert music((10, between, LOUD, 0)) == [(0, 10)]
    assert music((10, between, LOUD, 1)) == []
    assert music((10, 3.0, LOUD, 1)) == [(0, 10)]


def test_a_clear_pulse_without_tones_is_music_unless_somebody_speaks() -> None:
    assert music((10, 0.8, LOUD, 0), pulse=0.9) == [(0, 10)]
    assert music((10, 0.8, LOUD, 0), pulse=0.4) == []
    assert music((10, 0.8, LOUD, 1), pulse=0.4) == []


def test_one_doubtful_moment_changes_nothing() -> None:
    assert music((10, 3.5, LOUD, 0), (1.5, 1.5, LOUD, 0), (10, 3.5, LOUD, 0)) == [(0, 21.5)]
    assert music((10, 1.2, LOUD, 0), (1.0, 2.4, LOUD, 0), (10, 1.2, LOUD, 0)) == []


def test_music_begins_and_ends_where_it_is_heard() -> None:
    assert music((4, 3.5, SILENT, 0), (10, 3.5, LOUD, 0), (6, 0, SILENT, 0)) == [(4, 14)]


def test_a_short_rest_belongs_to_music_and_a_long_one_parts_it() -> None:
    assert music((8, 3.5, LOUD, 0), (1.5, 0, SILENT, 0), (8, 3.5, LOUD, 0)) == [(0, 17.5)]
    assert music((8, 3.5, LOUD, 0), (5, 0, SILENT, 0), (8, 3.5, LOUD, 0)) == [(0, 8), (13, 21)]


def test_silence_one_moment_and_nothing_have_no_music() -> None:
    assert music((10, 0, SILENT, 0)) == []
    assert music((0, 0, LOUD, 0)) == []


def test_a_second_of_music_is_music_when_there_is_no_more() -> None:
    assert music((1, 3.5, LOUD, 0)) == [(0, 1)]


def test_evidence_is_limited_so_that_one_moment_cannot_decide() -> None:
    evidence = music_evidence(np.array([5.0, 0.0], np.float32), np.zeros(2), np.zeros(2))
    assert np.abs(evidence).max() * 2 < 2 * CHANGE_COST


def test_the_course_that_costs_least_is_found() -> None:
    random = np.random.default_rng(1)
    for _ in range(20):
        evidence = random.normal(0, 1, 8)
        courses = (np.arange(2**8)[:, None] >> np.arange(8)) & 1
        gains = (courses * evidence).sum(axis=1) - CHANGE_COST * np.abs(np.diff(courses, axis=1)).sum(axis=1)
        found = decide(evidence).astype(int)
        gain = (found * evidence).sum() - CHANGE_COST * np.abs(np.diff(found)).sum()
        assert gain == pytest.approx(gains.max())
