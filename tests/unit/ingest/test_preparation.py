from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from services.ingest.core.tone import compressed, hlg_scene_light, pq_nits
from shared.contracts.colours import COLOUR_NAMES
from shared.contracts.failures import PermanentFailure
from shared.contracts.reports.ingest import IngestReport
from shared.media import TRACK_RATE_HERTZ, frames, read_audio, read_statistics, video_duration
from shared.testkit.clips import hostile, pictures, valid

Prepare = Callable[[Path], tuple[IngestReport, Path]]


def first_rgb(made: Path) -> np.ndarray:
    return next(frames(made / "proxy.mp4")).rgb().astype(int)


def test_an_ordinary_clip_is_described_rightly(prepared: Prepare, tmp_path: Path) -> None:
    report, made = prepared(valid.cuts(tmp_path / "clip.mp4"))
    assert (report.container, report.sha256, report.duration_seconds) == ("mp4", "abc", 2.0)
    video, sound = report.video, report.audio_stream
    assert (video.codec, video.width, video.height, video.rotation_degrees) == ("h264", 64, 48, 0)
    assert (video.frame_rate, video.frame_count, video.is_variable_frame_rate) == (24.0, 48, False)
    assert sound is not None
    assert (sound.codec, sound.sample_rate, sound.channels) == ("aac", 44_100, 1)
    assert abs(sound.duration_seconds - 2.0) < 0.06
    assert {path.name for path in made.iterdir()} == {report.proxy, report.audio, report.statistics, report.thumbnail}
    assert report.notes == ()


@pytest.mark.parametrize("rate", [8, 24, 120])
@pytest.mark.parametrize("container", ["mp4", "mkv", "avi", "ts"])
def test_the_proxy_keeps_the_times_of_the_original(
    prepared: Prepare, tmp_path: Path, rate: int, container: str
) -> None:
    path = valid.cuts(tmp_path / f"clip.{container}", rate=rate)
    with av.open(str(path)) as original:
        stream = original.streams.video[0]
        truth = [frame.pts * stream.time_base for frame in original.decode(stream)]
    report, made = prepared(path)
    seen = [frame.timestamp for frame in frames(made / "proxy.mp4")]
    assert seen == [time - truth[0] for time in truth]
    assert len(seen) == report.video.frame_count == rate * 2
    assert not report.video.is_variable_frame_rate
    statistics = read_statistics(made / "statistics.npz")
    assert np.allclose(statistics.time_seconds, [float(time) for time in seen], atol=1e-9)
    assert video_duration(made / "proxy.mp4") == pytest.approx(report.duration_seconds)
    assert report.duration_seconds == pytest.approx(2.0, abs=0.002)


def test_a_variable_rate_is_kept_to_the_tick(prepared: Prepare, tmp_path: Path) -> None:
    report, made = prepared(valid.variable_rate(tmp_path / "clip.mp4"))
    assert [frame.timestamp for frame in frames(made / "proxy.mp4")] == [
        Fraction(tick, 90) for tick in valid.VARIABLE_TICKS
    ]
    assert report.video.is_variable_frame_rate
    assert report.duration_seconds > 2.0


def test_a_cut_shows_in_the_differences(prepared: Prepare, tmp_path: Path) -> None:
    _, made = prepared(valid.cuts(tmp_path / "clip.mp4"))
    difference = read_statistics(made / "statistics.npz").difference
    assert int(np.argmax(difference)) == 24
    assert difference[24] > 5 * np.delete(difference, 24).max()
    assert difference[0] == 0


@pytest.mark.parametrize(
    ("degrees", "corner"), [(0, pictures.RED), (90, pictures.BLUE), (180, pictures.WHITE), (270, pictures.GREEN)]
)
def test_rotation_is_applied(prepared: Prepare, tmp_path: Path, degrees: int, corner: tuple[int, int, int]) -> None:
    report, made = prepared(valid.rotated(tmp_path / "clip.mp4", degrees))
    assert report.video.rotation_degrees == degrees
    assert (report.video.width, report.video.height) == ((64, 48) if degrees % 180 == 0 else (48, 64))
    rgb = first_rgb(made)
    assert rgb.shape[:2] == (report.video.height, report.video.width)
    assert np.abs(rgb[8, 8] - corner).max() <= 8


