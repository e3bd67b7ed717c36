"""Clips that must be prepared, odd ones included; what is true of each stands in its docstring."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from typing import TYPE_CHECKING

import imageio_ffmpeg
import numpy as np

from shared.testkit.clips.pictures import clicks, plain, quarters, scenes, tone
from shared.testkit.clips.writing import Look, Sound, regular_times, write_clip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

VARIABLE_TICKS = (0, 7, 11, 30, 31, 64, 90, 120, 121, 180)
"""Times of the frames of `variable_rate`, in 1/90 s."""
TEN_BIT = Look(pixel_format="yuv420p10le")


def cuts(path: Path, *, rate: int = 24, cut_seconds: Sequence[int] = (1,), seconds: int = 2) -> Path:
    """64 by 48, cuts at whole seconds, a 440 Hz tone of the same length (AAC, mono, 44 100 Hz)."""
    return write_clip(
        path,
        times=regular_times(rate * seconds, rate),
        picture=scenes([rate * second for second in cut_seconds], 64, 48),
        time_base=Fraction(1, rate),
        sound=Sound(tone(440, float(seconds))),
    )


def silent(path: Path, *, width: int = 64, height: int = 48, rate: int = 24, frames: int = 24) -> Path:
    """Four coloured quarters that stand still; no audio stream."""
    return write_clip(
        path,
        times=regular_times(frames, rate),
        picture=lambda _index: quarters(width, height),
        time_base=Fraction(1, rate),
    )


def rotated(path: Path, clockwise_degrees: int) -> Path:
    """`silent`, with the request in its header to be turned clockwise."""
    straight = silent(path.with_name("straight.mp4"))
    subprocess.run(  # noqa: S603  our own arguments
        [
            imageio_ffmpeg.get_ffmpeg_exe(),
            *("-v", "error", "-y", "-display_rotation", str(-clockwise_degrees), "-i", str(straight)),
            *("-c", "copy", str(path)),
        ],
        check=True,
        timeout=30,
    )
    return path


def variable_rate(path: Path) -> Path:
    """Ten frames at the times of `VARIABLE_TICKS`."""
    return write_clip(
        path,
        times=[Fraction(tick, 90) for tick in VARIABLE_TICKS],
        picture=scenes([5], 64, 48),
        time_base=Fraction(1, 90),
    )


def odd_sides(path: Path) -> Path:
    """65 by 49 pixels, which only formats without halved chroma can store."""
    return write_clip(
        path,
        times=regular_times(6, 24),
        picture=lambda _index: quarters(65, 49),
        time_base=Fraction(1, 24),
        look=Look(pixel_format="yuv444p"),
    )


def wide_pixels(path: Path) -> Path:
    """48 by 48 stored pixels that are shown twice as wide."""
    return write_clip(
        path,
        times=regular_times(6, 24),
        picture=lambda _index: quarters(48, 48),
        time_base=Fraction(1, 24),
        look=Look(pixel_aspect=Fraction(2)),
    )


def ten_bit(path: Path) -> Path:
    """`silent` with ten bits per sample."""
    return write_clip(
        path,
        times=regular_times(6, 24),
        picture=lambda _index: quarters(64, 48),
        time_base=Fraction(1, 24),
        look=TEN_BIT,
    )


def high_dynamic_range(path: Path, transfer: int, signal: float) -> Path:
    """Grey everywhere at a signal level of 0 to 1, BT.2020, ten bits; transfer 16 is PQ, 18 HLG."""
    picture = np.full((48, 64, 3), round(signal * 65_535), np.uint16)
    return write_clip(
        path,
        times=regular_times(6, 24),
        picture=lambda _index: picture,
        time_base=Fraction(1, 24),
        look=Look(pixel_format="yuv420p10le", matrix=9, primaries=9, transfer=transfer),
    )


def plain_colour(path: Path, colour: Sequence[int], *, matrix: int = 1, full_range: bool = False) -> Path:
    """One colour everywhere, stored with a colour matrix (1 is BT.709, 6 BT.601) and range."""
    return write_clip(
        path,
        times=regular_times(3, 24),
        picture=lambda _index: plain(colour, 64, 48),
        time_base=Fraction(1, 24),
        look=Look(matrix=matrix, full_range=full_range),
    )


def clicking(path: Path, at_seconds: Sequence[float], *, start_seconds: float = 0.0, rate_hertz: int = 48_000) -> Path:
    """Two seconds of stereo clicks, uncompressed in Matroska; the sound begins `start_seconds` after the picture."""
    one = clicks(at_seconds, 2.0, rate_hertz)
    return write_clip(
        path,
        times=regular_times(48, 24),
        picture=scenes([], 64, 48),
        time_base=Fraction(1, 24),
        sound=Sound(np.stack([one, one]), rate_hertz, "pcm_s16le", "stereo", start_seconds),
    )


def surround(path: Path) -> Path:
    """A tone in the centre of six channels at 32 000 Hz (FLAC in Matroska)."""
    channels = np.zeros((6, 32_000), np.float32)
    channels[2] = tone(500, 1.0, 32_000)
    return write_clip(
        path,
        times=regular_times(24, 24),
        picture=scenes([], 64, 48),
        time_base=Fraction(1, 24),
        sound=Sound(channels, 32_000, "ac3", "5.1"),
    )


def several_streams(path: Path) -> Path:
    """Two pictures (64 by 48, and 128 by 96 which is the default) and two sounds (a 440 Hz tone twice)."""
    small, large = silent(path.with_name("small.mp4")), silent(path.with_name("large.mp4"), width=128, height=96)
    sound = cuts(path.with_name("sound.mp4"), seconds=1, cut_seconds=())
    inputs = [argument for file in (small, large, sound) for argument in ("-i", str(file))]
    streams = [argument for stream in ("0:v", "1:v", "2:a", "2:a") for argument in ("-map", stream)]
    subprocess.run(  # noqa: S603  our own arguments
        [
            imageio_ffmpeg.get_ffmpeg_exe(),
            *("-v", "error", "-y", *inputs, *streams, "-c", "copy"),
            *("-disposition:v:0", "0", "-disposition:v:1", "default", str(path)),
        ],
        check=True,
        timeout=30,
    )
    return path


def subtitled(path: Path) -> Path:
    """`silent` in Matroska, with two subtitle streams of one line each."""
    line = path.with_name("line.srt")
    line.write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n", "utf-8")
    inputs = [argument for file in (silent(path.with_name("bare.mp4")), line) for argument in ("-i", str(file))]
    subprocess.run(  # noqa: S603  our own arguments
        [
            imageio_ffmpeg.get_ffmpeg_exe(),
            *("-v", "error", "-y", *inputs, "-map", "0:v", "-map", "1:s", "-map", "1:s"),
            *("-c:v", "copy", "-c:s", "srt", str(path)),
        ],
        check=True,
        timeout=30,
    )
    return path
