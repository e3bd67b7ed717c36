"""The stage's one walk over the proxy: things are looked for at planned moments, texts where they come up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from services.visual_elements.core.looks import Planned
from services.visual_elements.core.things import FAINT, Sight, gather
from services.visual_elements.reading import VideoReader
from shared.media import frames

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from services.visual_elements.core.looks import Framing
    from services.visual_elements.core.tracking import Stood
    from services.visual_elements.reader import TextReader
    from shared.kit.stage import Progress
    from shared.models.objects import ObjectDetector

PADDING = (128, 128, 128)
"""Grey, so that the added border shows nothing."""

STILL_COLUMNS, STILL_ROWS = 48, 27
"""Pictures are compared in so many cells to see that nothing has changed."""

STILL_CODES = 6.0
"""Cells (0 to 255) that differ less show the same: what was found there a while ago is there still."""


@dataclass(frozen=True)
class Watched:
    """What one walk over a video found.

    Attributes:
        searched_at: The instants of the pictures in which text was searched.
        size: Width and height of the pictures, in pixels.
    """

    sights: list[Sight]
    texts: list[Stood]
    searched_at: list[float]
    size: tuple[int, int]


def watch(
    proxy: Path,
    looks: Sequence[Planned],
    *,
    detector: ObjectDetector,
    reader: TextReader,
    duration_seconds: float,
    say: Progress,
) -> Watched:
    """Walk over a proxy once; one frame is held in memory."""
    writing = VideoReader(reader)
    watcher = _Watcher(detector)
    waiting = list(reversed(looks))
    size = (1, 1)
    for frame in frames(proxy):
        writing.see(frame)
        while waiting and waiting[-1].frame <= frame.index:
            watcher.look(waiting.pop(), frame.time_seconds, frame.bgr())
        size = (frame.width, frame.height)
        if duration_seconds > 0:
            say(min(1.0, frame.time_seconds / duration_seconds))
    return Watched(watcher.sights, writing.finish(duration_seconds), writing.searched_at, size)


class _Watcher:
    """Looks for things, where something has changed since the last look of the same framing in the same shot."""

    def __init__(self, detector: ObjectDetector) -> None:
        self._detector = detector
        self._last: dict[Framing, tuple[int, NDArray[np.float32], dict[str, tuple[float, ...]]]] = {}
        self.sights: list[Sight] = []

    def look(self, planned: Planned, seconds: float, picture: NDArray[np.uint8]) -> None:
        if planned.confirms and self.sights and not self.sights[-1].findings:
            return
        cells = cv2.resize(picture, (STILL_COLUMNS, STILL_ROWS), interpolation=cv2.INTER_AREA).astype(np.float32)
        last = self._last.get(planned.framing)
        if last is not None and last[0] == planned.shot and float(np.abs(last[1] - cells).max()) < STILL_CODES:
            findings = last[2]
        else:
            framed = picture if planned.framing == "squeezed" else padded(picture)
            found = self._detector.detect(framed, least_confidence=FAINT)
            findings = gather((thing.label, thing.confidence) for thing in found)
            self._last[planned.framing] = (planned.shot, cells, findings)
        self.sights.append(Sight(seconds, planned.window, planned.shot, planned.framing, findings))


def padded(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with a border that brings its shape half the way to a square."""
    height, width = picture.shape[:2]
    side = max(height, width)
    rows, columns = (side - height) // 4, (side - width) // 4
    bordered = cv2.copyMakeBorder(picture, rows, rows, columns, columns, cv2.BORDER_CONSTANT, value=PADDING)
    return np.asarray(bordered, np.uint8)
