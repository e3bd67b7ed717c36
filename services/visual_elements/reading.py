"""Texts of a video as its pictures go by: searched where new strokes last, read once, followed until they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from services.visual_elements.core.allowance import Allowance
from services.visual_elements.core.recall import Recall
from services.visual_elements.core.strokes import CELL_PIXELS, lasting, strokes_of, written_rows
from services.visual_elements.core.tracking import Tracker
from shared.kit.compute.memory import give_back

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from services.visual_elements.core.recall import Reading
    from services.visual_elements.core.strokes import Place
    from services.visual_elements.core.tracking import Stood
    from services.visual_elements.reader import FoundLine, TextReader
    from shared.media import Frame

SAMPLE_SECONDS = 0.2
"""Strokes are compared so often; captions are as exact."""

AGAIN_SECONDS = 3.0
"""A picture with writing that moves is searched once in so long; lasting strokes show only what keeps its place."""

DOUBT_SECONDS = 0.6
"""A doubtful reading is tried again after so long."""

SEARCHES_PER_MINUTE, MOST_SEARCHES = 40.0, 6.0
"""Searching a whole picture costs about 0.05 cpu-seconds, a few rows of it as much less."""

LEAST_SHARE = 0.2
"""The fewest rows cost as much as this share of a picture."""

LINES_PER_MINUTE, MOST_LINES = 60.0, 40.0
"""Reading a line costs about 0.03 cpu-seconds; the largest lines come first."""

MARGIN_PIXELS = 16
"""Above and below new strokes: the rest of their line, and some quiet around it."""

MOST_OF_PICTURE = 0.6
"""When new strokes spread over more of the height, the whole picture is searched."""

VAIN_SECONDS = 1.5
"""Rows that were searched in vain (a mouth, a hand) rest so long; a text that comes up there meanwhile is found then,
and the tracker still knows since when it stands."""

MOST_ROWS = 256
"""Rows of cells: more than any proxy has."""

TOLERANCE_SECONDS = 0.001
"""Times of frames are rounded to ticks."""


class VideoReader:
    """Sees the frames of one video in order and reads what is written in them."""

    def __init__(self, reader: TextReader) -> None:
        self._reader = reader
        self._tracker = Tracker()
        self._recall = Recall()
        self._searches = Allowance(per_minute=SEARCHES_PER_MINUTE, most=MOST_SEARCHES)
        self._lines = Allowance(per_minute=LINES_PER_MINUTE, most=MOST_LINES)
        self._next_seconds = 0.0
        self._strokes: NDArray[np.int8] | None = None
        self._searched: NDArray[np.int8] | None = None
        self._searched_seconds = 0.0
        self._whole_seconds = 0.0
        self._vain_until = np.zeros(MOST_ROWS)
        self.texts: list[Stood] = []
        self.searched_at: list[float] = []

    def see(self, frame: Frame) -> None:
        """See the next frame."""
        seconds = frame.time_seconds
        if seconds < self._next_seconds - TOLERANCE_SECONDS:
            return
        self._next_seconds = max(self._next_seconds + SAMPLE_SECONDS, seconds + SAMPLE_SECONDS / 2)
        self._searches.grow(seconds)
        self._lines.grow(seconds)
        strokes = strokes_of(frame.luma())
        self.texts += self._tracker.sample(seconds, strokes)
        before, self._strokes = self._strokes, strokes
        rows = self._worth_searching(strokes, before, seconds)
        if rows is not None and (share := (rows[1] - rows[0]) / strokes.shape[0]) <= self._searches.left:
            self._searches.use(max(LEAST_SHARE, share))
            self._search(frame, strokes, rows)

    def finish(self, end_seconds: float) -> list[Stood]:
        """The texts of the whole video."""
        return [*self.texts, *self._tracker.finish(end_seconds)]

    def _worth_searching(
        self, strokes: NDArray[np.int8], before: NDArray[np.int8] | None, seconds: float
    ) -> tuple[int, int] | None:
        """The rows of pixels where a text may have come up, if any."""
        whole = (0, strokes.shape[0])
        if self._searched is None:
            return whole if written_rows(strokes).any() else None
        doubtful = self._tracker.doubtful_rows
        if doubtful is not None and seconds - self._searched_seconds >= DOUBT_SECONDS:
            return self._with_margin(doubtful, whole)
        if seconds - self._whole_seconds >= AGAIN_SECONDS and written_rows(strokes, unlike=self._searched).any():
            return whole
        if before is None:
            return None
        new = written_rows(lasting(strokes, before), unlike=self._searched)
        rows = np.flatnonzero(new & (self._vain_until[: new.size] <= seconds))
        if not rows.size:
            return None
        return self._with_margin((int(rows[0]) * CELL_PIXELS, int(rows[-1] + 1) * CELL_PIXELS), whole)

    def _with_margin(self, rows: tuple[int, int], whole: tuple[int, int]) -> tuple[int, int]:
        wide = (max(0, rows[0] - MARGIN_PIXELS), min(whole[1], rows[1] + MARGIN_PIXELS))
        top, bottom = self._tracker.whole_lines(wide)
        return (top, bottom) if bottom - top < MOST_OF_PICTURE * whole[1] else whole

    def _search(self, frame: Frame, strokes: NDArray[np.int8], rows: tuple[int, int]) -> None:
        seconds = frame.time_seconds
        top, bottom = rows
        self._searched_seconds = seconds
        if rows == (0, strokes.shape[0]):
            self._whole_seconds = seconds
        # What came up in other rows at the same time is still to be found.
        self._searched = np.zeros_like(strokes) if self._searched is None else self._searched.copy()
        self._searched[top:bottom] = strokes[top:bottom]
        self.searched_at.append(seconds)
        found = self._reader.find(frame.bgr(), rows)
        lines = [line for line in found if not self._tracker.is_known(line.place)]
        if not lines:
            self._vain_until[top // CELL_PIXELS : bottom // CELL_PIXELS + 1] = seconds + VAIN_SECONDS
        largest_first = sorted(lines, key=lambda line: line.place[1] - line.place[3])
        self.texts += self._tracker.begin(self._read(largest_first))
        give_back()  # rows and lines differ in size, and what one leaves fits the next no more

    def _read(self, lines: list[FoundLine]) -> list[tuple[Place, Reading]]:
        remembered = [self._recall.find(line.picture) for line in lines]
        unread = {id(line): (line, found) for line, found in zip(remembered, lines, strict=True) if not line.reading}
        new = list(unread.values())[: int(self._lines.left)]
        self._lines.use(len(new))
        for (line, _), reading in zip(new, self._reader.read([found for _, found in new]), strict=True):
            line.reading = reading
        return [(found.place, line.reading) for found, line in zip(lines, remembered, strict=True) if line.reading]
