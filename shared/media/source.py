"""Opening an uploaded original within the limits, and decoding its pictures and sounds in one pass."""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import av.logging

from shared.media import refusal
from shared.media.opening import opened
from shared.media.signature import HEAD_BYTES, foreign_kind
from shared.media.streams import (
    SourceDescription,
    best_audio,
    best_video,
    declared_seconds,
    describe,
    is_cut_off,
    missing_seconds,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shared.media.limits import MediaLimits

MOST_DAMAGED_SHARE = 0.5
"""With more than this share of its video packets undecodable a file is called damaged."""

PICTURE_MARGIN_PIXELS = 64
"""Decoders count padded sides: the nearest multiple of a block."""
UNSMOOTHED = {"skip_loop_filter": "noref"}
"""The decoder does not smooth the blocks of pictures that no other is predicted from: nothing drifts, and the proxy's
pictures differ from smoothed ones by 69 dB, for 5 to 7 % of the decoding."""
SOUNDS_TOGETHER = 32
"""Packets of sound are decoded so many at a time, less than a second: between two pictures the decoder's code and
tables leave the processor's cache."""
MOST_LOG_LINES = 200
"""What FFmpeg says of a damaged file is heard, judged and forgotten in portions of this size."""

_GIANT = re.compile(r"Picture size (\d+)x(\d+) (?:is invalid|exceeds)")


Picture = av.VideoFrame
"""A decoded picture, as the decoder gave it."""
Sound = av.AudioFrame
"""A decoded piece of sound."""


class Source:
    """An original that is open for its one decode."""

    def __init__(self, container: Any, description: SourceDescription, limits: MediaLimits, logs: list[Any]) -> None:  # noqa: ANN401  PyAV's container
        self.description = description
        self.damaged_packets = 0
        self.read_share = 0.0
        self._container = container
        self._limits = limits
        self._logs = logs
        self._video = best_video(container)
        self._audio = best_audio(container)
        self._video_packets = 0
        self._seen_seconds = 0.0

    @property
    def declared_start_seconds(self) -> Fraction:
        """When the picture begins on the file's own clock, as the headers say."""
        return Fraction((self._video.start_time or 0) * self._video.time_base)

    def decode(self, *, threads: int = 0) -> Iterator[Picture | Sound]:
        """Decode pictures and sounds once, each in the order of the file; sounds come together, a little late.

        Args:
            threads: How many threads decode pictures; 0 for one per core.

        Raises:
            PermanentFailure: The file breaks a limit or turns out to be damaged while it is read.
        """
        self._video.thread_type = "AUTO"
        self._video.codec_context.thread_count = threads
        first: float | None = None
        units = {stream.index: float(stream.time_base or 0) for stream in self._container.streams}
        packets = self._container.demux()
        sounds: list[Any] = []
        while (packet := self._next(packets)) is not None:
            if packet.pts is not None:
                unit = units.get(packet.stream_index, 0.0)
                begin, end = packet.pts * unit, (packet.pts + (packet.duration or 0)) * unit
                first = begin if first is None else min(first, begin)
                self._seen_seconds = max(self._seen_seconds, end - first)
                self.read_share = max(self.read_share, min(1.0, (packet.pos or 0) / self.description.size_bytes))
            if packet.stream is self._video:
                yield from self._frames(packet)
            elif packet.stream is self._audio:
                sounds.append(packet)
                if len(sounds) == SOUNDS_TOGETHER:
                    yield from self._heard(sounds)
        yield from self._heard(sounds)
        self._judge_the_end()

    def _heard(self, packets: list[Any]) -> Iterator[Any]:
        """What was waiting, decoded."""
        for packet in packets:
            yield from self._frames(packet)
        packets.clear()

    def _next(self, packets: Iterator[Any]) -> Any:  # noqa: ANN401  PyAV's packet, or None at the end
        if len(self._logs) > MOST_LOG_LINES:
            self._refuse_giant()
        try:
            return next(packets, None)
        except IndexError:
            # PyAV stumbles, after it has flushed the streams it knew, over streams that appeared in mid-file.
            return None
        except (av.error.FFmpegError, OSError):
            # What cannot be demuxed ends the file; whether enough was there is judged at the end.
            return None

    def _frames(self, packet: Any) -> Iterator[Any]:  # noqa: ANN401  PyAV's packet
        is_video = packet.stream is self._video
        self._video_packets += is_video and packet.size > 0
        try:
            decoded = packet.decode()
        except av.error.FFmpegError:
            self.damaged_packets += is_video
            self._refuse_giant()
            return
        for frame in decoded:
            if is_video and not self._limits.allow_picture(frame.width, frame.height):
                raise refusal.resolution_too_high(frame.width, frame.height, self._limits)
            yield frame

    def _judge_the_end(self) -> None:
        if self.damaged_packets > MOST_DAMAGED_SHARE * self._video_packets:
            raise refusal.unreadable("Most of the video's data is damaged and cannot be decoded.")
        declared = self.description.declared_seconds
        if declared is not None and is_cut_off(declared, self._seen_seconds):
            raise refusal.unreadable(
                f"The file is cut off: {self._seen_seconds:.1f} of the {declared:.1f} seconds it declares are there."
            )

    def _refuse_giant(self) -> None:
        if (size := _giant_picture(self._logs, self._limits)) is not None:
            raise refusal.resolution_too_high(*size, self._limits)


@contextmanager
def open_source(path: Path, limits: MediaLimits) -> Iterator[Source]:
    """Open an original after checking, from its headers alone, that it is a video within the limits.

    Args:
        path: A private copy of the file.
        limits: The upper bounds.

    Raises:
        PermanentFailure: `unreadable`, `file_too_large`, `too_long` or `resolution_too_high`, with a sentence.
    """
    size_bytes = path.stat().st_size
    if size_bytes > limits.size_bytes:
        raise refusal.too_large(size_bytes, limits)
    _refuse_foreign(path, size_bytes)
    pixels = (limits.longer_side_pixels + PICTURE_MARGIN_PIXELS) * (limits.shorter_side_pixels + PICTURE_MARGIN_PIXELS)
    guard = {"max_pixels": str(pixels)}
    with _captured_logs() as logs, ExitStack() as stack:
        try:
            container = stack.enter_context(opened(path, codec_options=guard))
        except (av.error.FFmpegError, OSError, ValueError) as failure:
            if (size := _giant_picture(logs, limits)) is not None:
                raise refusal.resolution_too_high(*size, limits) from failure
            raise refusal.unreadable("The file is not a video that can be read, or it is damaged.") from failure
        _refuse_by_headers(container, size_bytes, limits, logs)
        best_video(container).codec_context.options = guard | UNSMOOTHED
        yield Source(container, describe(container, size_bytes), limits, logs)


def _refuse_foreign(path: Path, size_bytes: int) -> None:
    if size_bytes == 0:
        raise refusal.unreadable("The file is empty.")
    with path.open("rb") as file:
        kind = foreign_kind(file.read(HEAD_BYTES))
    if kind is not None:
        raise refusal.unreadable(f"The file is {kind}.")


def _refuse_by_headers(container: Any, size_bytes: int, limits: MediaLimits, logs: list[Any]) -> None:  # noqa: ANN401
    if (size := _giant_picture(logs, limits)) is not None:
        raise refusal.resolution_too_high(*size, limits)
    video = best_video(container)
    if video is None:
        has_sound = len(container.streams.audio) > 0
        raise refusal.unreadable(
            "The file has sound but no video." if has_sound else "The file holds no video that can be decoded."
        )
    context = video.codec_context
    if not limits.allow_picture(context.width, context.height):
        raise refusal.resolution_too_high(context.width, context.height, limits)
    declared = declared_seconds(container)
    if declared is not None and declared > limits.duration_seconds:
        raise refusal.too_long(declared, limits)
    if "mov" in container.format.name and (missing := missing_seconds(container, size_bytes)):
        raise refusal.unreadable(f"The file is cut off: its last {missing:.1f} seconds are not there.")


@contextmanager
def _captured_logs() -> Iterator[list[Any]]:
    """FFmpeg says only in its log which size it refused to allocate; hear its errors, from all of its threads."""
    before = av.logging.get_level()
    av.logging.set_level(av.logging.ERROR)
    try:
        with av.logging.Capture(local=False) as logs:
            yield logs
    finally:
        av.logging.set_level(before)


def _giant_picture(logs: list[Any], limits: MediaLimits) -> tuple[int, int] | None:
    """The size beyond the limits that FFmpeg refused, if any; what was heard is forgotten: memory stays flat."""
    found = None
    for _level, _name, message in logs:
        match = _GIANT.search(message)
        # A damaged header may also say 0x0, which is no reason to call the picture too large.
        if match is not None and not limits.allow_picture(int(match[1]), int(match[2])):
            found = int(match[1]), int(match[2])
    logs.clear()
    return found
