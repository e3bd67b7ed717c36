"""Reading the frames of a prepared video (a proxy) one by one, with their exact times."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, inf
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from shared.media.opening import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

DECODING_THREADS = 1
"""Pictures of a proxy are so small that a second thread costs half as much again: 0.25 rather than 0.165 cpu-seconds
for 1800 of them."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a video.

    Attributes:
        index: 0 for the first frame.
        ticks: Its time in units of `time_base`; the first frame's is 0 in a proxy.
        duration_ticks: How long it is shown; 0 where the file does not say.
        time_base: Seconds per tick.
        picture: The decoder's own frame; read it through the methods.
    """

    index: int
    ticks: int
    duration_ticks: int
    time_base: Fraction
    picture: Any

    @property
    def timestamp(self) -> Fraction:
        """Its exact time in seconds."""
        return self.ticks * self.time_base

    @property
    def duration(self) -> Fraction:
        """How long it is shown, in seconds; 0 where the file does not say."""
        return self.duration_ticks * self.time_base

    @property
    def time_seconds(self) -> float:
        """Its time in seconds."""
        return self.ticks * self.time_base.numerator / self.time_base.denominator

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.picture.width)

    @property
    def height(self) -> int:
        """Pixels down."""
        return int(self.picture.height)

    def luma(self) -> NDArray[np.uint8]:
        """The brightness plane as decoded, without a copy: shape (height, width), 16 black to 235 white."""
        plane = self.picture.planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
        return rows[:, : plane.width]

    def rgb(self, width: int | None = None, height: int | None = None) -> NDArray[np.uint8]:
        """The picture in sRGB: shape (height, width, 3), 0 to 255, scaled when a size is given."""
        return self._packed("rgb24", width, height)

    def bgr(self, width: int | None = None, height: int | None = None) -> NDArray[np.uint8]:
        """The picture as OpenCV wants it: as `rgb`, with blue first."""
        return self._packed("bgr24", width, height)

    def _packed(self, layout: str, width: int | None, height: int | None) -> NDArray[np.uint8]:
        packed = self.picture.reformat(width=width, height=height, format=layout, threads=1)
        array: NDArray[np.uint8] = packed.to_ndarray()
        return array


def frames(path: Path, *, start_seconds: float = 0.0, end_seconds: float | None = None) -> Iterator[Frame]:
    """Decode a proxy frame by frame, in the order of time; one frame is held in memory.

    Args:
        path: A proxy made by the ingest stage.
        start_seconds: Frames that begin earlier are left out; the file is entered at the key frame before.
        end_seconds: Frames that begin at or after this are left out.

    Yields:
        Frames; `index` counts from the first frame that is given out.
    """
    with opened(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = DECODING_THREADS
        unit = stream.time_base
        if start_seconds > 0:
            container.seek(int(start_seconds / unit), stream=stream)
        # Whole ticks are compared: an exact fraction for every picture costs a tenth of its decoding.
        first_ticks = ceil(Fraction(start_seconds) / unit)
        end_ticks = inf if end_seconds is None else ceil(Fraction(end_seconds) / unit)
        index = 0
        for picture in container.decode(stream):
            if picture.pts < first_ticks:
                continue
            if picture.pts >= end_ticks:
                return
            yield Frame(index, picture.pts, picture.duration or 0, unit, picture)
            index += 1


def frame_at(path: Path, time_seconds: float) -> Frame:
    """The frame that is shown at an instant: the last one that begins at or before it.

    Raises:
        LookupError: The file has no frame.
    """
    found: Frame | None = None
    with opened(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = DECODING_THREADS
        unit = stream.time_base
        container.seek(max(0, int(time_seconds / unit)), stream=stream)
        for picture in container.decode(stream):
            if found is not None and picture.pts * unit > time_seconds:
                break
            found = Frame(0, picture.pts, picture.duration or 0, unit, picture)
    if found is None:
        raise LookupError(path.name)
    return found


def video_duration(path: Path) -> Fraction:
    """From the first frame to the end of the last, in seconds, as the proxy's header says."""
    with opened(path) as container:
        stream = container.streams.video[0]
        if stream.duration is not None:
            return Fraction(stream.duration * stream.time_base)
        return Fraction(container.duration or 0, av.time_base)
