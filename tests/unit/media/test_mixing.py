from fractions import Fraction

import av
import numpy as np
import pytest

from shared.media import TRACK_RATE_HERTZ
from shared.media.mixing import MOST_LOSS_DECIBELS, MonoMixer

RATE = 44_100
TONE = (0.5 * np.sin(2 * np.pi * 441 * np.arange(RATE) / RATE)).astype(np.float32)


def mixed(channels: np.ndarray, layout: str, form: str = "fltp", piece: int = 1024) -> tuple[np.ndarray, MonoMixer]:
    """What comes out of channels of shape (channels, samples) that go in piece by piece."""
    mixer, heard = MonoMixer(), []
    for start in range(0, channels.shape[1], piece):
        part = np.ascontiguousarray(channels[:, start : start + piece])
        if form == "s16":
            part = np.round(part.T.reshape(1, -1) * 32_767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(part, format=form, layout=layout)
        frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), start
        heard += mixer.add(frame)
    return np.concatenate([*heard, *mixer.drain()]) / 32_768, mixer


@pytest.mark.parametrize("form", ["fltp", "s16"])
def test_equal_channels_lose_three_decibels_and_their_peak_is_known(form: str) -> None:
    samples, mixer = mixed(np.stack([TONE, TONE]), "stereo", form)
    assert samples.size == pytest.approx(TRACK_RATE_HERTZ, abs=2)
    assert np.abs(samples).max() == pytest.approx(0.5, abs=0.01)
    assert mixer.downmix_loss_decibels == pytest.approx(3.01, abs=0.05)
    assert mixer.peak_decibels == pytest.approx(-6.02, abs=0.02)


def test_a_sound_on_one_side_loses_six() -> None:
    samples, mixer = mixed(np.stack([TONE, np.zeros_like(TONE)]), "stereo")
    assert np.abs(samples).max() == pytest.approx(0.25, abs=0.01)
    assert mixer.downmix_loss_decibels == pytest.approx(6.02, abs=0.05)


def test_mono_loses_nothing_and_opposite_channels_everything() -> None:
    assert mixed(TONE[None], "mono")[1].downmix_loss_decibels == pytest.approx(0, abs=0.05)
    assert mixed(np.stack([TONE, -TONE]), "stereo")[1].downmix_loss_decibels == MOST_LOSS_DECIBELS


def test_silence_has_no_levels() -> None:
    samples, mixer = mixed(np.zeros((2, RATE), np.float32), "stereo")
    assert not samples.any()
    assert mixer.downmix_loss_decibels is None
    assert mixer.peak_decibels is None


def test_the_size_of_the_pieces_changes_nothing() -> None:
    small, large = mixed(np.stack([TONE, TONE]), "stereo")[0], mixed(np.stack([TONE, TONE]), "stereo", piece=10_000)[0]
    assert (small == large).all()


def test_sound_whose_form_changes_goes_on() -> None:
    mixer, heard = MonoMixer(), []
    for rate in (48_000, 32_000):
        frame = av.AudioFrame.from_ndarray(np.full((1, rate), 0.5, np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
        heard += mixer.add(frame)
    samples = np.concatenate([*heard, *mixer.drain()])
    assert samples.size == pytest.approx(2 * TRACK_RATE_HERTZ, abs=4)
