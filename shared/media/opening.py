"""Opening a media file so that nothing but this one file can ever be touched."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import av
import av.container
import av.logging

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

DEMUXERS = "mov,mp4,matroska,webm,avi,mpegts,flv,asf,mpeg,ogg"
PROTOCOLS = "file"
OWN_DEMUXERS = f"{DEMUXERS},flac,wav"
"""Our own audio tracks are FLAC; nobody else's file is opened with this list."""

BUFFER_BYTES = 256 * 1024
"""Large enough that Python is asked for bytes seldom, small enough that a jumping reader wastes little."""

# FFmpeg's chatter about damaged files goes nowhere; what matters becomes an error.
av.logging.set_level(None)


def refuse_other_files(name: str, _flags: int, _options: Mapping[str, str]) -> NoReturn:
    """Refuse what a demuxer wants to open beside the file it was given: a playlist's entry, an external track."""
    message = f"a media file may not open {name!r}"
    raise PermissionError(message)


@contextmanager
def opened(path: Path, *, demuxers: str = DEMUXERS, codec_options: Mapping[str, str] | None = None) -> Iterator[Any]:
    """Open one file for reading.

    The decoder is handed an open file, never a name; nested opens are refused by whitelist and by callback alike.

    Args:
        path: A private file.
        demuxers: FFmpeg's names of the containers that are accepted.
        codec_options: Options for the decoders that look at the first packets.

    Raises:
        av.error.FFmpegError: It is none of these containers, or damaged.
    """
    with (
        path.open("rb") as file,
        av.open(
            file,
            mode="r",
            container_options={"format_whitelist": demuxers, "protocol_whitelist": PROTOCOLS},
            options=dict(codec_options or {}),
            buffer_size=BUFFER_BYTES,
            io_open=refuse_other_files,
            metadata_errors="replace",
        ) as container,
    ):
        yield container