def test_odd_sides_become_even(prepared: Prepare, tmp_path: Path) -> None:
    report, made = prepared(valid.odd_sides(tmp_path / "clip.mp4"))
    assert (report.video.width, report.video.height) == (65, 49)
    assert all(side % 2 == 0 for side in first_rgb(made).shape[:2])


def test_wide_pixels_are_made_square(prepared: Prepare, tmp_path: Path) -> None:
    report, made = prepared(valid.wide_pixels(tmp_path / "clip.mp4"))
    assert (report.video.width, report.video.height) == (96, 48)
    assert first_rgb(made).shape == (48, 96, 3)


def test_a_large_picture_is_scaled_and_a_portrait_stays_one(prepared: Prepare, tmp_path: Path) -> None:
    _, made = prepared(valid.silent(tmp_path / "clip.mp4", width=540, height=960, frames=2))
    assert first_rgb(made).shape == (480, 270, 3)


@pytest.mark.parametrize("colour", [pictures.RED, pictures.GREEN, pictures.BLUE, pictures.GREY])
@pytest.mark.parametrize(("matrix", "full_range"), [(1, False), (6, False), (1, True), (6, True)])
def test_every_colour_system_shows_the_same_colour(
    prepared: Prepare, tmp_path: Path, colour: tuple[int, int, int], matrix: int, *, full_range: bool
) -> None:
    _, made = prepared(valid.plain_colour(tmp_path / "clip.mp4", colour, matrix=matrix, full_range=full_range))
    assert np.abs(first_rgb(made)[24, 32] - colour).max() <= 5


def test_statistics_of_a_plain_colour_are_its_own(prepared: Prepare, tmp_path: Path) -> None:
    _, made = prepared(valid.plain_colour(tmp_path / "clip.mp4", pictures.RED))
    statistics = read_statistics(made / "statistics.npz")
    # sRGB (200, 30, 30) is L* 42.5, a* 62.6, b* 44.0: hue 35 degrees, in the second of twelve bins.
    assert np.allclose(statistics.lab_mean, [[42.5, 62.6, 44.0]], atol=2.5)
    assert np.allclose(statistics.hue_histogram[:, 1], 1)
    assert np.allclose(statistics.lab_deviation, 0, atol=0.2)
    luma = 0.2126 * 200 / 255 + 0.7874 * 30 / 255
    assert np.allclose(statistics.luma_mean, luma, atol=0.01)
    assert np.allclose(statistics.luma_histogram.sum(axis=1), 1, atol=0.01)
    assert np.allclose(statistics.difference, 0, atol=0.005)


def test_ten_bits_become_eight(prepared: Prepare, tmp_path: Path) -> None:
    report, made = prepared(valid.ten_bit(tmp_path / "clip.mp4"))
    assert report.video.pixel_format == "yuv420p10le"
    assert not report.video.is_high_dynamic_range
    assert np.abs(first_rgb(made)[10, 10] - pictures.RED).max() <= 6


@pytest.mark.parametrize(("transfer", "signal"), [(16, 0.58), (16, 0.3), (18, 0.75), (18, 0.3)])
def test_high_dynamic_range_is_toned_as_the_formulas_say(
    prepared: Prepare, tmp_path: Path, transfer: int, signal: float
) -> None:
    report, made = prepared(valid.high_dynamic_range(tmp_path / "clip.mp4", transfer, signal))
    assert report.video.is_high_dynamic_range
    if transfer == 16:
        light = float(pq_nits(np.array(signal))) / 203
    else:
        light = float(hlg_scene_light(np.array(signal))) ** 1.2 * 1000 / 203
    shown = float(compressed(np.array([light], np.float32))[0])
    expected = 255 * (1.055 * shown ** (1 / 2.4) - 0.055)
    assert np.abs(first_rgb(made)[24, 32] - expected).max() <= 4


def test_no_sound_is_no_failure(prepared: Prepare, tmp_path: Path) -> None:
    report, made = prepared(valid.silent(tmp_path / "clip.mp4"))
    assert report.audio is None
    assert report.audio_stream is None
    assert not (made / "audio.flac").exists()


