"""The stage's one walk over the proxy: things are looked for at planned moments, texts where they come up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from services.visual_elements.core.things import FAINT, Framing, Sight, gather, leaves_doubt
from services.visual_elements.reading import VideoReader
from shared.media import frames

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from services.visual_elements.core.looks import Planned
    from services.visual_elements.core.tracking import Stood
    from services.visual_elements.reader import TextReader
    from shared.contracts.reports.video_analysis import PictureArea
    from shared.kit.stage import Progress
    from shared.models.objects import Detection, ObjectDetector

PADDING = (128, 128, 128)
"""Grey, so that the added border shows nothing."""

OTHER: dict[Framing, Framing] = {"padded": "squeezed", "squeezed": "padded"}

LATELY_SECONDS = 4.5
"""What the other framing saw in the same shot within this time confirms a thing: a window and a half."""

MARGIN_SHARE = 0.1
"""Of the picture's sides: a face that fills the picture is found only when it is a smaller part of what is shown."""

STILL_COLUMNS, STILL_ROWS = 48, 27
"""Pictures are compared in so many cells to see that nothing has changed."""

STILL_CODES = 6.0
"""Cells (0 to 255) that differ less show the same: what was found there a while ago is there still."""


SCREENS = frozenset({"tv", "laptop", "cell phone"})
"""Kinds of things that are a picture in a border."""

WHOLE_SHARE = 0.7
"""Of the picture and the finding together: with so much in common they are one."""


@dataclass(frozen=True)
class Watched:
    """What one walk over a video found.

    Attributes:
        sights: Every look for things.
        evidence: The sights that speak for each window.
        searched_at: The instants of the pictures in which text was searched.
        size: Width and height of the pictures, in pixels.
    """

    sights: list[Sight]
    evidence: list[Sight]
    texts: list[Stood]
    searched_at: list[float]
    size: tuple[int, int]


def watch(
    proxy: Path,
    looks: Sequence[Planned],
    *,
    area: PictureArea | None,
    detector: ObjectDetector,
    reader: TextReader,
    duration_seconds: float,
    say: Progress,
) -> Watched:
    """Walk over a proxy once; one frame is held in memory.

    Args:
        proxy: As ingest made it.
        looks: The planned looks for things, in the order of frames.
        area: The picture inside any black bars; things are looked for in it alone.
        detector: Finds things.
        reader: Reads text.
        duration_seconds: Of the video.
        say: Hears the progress.
    """
    writing = VideoReader(reader)
    watcher = _Watcher(detector)
    waiting = list(reversed(looks))
    size = (1, 1)
    for frame in frames(proxy):
        writing.see(frame)
        while waiting and waiting[-1].frame <= frame.index:
            watcher.look(waiting.pop(), frame.time_seconds, _inside(frame.bgr(), area))
        size = (frame.width, frame.height)
        if duration_seconds > 0:
            say(min(1.0, frame.time_seconds / duration_seconds))
    return Watched(watcher.sights, watcher.evidence, writing.finish(duration_seconds), writing.searched_at, size)


@dataclass(frozen=True)
class _Seen:
    """The last look in one framing, with the picture in coarse cells."""

    sight: Sight
    cells: NDArray[np.float32]


