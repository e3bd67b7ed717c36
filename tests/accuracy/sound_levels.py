"""Loudness against FFmpeg's own meter, the compressor's ratio, and fingerprints of re-encoded crops."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import av
import imageio_ffmpeg
import numpy as np

from services.audio_analysis.core.dynamics import compression_ratio
from services.audio_analysis.core.fingerprint import ITEM_SECONDS, compare
from services.audio_analysis.core.loudness import LoudnessMeter
from shared.media import TRACK_RATE_HERTZ, read_audio
from shared.media.fingerprint import write_fingerprint
from shared.media.writing import AudioTrackWriter
from shared.testkit.clips.dynamics import compressed
from tests.accuracy import clips, speech_and_music

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FFMPEG = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin"]
CODECS = (("MP3", "libmp3lame", "64k", "mp3"), ("AAC", "aac", "48k", "m4a"), ("Opus", "libopus", "32k", "ogg"))
CROP_SECONDS = 30.0
CROP_START_SECONDS = 20.3
RATIOS = (1, 2, 4, 8)
LOUDNESS = re.compile(r"I:\s+(-?[\d.]+) LUFS.*?LRA:\s+([\d.]+) LU.*?Peak:\s+(-?[\d.]+) dBFS", re.DOTALL)


@dataclass(frozen=True)
class Levels:
    """Integrated loudness, loudness range and true peak."""

    lufs: float
    range_lu: float
    peak_dbtp: float


def measure() -> str:
    """Three tables."""
    with TemporaryDirectory() as folder:
        tables = [_loudness(Path(folder)), _ratios(), _fingerprints(Path(folder))]
    return "\n\n".join(tables)


def _loudness(folder: Path) -> str:
    """Our meter on the mono track that ingest makes, against FFmpeg's ebur128 on the original."""
    differences = []
    originals = [*_tracks(), clips.from_python("gradio==6.31", "gradio/media_assets/audio/sax.wav")]
    for original in originals:
        ours, theirs = _ours(original, folder / "track.flac"), _theirs(original)
        differences.append(
            [ours.lufs - theirs.lufs, ours.range_lu - theirs.range_lu, ours.peak_dbtp - theirs.peak_dbtp]
        )
    absolute = np.abs(differences)
    names = ("integrated loudness, LU", "loudness range, LU", "true peak, dB")
    lines = [f"| {len(originals)} recordings against `ebur128` | mean difference | largest |", "|---|---|---|"]
    lines += [f"| {name} | {absolute[:, i].mean():.2f} | {absolute[:, i].max():.2f} |" for i, name in enumerate(names)]
    return "\n".join(lines)


def _ours(original: Path, track: Path) -> Levels:
    with av.open(str(original)) as container, AudioTrackWriter(track, origin_seconds=0) as writer:
        for frame in container.decode(audio=0):
            writer.write(frame)
        writer.finish()
        loss, sample_peak = writer.mixer.downmix_loss_decibels, writer.mixer.peak_decibels
    meter = LoudnessMeter(TRACK_RATE_HERTZ, loss or 0.0)
    meter.add(read_audio(track))
    measured = meter.measured()
    assert measured.integrated_lufs is not None
    assert measured.true_peak_dbtp is not None
    peak = max(measured.true_peak_dbtp, sample_peak or -np.inf)
    return Levels(measured.integrated_lufs, measured.range_lu, peak)


def _theirs(original: Path) -> Levels:
    command = [*FFMPEG, "-i", str(original), "-vn", "-af", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr  # noqa: S603  no shell
    found = LOUDNESS.search(said[said.rindex("Summary:") :])
    assert found is not None
    return Levels(*(float(value) for value in found.groups()))


def _ratios() -> str:
    """Real recordings after a compressor of a known ratio."""
    speech = [speech_and_music.connected(speech_and_music.librivox())]
    speech += [speech_and_music.connected(speech_and_music.prompts(language)[:4]) for language in ("en", "es", "it")]
    demo = Path(__file__).parents[2] / "demo" / "sales_call.mp4"
    sources = [
        ("a book read aloud", speech[0]),
        ("telephone announcements, English", speech[1]),
        ("telephone announcements, Spanish", speech[2]),
        ("telephone announcements, Italian", speech[3]),
        ("the demonstration's call", read_audio(demo)),
        ("a calm acoustic track", read_audio(_tracks()[0])),
    ]
    lines = ["| ratio estimated | " + " | ".join("as it is" if r == 1 else f"after {r}:1" for r in RATIOS) + " |"]
    lines.append("|---" * (len(RATIOS) + 1) + "|")
    for name, samples in sources:
        estimates = [_ratio(samples if ratio == 1 else compressed(samples, ratio)) for ratio in RATIOS]
        lines.append(f"| {name} | " + " | ".join(f"{estimate:.1f}" for estimate in estimates) + " |")
    return "\n".join(lines)


def _ratio(samples: NDArray[np.float32] | NDArray[np.float64]) -> float:
    meter = LoudnessMeter(TRACK_RATE_HERTZ)
    meter.add(samples.astype(np.float32))
    return compression_ratio(meter.momentary())


def _fingerprints(folder: Path) -> str:
    """Crops of tracks, re-encoded at low rates, looked for in the whole; and strangers."""
    tracks = speech_and_music.game_tracks(songs=False)[::3]
    whole = [_fingerprint(_flac(track, folder / "whole.flac")) for track in tracks]
    lines = ["| fingerprint | at the right offset | mean bit error rate | worst |", "|---|---|---|---|"]
    long = [(track, items) for track, items in zip(tracks, whole, strict=True) if items.size * ITEM_SECONDS > 60]
    for name, codec, rate, suffix in CODECS:
        errors, right = [], 0
        for track, items in long:
            crop = folder / f"crop.{suffix}"
            cut = ["-ss", str(CROP_START_SECONDS), "-t", str(CROP_SECONDS)]
            _run("-i", str(track), *cut, "-ac", "1", "-c:a", codec, "-b:a", rate, str(crop))
            match = compare(items, _fingerprint(_flac(crop, folder / "crop.flac")))
            assert match is not None
            errors.append(match.bit_error_rate)
            right += abs(match.offset_seconds - CROP_START_SECONDS) < ITEM_SECONDS
        lines.append(
            f"| {CROP_SECONDS:.0f} s as {name} at {rate}bit/s | {right} of {len(long)} "
            f"| {np.mean(errors):.3f} | {max(errors):.3f} |"
        )
    strangers = [
        match.bit_error_rate
        for index, first in enumerate(whole)
        for second in whole[index + 1 :]
        if (match := compare(first, second)) is not None
    ]
    lines.append(f"| {len(strangers)} pairs of strangers | | {np.mean(strangers):.3f} | {min(strangers):.3f} |")
    return "\n".join(lines)


def _fingerprint(track: Path) -> NDArray[np.uint32]:
    return write_fingerprint(track, track.with_suffix(".bin"))


def _flac(source: Path, into: Path) -> Path:
    _run("-i", str(source), "-ac", "1", "-ar", str(TRACK_RATE_HERTZ), str(into))
    return into


def _run(*arguments: str) -> None:
    subprocess.run([*FFMPEG, "-v", "fatal", "-y", *arguments], check=True)  # noqa: S603  no shell


def _tracks() -> Sequence[Path]:
    """Stereo music: every second of the labelled tracks, every third of the game's."""
    return [*speech_and_music.labelled_tracks()[::2], *speech_and_music.game_tracks(songs=False)[::3]]
