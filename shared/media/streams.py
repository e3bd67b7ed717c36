"""Which streams of a container are taken, and what its headers say of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
from av.stream import Disposition

CUT_OFF_SECONDS, CUT_OFF_SHARE = 0.5, 0.05
"""What may be missing at the end before a file is called cut off: the larger of the two."""
FORMATS_WITHOUT_DURATION = frozenset({"mpegts", "mpeg", "ogg"})
"""Their duration is an estimate from the file itself, which proves nothing."""


@dataclass(frozen=True)
class SourceDescription:
    """What the headers of a file say.

    Attributes:
        container: FFmpeg's short name of the container.
        declared_seconds: The duration that the container declares; None when it declares none.
        frame_rate: Mean frames per second as declared; None when unknown.
        time_base: The unit of the picture's timestamps, in seconds.
        notes: Sentences about which of several streams was taken and the like.
    """

    container: str
    size_bytes: int
    declared_seconds: float | None
    video_codec: str
    frame_rate: Fraction | None
    time_base: Fraction
    pixel_aspect: Fraction
    audio_codec: str | None
    audio_rate_hertz: int | None
    audio_channels: int | None
    subtitle_streams: int
    notes: tuple[str, ...]


def best_video(container: Any) -> Any:  # noqa: ANN401  PyAV's container and stream
    """The default picture, else the largest; cover art is no video. None when there is none."""
    candidates = [
        stream
        for stream in container.streams.video
        if stream.codec_context is not None and not stream.disposition & Disposition.attached_pic
    ]
    return max(
        candidates,
        key=lambda stream: (
            bool(stream.disposition & Disposition.default),
            stream.codec_context.width * stream.codec_context.height,
            -stream.index,
        ),
        default=None,
    )


def best_audio(container: Any) -> Any:  # noqa: ANN401  as best_video
    """The default sound, else the one with most channels; None when there is none that can be decoded."""
    candidates = [stream for stream in container.streams.audio if stream.codec_context is not None]
    return max(
        candidates,
        key=lambda stream: (
            bool(stream.disposition & Disposition.default),
            stream.codec_context.channels,
            -stream.index,
        ),
        default=None,
    )


def describe(container: Any, size_bytes: int) -> SourceDescription:  # noqa: ANN401  PyAV's container
    """What the headers say of the streams that are taken."""
    video, audio = best_video(container), best_audio(container)
    notes = []
    pictures = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    for kind, streams, taken in (("video", pictures, video), ("audio", container.streams.audio, audio)):
        if len(streams) > 1 and taken is not None:
            place = [stream.index for stream in streams].index(taken.index) + 1
            notes.append(f"The file has {len(streams)} {kind} streams; number {place} was taken.")
        elif len(streams) > 0 and taken is None:
            notes.append(f"The {kind} is in a format that cannot be decoded and was left out.")
    return SourceDescription(
        container=_container_name(container),
        size_bytes=size_bytes,
        declared_seconds=declared_seconds(container),
        video_codec=video.codec_context.name,
        frame_rate=video.average_rate,
        time_base=video.time_base,
        pixel_aspect=video.sample_aspect_ratio or video.codec_context.sample_aspect_ratio or Fraction(1),
        audio_codec=audio.codec_context.name if audio is not None else None,
        audio_rate_hertz=audio.codec_context.sample_rate if audio is not None else None,
        audio_channels=audio.codec_context.channels if audio is not None else None,
        subtitle_streams=len(container.streams.subtitles),
        notes=tuple(notes),
    )


def declared_seconds(container: Any) -> float | None:  # noqa: ANN401  PyAV's container
    """The duration that the container declares, in seconds; None when it is absent or a guess."""
    if container.duration is None or container.format.name in FORMATS_WITHOUT_DURATION:
        return None
    return float(container.duration / av.time_base)


def missing_seconds(container: Any, size_bytes: int) -> float:  # noqa: ANN401  PyAV's container
    """How much of the picture or sound the index places behind the end of the file; 0 when it is no clear margin."""
    worst = 0.0
    for stream in (best_video(container), best_audio(container)):
        entries = stream.index_entries if stream is not None else []
        low, high = 0, len(entries)
        while low < high:
            middle = (low + high) // 2
            if entries[middle].pos + entries[middle].size > size_bytes:
                high = middle
            else:
                low = middle + 1
        if low < len(entries):
            end = entries[len(entries) - 1].timestamp
            span = float((end - entries[0].timestamp) * stream.time_base)
            missing = float((end - entries[low].timestamp) * stream.time_base)
            if is_cut_off(span, span - missing) or low == 0:
                worst = max(worst, missing)
    return worst


def _container_name(container: Any) -> str:  # noqa: ANN401  PyAV's container
    names: str = container.format.name
    if names.startswith("mov"):
        return "mov" if container.metadata.get("major_brand", "").strip() == "qt" else "mp4"
    return names.split(",", maxsplit=1)[0]


def is_cut_off(declared_seconds: float, seen_seconds: float) -> bool:
    """Whether clearly more was declared than was found."""
    return declared_seconds - seen_seconds > max(CUT_OFF_SECONDS, CUT_OFF_SHARE * declared_seconds)