class _Watcher:
    """Looks for things in two framings by turns; a thing is confirmed by the other framing, now or a moment ago.

    Attributes:
        sights: The looks that were made.
        evidence: The sights that speak for each window: its own, and those shortly before that confirm them.
    """

    def __init__(self, detector: ObjectDetector) -> None:
        self._detector = detector
        self._last: dict[Framing, _Seen] = {}
        self._doubt: Sight | None = None
        self.sights: list[Sight] = []
        self.evidence: list[Sight] = []

    def look(self, planned: Planned, seconds: float, picture: NDArray[np.uint8]) -> None:
        if planned.confirms:
            doubt, self._doubt = self._doubt, None
            if doubt is not None and (doubt.window, doubt.shot) == (planned.window, planned.shot):
                self.evidence.append(self._see(planned, seconds, picture, OTHER[doubt.framing]))
            return
        framing = self._next_framing(planned.shot, seconds)
        other = self._lately(OTHER[framing], planned.shot, seconds)
        sight = self._see(planned, seconds, picture, framing)
        self.evidence.append(sight)
        if leaves_doubt(sight.findings, other.findings if other else None):
            self._doubt = sight
        elif other is not None:
            self.evidence.append(replace(other, window=planned.window))

    def _next_framing(self, shot: int, seconds: float) -> Framing:
        padded_lately = self._lately("padded", shot, seconds)
        squeezed_lately = self._lately("squeezed", shot, seconds)
        if padded_lately is None:
            return "padded"
        return "squeezed" if squeezed_lately is None or squeezed_lately.seconds < padded_lately.seconds else "padded"

    def _lately(self, framing: Framing, shot: int, seconds: float) -> Sight | None:
        last = self._last.get(framing)
        if last is None or last.sight.shot != shot or seconds - last.sight.seconds > LATELY_SECONDS:
            return None
        return last.sight

    def _see(self, planned: Planned, seconds: float, picture: NDArray[np.uint8], framing: Framing) -> Sight:
        cells = cv2.resize(picture, (STILL_COLUMNS, STILL_ROWS), interpolation=cv2.INTER_AREA).astype(np.float32)
        last = self._last.get(framing)
        if last and last.sight.shot == planned.shot and float(np.abs(last.cells - cells).max()) < STILL_CODES:
            # The picture is still the one that was searched: its cells stay, so that slow changes add up.
            findings, cells = last.sight.findings, last.cells
        else:
            found = self._find(picture, framing)
            findings = gather((thing.label, thing.confidence) for thing in found)
        sight = Sight(seconds, planned.window, planned.shot, framing, findings)
        self._last[framing] = _Seen(sight, cells)
        self.sights.append(sight)
        return sight

    def _find(self, picture: NDArray[np.uint8], framing: Framing) -> list[Detection]:
        if framing == "squeezed":
            return self._detector.detect(picture, least_confidence=FAINT)
        bordered = padded(picture)
        found = self._detector.detect(bordered, least_confidence=FAINT)
        return [thing for thing in found if not _is_border(thing, picture, bordered)]


def _is_border(thing: Detection, picture: NDArray[np.uint8], bordered: NDArray[np.uint8]) -> bool:
    """Whether a finding is the picture itself, which in its border looks like a screen."""
    width, height = picture.shape[1] / bordered.shape[1], picture.shape[0] / bordered.shape[0]
    across = min(thing.right, (1 + width) / 2) - max(thing.left, (1 - width) / 2)
    down = min(thing.bottom, (1 + height) / 2) - max(thing.top, (1 - height) / 2)
    shared = max(0.0, across) * max(0.0, down)
    both = width * height + (thing.right - thing.left) * (thing.bottom - thing.top) - shared
    return thing.label in SCREENS and shared >= WHOLE_SHARE * both


def _inside(picture: NDArray[np.uint8], area: PictureArea | None) -> NDArray[np.uint8]:
    if area is None:
        return picture
    height, width = picture.shape[:2]
    left, top = int(area.left * width), int(area.top * height)
    right, bottom = width - int(area.right * width), height - int(area.bottom * height)
    return picture[top : max(top + 1, bottom), left : max(left + 1, right)]


def padded(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with a border that brings its shape half the way to a square, and `MARGIN_SHARE` more all around."""
    height, width = picture.shape[:2]
    side = max(height, width)
    rows = (side - height) // 4 + round(MARGIN_SHARE * height)
    columns = (side - width) // 4 + round(MARGIN_SHARE * width)
    bordered = cv2.copyMakeBorder(picture, rows, rows, columns, columns, cv2.BORDER_CONSTANT, value=PADDING)
    return np.asarray(bordered, np.uint8)
