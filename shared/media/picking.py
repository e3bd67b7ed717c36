"""Picking single frames out of a prepared video."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.media.frames import DECODING_THREADS, Frame
from shared.media.opening import opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def pick_frames(path: Path, times_seconds: Iterable[float]) -> Iterator[Frame]:
    """For each instant the frame that is shown then; the file is opened once and entered at the key frame before.

    Args:
        path: A proxy made by the ingest stage.
        times_seconds: In any order.

    Yields:
        As many frames as there are instants; `index` is the place among them.

    Raises:
        LookupError: The file has no frame.
    """
    with opened(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = DECODING_THREADS
        unit = stream.time_base
        for index, instant in enumerate(times_seconds):
            container.seek(max(0, int(instant / unit)), stream=stream)
            shown: Frame | None = None
            for picture in container.decode(stream):
                if shown is not None and picture.pts * unit > instant:
                    break
                shown = Frame(index, picture.pts, picture.duration or 0, unit, picture)
            if shown is None:
                raise LookupError(path.name)
            yield shown
