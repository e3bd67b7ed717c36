"""Texts that stand in the picture, followed by their strokes from the picture that showed them first to the last."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.visual_elements.core.strokes import Place, clip, lasting, stands

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from services.visual_elements.core.recall import Reading

REMEMBERED = 10
"""So many sampled pictures are kept to find out since when a text has stood that was just read: two seconds."""

CHANGES = 2
"""In so many sampled pictures in a row a part of a text must be another."""

MISSES = 2
"""In so many sampled pictures in a row a text must be gone: a flash hides it in one."""

SAME_PLACE = 0.5
"""Two places that share so much of both together are one."""

SURE = 0.9
"""A text read with less is read again when it has stood a while: it may have been fading in."""

LEAST_CONFIDENCE = 0.5
"""What is read with less is no text."""

MOST_READINGS = 3
"""A text that stays doubtful is not read for ever."""

CHANGED_STROKES = 8
"""So many new strokes that stay, within the width of a character of a text that stands, are another character."""

REREAD_SECONDS = 1.0
"""A text that changes (a clock, a score) is read no oftener."""


@dataclass(eq=False)
class Standing:
    """A text in the picture.

    Attributes:
        strokes: Those that lasted when it was read.
        read_seconds: When that was.
        last_seconds: When it was seen last.
        gone_seconds: When it was first missed, while it is not yet known whether it is gone.
        changed_seconds: The same of a part of it.
    """

    place: Place
    reading: Reading
    strokes: NDArray[np.int8]
    start_seconds: float
    read_seconds: float
    last_seconds: float
    gone_seconds: float | None = None
    changed_seconds: float | None = None
    misses: int = 0
    changes: int = 0
    readings: int = 1

    @property
    def is_unsure(self) -> bool:
        """Whether its reading may be wrong."""
        return self.reading.confidence < SURE and self.readings < MOST_READINGS

    @property
    def is_changed(self) -> bool:
        """Whether a part of it has become another."""
        return self.changes >= CHANGES

    @property
    def is_doubtful(self) -> bool:
        """Whether it ought to be read again."""
        return self.is_unsure or self.is_changed


@dataclass(frozen=True)
class Stood:
    """A text with the time for which it stood at one place."""

    text: str
    confidence: float
    place: Place
    start_seconds: float
    end_seconds: float


class Tracker:
    """Follows texts through pictures sampled in order; memory does not grow with the length."""

    def __init__(self) -> None:
        self._standing: list[Standing] = []
        self._before: deque[tuple[float, NDArray[np.int8]]] = deque(maxlen=REMEMBERED)

    @property
    def doubtful_rows(self) -> tuple[int, int] | None:
        """The rows of pixels of the texts that ought to be read again, if any."""
        places = [text.place for text in self._standing if text.is_doubtful and not text.misses]
        return (min(place[1] for place in places), max(place[3] for place in places)) if places else None

    def sample(self, seconds: float, strokes: NDArray[np.int8]) -> list[Stood]:
        """See the next sampled picture; the texts that have gone."""
        gone = []
        new = lasting(strokes, self._before[-1][1]) if self._before else np.zeros_like(strokes)
        for text in self._standing:
            _watch_for_change(text, clip(new, text.place), seconds)
            if stands(text.strokes, clip(strokes, text.place)):
                text.last_seconds, text.misses, text.gone_seconds = seconds, 0, None
                continue
            text.misses += 1
            text.gone_seconds = seconds if text.gone_seconds is None else text.gone_seconds
            if text.misses >= MISSES:
                gone.append(text)
        self._standing = [text for text in self._standing if text.misses < MISSES]
        self._before.append((seconds, strokes))
        return [_stood(text, text.gone_seconds) for text in gone]

    def whole_lines(self, rows: tuple[int, int]) -> tuple[int, int]:
        """The rows of pixels, widened so that no text that stands is cut in two."""
        top, bottom = rows
        cut = [text.place for text in self._standing if text.place[1] < bottom and text.place[3] > top]
        return min([top, *(place[1] for place in cut)]), max([bottom, *(place[3] for place in cut)])

    def is_known(self, place: Place) -> bool:
        """Whether a text that stands there needs no reading."""
        return any(
            not text.misses and not text.is_doubtful and overlap(text.place, place) >= SAME_PLACE
            for text in self._standing
        )

    def begin(self, found: Iterable[tuple[Place, Reading]]) -> list[Stood]:
        """Follow texts read in the picture sampled last; what stood at their places gives way, and is told."""
        seconds, strokes = self._before[-1]
        given_way = []
        for place, reading in found:
            if reading.confidence < LEAST_CONFIDENCE:
                continue
            replaced = [text for text in self._standing if overlap(text.place, place) >= SAME_PLACE]
            self._standing = [text for text in self._standing if text not in replaced]
            reference = self._reference(clip(strokes, place), place)
            text = Standing(place, reading, reference, self._since(place, reference), seconds, seconds)
            for old in replaced:
                is_same = old.reading.text == reading.text or (old.is_unsure and not old.is_changed)
                if is_same and not old.misses:
                    # The same text, read again: the surer reading stays.
                    text.start_seconds = min(text.start_seconds, old.start_seconds)
                    text.readings = old.readings + 1
                    text.reading = max(text.reading, old.reading, key=lambda reading: reading.confidence)
                else:
                    text.start_seconds = old.gone_seconds or old.changed_seconds or text.start_seconds
                    given_way.append(_stood(old, text.start_seconds))
            self._standing.append(text)
        return given_way

    def finish(self, end_seconds: float) -> list[Stood]:
        """The texts that stand until the end."""
        left = [_stood(text, text.gone_seconds or end_seconds) for text in self._standing]
        self._standing = []
        return left

    def _reference(self, strokes: NDArray[np.int8], place: Place) -> NDArray[np.int8]:
        """The strokes of a text without those of a background that moves; all of them when it has only just come."""
        if len(self._before) > 1:
            stayed = lasting(strokes, clip(self._before[-2][1], place))
            if np.count_nonzero(stayed) >= np.count_nonzero(strokes) / 2:
                return stayed
        return strokes.copy()

    def _since(self, place: Place, reference: NDArray[np.int8]) -> float:
        since = self._before[-1][0]
        for seconds, strokes in reversed(self._before):
            if not stands(reference, clip(strokes, place)):
                break
            since = seconds
        return since


def _watch_for_change(text: Standing, new: NDArray[np.int8], seconds: float) -> None:
    marks = (new != 0) & (new != text.strokes)
    width = max(1, new.shape[0] // 2)
    in_characters = np.add.reduceat(marks.sum(axis=0), np.arange(0, new.shape[1], width))
    if int(in_characters.max()) < CHANGED_STROKES or seconds - text.read_seconds < REREAD_SECONDS:
        text.changes, text.changed_seconds = 0, None
        return
    text.changes += 1
    text.changed_seconds = seconds if text.changed_seconds is None else text.changed_seconds


def _stood(text: Standing, end_seconds: float | None) -> Stood:
    end = text.last_seconds if end_seconds is None else end_seconds
    return Stood(
        text.reading.text, text.reading.confidence, text.place, text.start_seconds, max(end, text.start_seconds)
    )


def overlap(left: Place, right: Place) -> float:
    """What two places share of both together, 0 to 1."""
    width = min(left[2], right[2]) - max(left[0], right[0])
    height = min(left[3], right[3]) - max(left[1], right[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (_area(left) + _area(right) - shared)


def _area(place: Place) -> int:
    return (place[2] - place[0]) * (place[3] - place[1])
