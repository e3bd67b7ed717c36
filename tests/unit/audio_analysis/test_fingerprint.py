import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from services.audio_analysis.core.fingerprint import ITEM_SECONDS, compare
from shared.media.fingerprint import write_fingerprint

RATE_HERTZ = 22_050


def tune(seconds: float, seed: int):
    """Chords of three notes, a new one every 0.4 s, with a little noise."""
    random = np.random.default_rng(seed)
    times = np.arange(round(0.4 * RATE_HERTZ)) / RATE_HERTZ
    chords = []
    for _ in range(round(seconds / 0.4)):
        notes = 220 * 2 ** (random.integers(0, 24, 3) / 12)
        partials = sum(np.sin(2 * np.pi * notes[:, None] * n * times) / n for n in range(1, 6))
        chords.append(partials.sum(axis=0) * np.exp(-times / 0.3))
    samples = np.concatenate(chords)
    return 0.1 * samples + random.normal(0, 0.003, samples.size)


def track(path: Path, samples, *, codec: tuple[str, ...] = ()) -> Path:
    """A FLAC of the samples, if asked for after they went through a lossy codec."""
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y"]
    raw = ["-f", "f32le", "-ar", str(RATE_HERTZ), "-ac", "1", "-i", "pipe:0"]
    lossy = path.with_suffix(".mka")
    subprocess.run(  # noqa: S603  no shell, own files
        [*ffmpeg, *raw, *(codec or ("-c:a", "flac")), lossy], input=samples.astype("<f4").tobytes(), check=True
    )
    subprocess.run([*ffmpeg, "-i", lossy, "-ar", str(RATE_HERTZ), path], check=True)  # noqa: S603  as above
    return path


def fingerprint(path: Path):
    return write_fingerprint(path, path.with_suffix(".bin"))


def test_a_re_encoded_crop_is_found_where_it_was_cut_out(tmp_path: Path) -> None:
    song = tune(60, seed=1)
    crop = song[round(18.3 * RATE_HERTZ) : round(48.3 * RATE_HERTZ)]
    whole = fingerprint(track(tmp_path / "whole.flac", song))
    part = fingerprint(track(tmp_path / "part.flac", crop, codec=("-c:a", "aac", "-b:a", "48k")))
    match = compare(whole, part)
    assert match is not None
    assert match.is_same
    assert match.offset_seconds == pytest.approx(18.3, abs=ITEM_SECONDS)
    assert match.overlap_seconds == pytest.approx(30 - 2.6, abs=0.3)
    assert match.bit_error_rate < 0.1
    turned = compare(part, whole)
    assert turned is not None
    assert turned.offset_seconds == pytest.approx(-match.offset_seconds)


def test_strangers_are_told_apart(tmp_path: Path) -> None:
    first = fingerprint(track(tmp_path / "first.flac", tune(30, seed=1)))
    second = fingerprint(track(tmp_path / "second.flac", tune(30, seed=2)))
    match = compare(first, second)
    assert match is not None
    assert not match.is_same
    assert match.bit_error_rate > 0.35


def test_what_is_written_is_little_endian(tmp_path: Path) -> None:
    items = fingerprint(track(tmp_path / "song.flac", tune(10, seed=1)))
    assert (tmp_path / "song.bin").read_bytes() == items.astype("<u4").tobytes()
    assert items.size == pytest.approx((10 - 2.6) / ITEM_SECONDS, abs=2)


def test_too_little_sound_has_no_fingerprint(tmp_path: Path) -> None:
    assert fingerprint(track(tmp_path / "short.flac", tune(2, seed=1))).size == 0


def test_too_short_fingerprints_are_not_compared() -> None:
    items = np.arange(20, dtype=np.uint32)
    assert compare(items, items) is None
    assert compare(np.zeros(0, np.uint32), items) is None


def test_of_equally_good_offsets_the_longest_overlap_wins() -> None:
    items = np.tile(np.random.default_rng(1).integers(0, 2**32, 50, dtype=np.uint32), 4)
    match = compare(items, items)
    assert match is not None
    assert (match.offset_seconds, match.bit_error_rate) == (0, pytest.approx(0))


def test_a_file_that_is_no_track_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    playlist = tmp_path / "playlist.flac"
    playlist.write_text(f"#EXTM3U\n#EXTINF:1,\n{secret}\n")
    with pytest.raises(subprocess.CalledProcessError):
        fingerprint(playlist)
