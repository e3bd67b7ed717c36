from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shared.media import MediaLimits, audio_blocks, frame_at, frames, read_audio, video_duration
from shared.testkit.clips import valid


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return valid.cuts(tmp_path / "clip.mp4")


def test_frames_come_in_order_with_exact_times(clip: Path) -> None:
    seen = [(frame.index, frame.timestamp, frame.duration) for frame in frames(clip)]
    assert seen == [(index, Fraction(index, 24), Fraction(1, 24)) for index in range(48)]


def test_a_span_of_frames_is_exact(clip: Path) -> None:
    seen = [frame.timestamp for frame in frames(clip, start_seconds=0.5, end_seconds=1.0)]
    assert seen == [Fraction(index, 24) for index in range(12, 24)]


@pytest.mark.parametrize(("at", "shown"), [(0.0, 0), (0.99, 23), (1.0, 24), (9.0, 47)])
def test_the_frame_at_an_instant_is_the_last_that_begins_before(clip: Path, at: float, shown: int) -> None:
    assert frame_at(clip, at).timestamp == Fraction(shown, 24)


def test_colours_come_out_as_they_went_in(tmp_path: Path) -> None:
    frame = next(frames(valid.silent(tmp_path / "c.mp4", width=64, height=48)))
    rgb = frame.rgb().astype(int)
    for (row, column), expected in {(10, 10): (200, 30, 30), (10, 50): (30, 180, 60), (40, 10): (40, 60, 200)}.items():
        assert np.abs(rgb[row, column] - expected).max() <= 6
    assert frame.rgb(16, 12).shape == (12, 16, 3)
    assert frame.luma().shape == (48, 64)
    assert (frame.bgr()[..., ::-1] == frame.rgb()).all()


def test_the_duration_counts_the_last_frame(clip: Path) -> None:
    assert video_duration(clip) == 2


def test_audio_blocks_join_to_the_whole_at_any_rate(clip: Path) -> None:
    whole = read_audio(clip, rate_hertz=16_000)
    blocks = list(audio_blocks(clip, rate_hertz=16_000, block_seconds=0.3))
    assert (np.concatenate([block.samples for block in blocks]) == whole).all()
    assert [round(block.start_seconds, 3) for block in blocks[:3]] == [0.0, 0.3, 0.6]
    spectrum = np.abs(np.fft.rfft(whole[1_600:17_600]))
    assert int(np.argmax(spectrum)) == 440


def test_a_span_of_audio_has_the_length_that_was_asked_for(clip: Path) -> None:
    assert read_audio(clip, rate_hertz=16_000, start_seconds=0.5, end_seconds=1.25).size == 12_000


def test_limits_are_read_from_words() -> None:
    limits = MediaLimits.of(resolution="1080x1920", duration_seconds=5, size_mebibytes=1)
    assert limits.allow_picture(1920, 1080)
    assert limits.allow_picture(1080, 1920)
    assert not limits.allow_picture(1921, 1080)
    assert not limits.allow_picture(1200, 1200)
    with pytest.raises(ValueError, match="8192x4320"):
        MediaLimits.of(resolution="large", duration_seconds=5, size_mebibytes=1)
