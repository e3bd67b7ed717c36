import json
from itertools import pairwise

import numpy as np
import pytest

from services.audio_analysis.core.onsets import OnsetMeasurer
from services.audio_analysis.core.rhythm import NO_RHYTHM, find_rhythm
from shared.contracts.reports.audio_analysis import Rhythm
from shared.media import read_audio
from shared.testkit.clips.rhythms import PATTERNS, RATE_HERTZ, Stroke, beat_times, click_track, drum_track
from shared.testkit.clips.steady_beat import CLIP, truth
from tests.accuracy.matching import f_measure

GOLDEN = json.loads(CLIP.with_suffix(".json").read_text("utf-8"))


def rhythm(samples: np.ndarray, *music: tuple[float, float]) -> Rhythm:
    measurer = OnsetMeasurer()
    measurer.add(samples.astype(np.float32))
    return find_rhythm(measurer.measures(), music or [(0.0, samples.size / RATE_HERTZ)])


def times(found: Rhythm) -> list[float]:
    return [beat.time_seconds for beat in found.beats]


@pytest.mark.parametrize("stroke", ["bass", "mid", "treble"])
@pytest.mark.parametrize("bpm", [70, 104, 139, 180])
def test_clicks_of_changing_level_in_noise_are_found_in_their_band(stroke: Stroke, bpm: int) -> None:
    rng = np.random.default_rng(bpm)
    true = beat_times(bpm, 14.0, 0.4)
    found = rhythm(click_track(true, 15.0, stroke=stroke, levels=list(rng.uniform(0.2, 0.9, true.size)), noise=0.01))
    assert f_measure(times(found), true) >= 0.97
    assert found.tempo_bpm == pytest.approx(bpm, abs=0.3)
    assert np.mean([beat.band == stroke for beat in found.beats]) >= 0.9
    # Where a beat is found at all it is placed to a few milliseconds.
    assert max(min(abs(time - other) for other in true) for time in times(found)) < 0.012


def test_the_golden_clip_has_its_tempo_and_every_beat_in_its_band() -> None:
    found = rhythm(read_audio(CLIP), *GOLDEN["music"])
    assert found.tempo_bpm == pytest.approx(GOLDEN["tempo_bpm"], abs=0.1)
    assert [beat.band for beat in found.beats] == [beat["band"] for beat in GOLDEN["beats"]]
    assert times(found) == pytest.approx([beat["time_seconds"] for beat in GOLDEN["beats"]], abs=0.01)


def test_the_stroke_with_which_music_begins_is_a_beat_though_the_stretch_begins_a_little_late() -> None:
    found = rhythm(read_audio(CLIP), (1.1, 12.9))
    assert times(found)[0] == pytest.approx(1.0, abs=0.01)


def test_the_golden_clip_s_truth_is_what_it_was_made_by() -> None:
    assert truth() == GOLDEN


def test_a_missing_beat_is_kept_and_is_less_sure() -> None:
    true = beat_times(100, 15.0)
    found = rhythm(click_track(np.delete(true, 10), 15.0, noise=0.003))
    assert f_measure(times(found), true) >= 0.97
    missing = min(found.beats, key=lambda beat: abs(beat.time_seconds - true[10]))
    assert missing.confidence < 0.3 < np.mean([beat.confidence for beat in found.beats])


@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_no_beats_are_counted_on_through_a_silence(noise: float) -> None:
    clicks = click_track(beat_times(120, 10.0), 10.0)
    sound = np.concatenate([clicks, np.zeros(8 * RATE_HERTZ), clicks, np.zeros(5 * RATE_HERTZ)])
    found = rhythm(sound + np.random.default_rng(2).normal(0, noise, sound.size))
    assert not [time for time in times(found) if 10.1 < time < 17.9 or time > 28.1]
    assert f_measure(times(found), [*beat_times(120, 10.0), *(18 + beat_times(120, 10.0))]) >= 0.97


def test_a_tempo_that_drifts_is_followed() -> None:
    true = [0.2]
    while true[-1] < 58:
        true.append(true[-1] + 60 / (100 + true[-1] / 3))
    assert f_measure(times(rhythm(click_track(true, 60.0))), true) >= 0.97


def test_each_piece_has_its_beats_and_the_longer_one_gives_the_tempo() -> None:
    first, second = drum_track(PATTERNS["backbeat"], 96, 20.0), drum_track(PATTERNS["waltz"], 140, 35.0)
    found = rhythm(np.concatenate([first, np.zeros(5 * RATE_HERTZ), second]), (0.0, 20.0), (25.0, 60.0))
    assert found.tempo_bpm == pytest.approx(140, rel=0.005)
    assert f_measure(times(found), [*beat_times(96, 20.0), *(25 + beat_times(140, 35.0))]) >= 0.97
    assert all(before < after for before, after in pairwise(times(found)))
    assert found.confidence is not None
    assert 0.3 < found.confidence < 0.7  # it holds for little more than half of the music


def test_the_tempo_is_exact_to_a_hundredth_of_a_beat() -> None:
    found = rhythm(drum_track(PATTERNS["backbeat"], 121.37, 40.0, jitter_seconds=0))
    assert found.tempo_bpm == pytest.approx(121.37, abs=0.02)


@pytest.mark.parametrize("seconds", [0.0, 0.02, 1.0, 2.9])
def test_too_little_sound_has_no_rhythm(seconds: float) -> None:
    assert rhythm(drum_track(PATTERNS["backbeat"], 120, seconds)) == NO_RHYTHM


def test_no_music_noise_and_silence_have_no_rhythm() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 15 * RATE_HERTZ)
    assert find_rhythm(OnsetMeasurer().measures(), []) == NO_RHYTHM
    assert rhythm(noise) == NO_RHYTHM
    assert rhythm(np.zeros(15 * RATE_HERTZ)) == NO_RHYTHM
    measurer = OnsetMeasurer()
    measurer.add(click_track(beat_times(120, 10.0), 10.0))
    assert find_rhythm(measurer.measures(), []) == NO_RHYTHM