def test_one_frame_is_a_video(prepared: Prepare, tmp_path: Path) -> None:
    report, made = prepared(valid.silent(tmp_path / "clip.mp4", frames=1))
    assert report.video.frame_count == 1
    assert report.duration_seconds == pytest.approx(1 / 24, abs=0.001)
    assert (made / "thumbnail.jpg").stat().st_size > 300


@pytest.mark.parametrize("start", [0.0, 0.5])
def test_clicks_stay_where_they_are_against_the_picture(prepared: Prepare, tmp_path: Path, start: float) -> None:
    at = (0.25, 1.0, 1.75)
    report, made = prepared(valid.clicking(tmp_path / "clip.mkv", at, start_seconds=start))
    samples = read_audio(made / (report.audio or ""))
    loud = np.flatnonzero(np.abs(samples) > 0.4) / TRACK_RATE_HERTZ
    beginnings = loud[np.concatenate([[True], np.diff(loud) > 0.1])]
    assert beginnings == pytest.approx([instant + start for instant in at], abs=0.002)
    assert samples.size / TRACK_RATE_HERTZ == pytest.approx(2.0 + start, abs=0.01)


def test_any_rate_and_number_of_channels_becomes_mono(prepared: Prepare, tmp_path: Path) -> None:
    report, made = prepared(valid.surround(tmp_path / "clip.mkv"))
    assert report.audio_stream is not None
    assert (report.audio_stream.sample_rate, report.audio_stream.channels) == (32_000, 6)
    samples = read_audio(made / (report.audio or ""))
    spectrum = np.abs(np.fft.rfft(samples[2_205 : 2_205 + 11_025]))
    assert int(np.argmax(spectrum)) == 250


def test_a_thumbnail_is_a_jpeg_of_a_bright_frame(prepared: Prepare, tmp_path: Path) -> None:
    _, made = prepared(valid.cuts(tmp_path / "clip.mp4", cut_seconds=(1,)))
    data = (made / "thumbnail.jpg").read_bytes()
    assert data[:3] == b"\xff\xd8\xff"


def test_the_same_file_gives_the_same_bytes(prepared: Prepare, tmp_path: Path) -> None:
    path = valid.cuts(tmp_path / "clip.mp4")
    _, made = prepared(path)
    first = {file.name: file.read_bytes() for file in made.iterdir()}
    prepared(path)
    assert {file.name: file.read_bytes() for file in made.iterdir()} == first


def test_a_file_that_goes_on_for_hours_longer_than_it_says_is_stopped(prepared: Prepare, tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure) as caught:
        prepared(hostile.eleven_hours_that_say_ten_seconds(tmp_path / "clip.mkv"))
    assert str(caught.value.code) == "too_long"


def test_of_several_streams_the_default_is_taken_and_that_is_said(prepared: Prepare, tmp_path: Path) -> None:
    report, _ = prepared(valid.several_streams(tmp_path / "clip.mkv"))
    assert (report.video.width, report.video.height) == (128, 96)
    assert report.notes == (
        "The file has 2 video streams; number 2 was taken.",
        "The file has 2 audio streams; number 1 was taken.",
    )


def test_small_damage_is_survived_and_noted(prepared: Prepare, tmp_path: Path) -> None:
    path = hostile.growing_picture(tmp_path / "clip.avi")
    broken = path.read_bytes().replace(b"\x75\x30\x75\x30", b"\x00\x00\x00\x00", 2)
    path.write_bytes(broken.replace(b"\x75\x30\x75\x30", (48).to_bytes(2, "big") + (64).to_bytes(2, "big")))
    report, _ = prepared(path)
    assert report.notes == ("2 damaged pictures were left out.",)
    assert report.video.frame_count == 10


def test_subtitle_streams_are_counted_and_left_alone(prepared: Prepare, tmp_path: Path) -> None:
    report, _ = prepared(valid.subtitled(tmp_path / "clip.mkv"))
    assert report.subtitle_streams == 2
    assert report.notes == ()
    assert report.video.frame_count == 24


def test_a_plain_picture_has_one_colour_name(prepared: Prepare, tmp_path: Path) -> None:
    _, made = prepared(valid.plain_colour(tmp_path / "clip.mp4", (20, 30, 70)))
    shares = read_statistics(made / "statistics.npz").colour_shares
    assert shares.shape == (3, len(COLOUR_NAMES))
    assert (shares[:, COLOUR_NAMES.index("blue")] == 1).all()
