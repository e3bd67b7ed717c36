import numpy as np
import pytest

from services.audio_analysis.core.onsets import FRAME_RATE_HERTZ, RATE_HERTZ, OnsetMeasurer, Onsets
from shared.testkit.clips.rhythms import PATTERNS, Stroke, click_track, drum_track


def measured(samples: np.ndarray, block: int | None = None) -> Onsets:
    measurer = OnsetMeasurer()
    size = block or max(1, samples.size)
    for first in range(0, samples.size, size):
        measurer.add(samples[first : first + size])
    return measurer.measures()


def tone(seconds: float, hertz: float = 440.0, level: float = 0.5) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE_HERTZ)) / RATE_HERTZ)).astype(np.float32)


@pytest.mark.parametrize("block", [1, 100, 4096, 50_000])
def test_blocks_of_any_size_give_the_same_measures(block: int) -> None:
    samples = drum_track(PATTERNS["backbeat"], 120, 1.0 if block == 1 else 6.0)
    whole, parts = measured(samples), measured(samples, block)
    np.testing.assert_allclose(parts.strengths, whole.strengths, atol=1e-5)
    np.testing.assert_allclose(parts.in_bands, whole.in_bands, atol=1e-4)
    np.testing.assert_allclose(parts.levels, whole.levels, atol=1e-6)


@pytest.mark.parametrize(("stroke", "column"), [("bass", 0), ("mid", 1), ("treble", 2)])
def test_a_stroke_is_strongest_where_and_in_the_band_in_which_it_sounds(stroke: Stroke, column: int) -> None:
    onsets = measured(click_track([1.5], 3.0, stroke=stroke))
    top = int(onsets.strengths.argmax())
    assert abs(top / FRAME_RATE_HERTZ - 1.5) < 0.03
    assert int(onsets.in_bands[top - 2 : top + 3].max(axis=0).argmax()) == column


def test_there_is_one_frame_for_every_hop_and_none_of_nothing() -> None:
    assert measured(np.zeros(10 * RATE_HERTZ, np.float32)).strengths.size == pytest.approx(10 * FRAME_RATE_HERTZ, abs=2)
    nothing = OnsetMeasurer().measures()
    assert (nothing.strengths.shape, nothing.in_bands.shape, nothing.levels.shape) == ((1,), (1, 3), (1,))
    assert not nothing.strengths.any()


def test_levels_are_root_mean_squares() -> None:
    levels = measured(tone(1.0)).levels
    assert levels[20:60] == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_silence_has_no_onset_and_a_held_tone_at_most_its_first() -> None:
    assert not measured(np.zeros(RATE_HERTZ, np.float32)).strengths.any()
    held = measured(tone(2.0)).strengths
    stroke = measured(click_track([1.0], 2.0)).strengths.max()
    assert held[3:].max() < 0.001 * stroke


def test_noise_that_is_there_from_the_beginning_sets_in_nowhere() -> None:
    noise = np.random.default_rng(1).normal(0, 0.05, 3 * RATE_HERTZ).astype(np.float32)
    strengths = measured(noise).strengths
    assert strengths[:4].max() < 2 * strengths[4:].max()


def test_a_stroke_at_the_very_beginning_is_one() -> None:
    strengths = measured(click_track([0.0, 1.0], 2.0)).strengths
    assert strengths[:4].max() > 0.5 * strengths.max()


def test_vibrato_is_hardly_an_onset() -> None:
    times = np.arange(2 * RATE_HERTZ) / RATE_HERTZ
    singing = (0.5 * np.sin(2 * np.pi * (600 * times + 1.2 * np.sin(2 * np.pi * 6 * times)))).astype(np.float32)
    stroke = measured(click_track([1.0], 2.0)).strengths.max()
    assert measured(singing).strengths[10:-10].max() < 0.1 * stroke


def test_a_stretch_begins_at_the_nearest_frame() -> None:
    onsets = measured(click_track([1.0, 3.0], 5.0))
    stretch = onsets.between(2.0, 4.0)
    assert stretch.strengths.size == round(4 * FRAME_RATE_HERTZ) - round(2 * FRAME_RATE_HERTZ)
    assert abs(int(stretch.strengths.argmax()) / FRAME_RATE_HERTZ - 1.0) < 0.03
