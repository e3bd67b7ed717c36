"""Reading the frames of a prepared video (a proxy) one by one, with their exact times."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from shared.media.opening import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a video.

    Attributes:
        index: 0 for the first frame.
        timestamp: Its exact time in seconds; the first frame's is 0 in a proxy.
        duration: How long it is shown, in seconds; 0 where the file does not say.
        picture: The decoder's own frame; read it through the methods.
    """

    index: int
    timestamp: Fraction
    duration: Fraction
    picture: Any

    @property
    def time_seconds(self) -> float:
        """Its time in seconds."""
        return float(self.timestamp)

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
        stream.thread_type = "AUTO"
        if start_seconds > 0:
            container.seek(int(start_seconds / stream.time_base), stream=stream)
        index = 0
        for picture in container.decode(stream):
            timestamp = picture.pts * stream.time_base
            if timestamp < start_seconds:
                continue
            if end_seconds is not None and timestamp >= end_seconds:
                return
            yield Frame(index, timestamp, (picture.duration or 0) * stream.time_base, picture)
            index += 1


def frame_at(path: Path, time_seconds: float) -> Frame:
    """The frame that is shown at an instant: the last one that begins at or before it.

    Raises:
        LookupError: The file has no frame.
    """
    found: Frame | None = None
    with opened(path) as container:
        stream = container.streams.video[0]
        container.seek(max(0, int(time_seconds / stream.time_base)), stream=stream)
        for picture in container.decode(stream):
            timestamp = picture.pts * stream.time_base
            if found is not None and timestamp > time_seconds:
                break
            found = Frame(0, timestamp, (picture.duration or 0) * stream.time_base, picture)
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
