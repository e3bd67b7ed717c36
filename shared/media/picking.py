"""Picking single frames out of a prepared video."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.media.frames import Frame
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
        for index, instant in enumerate(times_seconds):
            container.seek(max(0, int(instant / stream.time_base)), stream=stream)
            shown: Frame | None = None
            for picture in container.decode(stream):
                timestamp = picture.pts * stream.time_base
                if shown is not None and timestamp > instant:
                    break
                shown = Frame(index, timestamp, (picture.duration or 0) * stream.time_base, picture)
            if shown is None:
                raise LookupError(path.name)
            yield shown
