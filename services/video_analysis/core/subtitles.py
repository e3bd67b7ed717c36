"""Subtitles burned into the picture: lines of strokes that stand, go, and give way to others in the same place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LOOK_SECONDS = 0.4

TO_COMPARE = 2
"""Looks with which each is compared."""

STANDING_SECONDS = (0.75, 12.0)
"""How long a line must be seen to stand, and may: what can be read is seen in three looks."""

UPPER_SHARE, LOWER_SHARE = 0.25, 0.45
"""Of the height: subtitles stand in the uppermost or the lowest part."""

STROKE_CODES = 30
"""Luma codes per pixel across: letters are made to be seen, few textures are so sharp in a small picture."""

LINE_HEIGHT = (0.02, 0.17)
"""Of the picture's height: from one low line to two high ones."""

LINE_WIDTH = 0.06
"""Of the picture's width: the least, a short word."""

SLENDERNESS = 2.0
"""A line is at least so many times as wide as high."""

LEAST_STROKES = 0.12
"""Of the pixels of a line's box."""

WHOLE = np.uint8(255)
"""Stands for 1 in pictures of shares."""

SAME_TEXT = 0.7
"""Of the strokes of a line that are seen again while it stands; of two texts in one place 0.4 to 0.63 agree."""

SAME_PLACE = 0.035
"""Of the height: how far the lower edges of the lines of one subtitle track differ."""

SAME_MIDDLE = 0.06
"""Of the width: how far their middles, or else their left edges, differ."""

FEWEST_LINES, FEWEST_FREE_LINES = 3, 2
"""One or two lines are a title, a name or a note; lines are free that come and go while the picture stays."""

A_FRAME_SECONDS = 0.05
"""How far a change of the picture and a look at it may seem apart."""

LONGEST_PAUSE_SECONDS = 30.0
"""Between two lines of a track; longer silence ends it."""

TRACK_SHARE = 0.5
"""Of all lines that stand while a track lasts, how many are its own: in credits and among lights few are."""

SMALLEST_SIDE_PIXELS = 180
"""In smaller pictures letters are no strokes but grey."""

TYPICAL_WIDTH = 0.12
"""Of the picture's width: the least of the middle one of a track's lines."""


@dataclass(frozen=True)
class Line:
    """A line of strokes that stood for a while.

    Attributes:
        appeared: It came after the first instant, and was there at the second.
        went: It was there at the first instant, and no longer at the second; infinite when the video ended before.
        left, top, right, bottom: In shares of the picture's width and height.
    """

    appeared: tuple[float, float]
    went: tuple[float, float]
    left: float
    top: float
    right: float
    bottom: float


@dataclass
class _Standing:
    box: tuple[int, int, int, int]
    strokes: NDArray[np.bool_]
    appeared: tuple[float, float]
    seen_seconds: float


class SubtitleMeter:
    """Takes in luma planes of one size, in the order of time; keeps the last three and the lines that stood."""

    def __init__(self) -> None:
        self._looks: list[tuple[float, NDArray[np.uint8]]] = []
        self._standing: list[_Standing] = []
        self._lines: list[Line] = []

    def wants(self, time_seconds: float) -> bool:
        """Whether the frame that begins then is to be looked at."""
        return not self._looks or time_seconds - self._looks[-1][0] >= LOOK_SECONDS - 1e-6

    def add(self, time_seconds: float, luma: NDArray[np.uint8]) -> None:
        """Look at one luma plane of shape (height, width)."""
        strokes = _strokes(luma) if min(luma.shape) >= SMALLEST_SIDE_PIXELS else np.zeros_like(luma)
        self._looks = [*self._looks[-TO_COMPARE:], (time_seconds, strokes)]
        near = np.asarray(cv2.dilate(strokes, np.ones((1, 3), np.uint8)), np.uint8)
        for standing in list(self._standing):
            if _agreement(standing, strokes) >= SAME_TEXT:
                standing.seen_seconds = time_seconds
            else:
                self._standing.remove(standing)
                self._keep(standing, time_seconds)
        if len(self._looks) > TO_COMPARE:
            self._find(near)

    def _find(self, near: NDArray[np.uint8]) -> None:
        """New lines: strokes that were not there two looks ago, came with the last look and are still there."""
        (before, old), (came, recent), (now, _) = self._looks
        fresh = recent & near & ~old
        for box in _boxes(fresh):
            left, top, right, bottom = box
            if any(_overlap(box, standing.box) for standing in self._standing):
                continue
            strokes = (recent & near)[top:bottom, left:right] > 0
            self._standing.append(_Standing(box, strokes, (before, came), now))

    def _keep(self, standing: _Standing, gone_seconds: float) -> None:
        shortest, longest = STANDING_SECONDS
        if (
            not shortest <= gone_seconds - standing.appeared[0]
            or standing.seen_seconds - standing.appeared[1] > longest
        ):
            return
        height, width = self._looks[-1][1].shape
        left, top, right, bottom = standing.box
        self._lines.append(
            Line(
                standing.appeared,
                (standing.seen_seconds, gone_seconds),
                left / width,
                top / height,
                right / width,
                bottom / height,
            )
        )

    def lines(self) -> list[Line]:
        """The lines that stood, in the order in which they went; those that still stand go with the end."""
        for standing in self._standing:
            self._keep(standing, np.inf)
        self._standing = []
        return list(self._lines)


def _strokes(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Ones where light changes sharply from left to right, in the uppermost and the lowest part of the picture."""
    strokes = np.zeros(luma.shape, np.uint8)
    strokes[:, 1:-1] = cv2.absdiff(luma[:, 2:], luma[:, :-2]) >= 2 * STROKE_CODES
    height = luma.shape[0]
    strokes[round(UPPER_SHARE * height) : round((1 - LOWER_SHARE) * height)] = 0
    return strokes


def _boxes(fresh: NDArray[np.uint8]) -> list[tuple[int, int, int, int]]:
    """Where strokes stand as closely as in a line of text: left, top, right, bottom in pixels."""
    height, width = fresh.shape
    window = (max(3, round(0.045 * width)) | 1, max(3, round(0.02 * height)) | 1)
    dense = (cv2.blur(fresh * WHOLE, window) >= LEAST_STROKES * WHOLE).astype(np.uint8)
    if not dense.any():
        return []
    closed = cv2.morphologyEx(dense, cv2.MORPH_CLOSE, np.ones((1, window[0]), np.uint8))
    count, _, boxes, _ = cv2.connectedComponentsWithStats(closed)
    found = []
    for left, top, across, down, _ in boxes[1:count]:
        is_line = LINE_HEIGHT[0] * height <= down <= LINE_HEIGHT[1] * height
        if is_line and across >= LINE_WIDTH * width and across >= SLENDERNESS * down:
            found.append((int(left), int(top), int(left + across), int(top + down)))
    return found


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _agreement(standing: _Standing, strokes: NDArray[np.uint8]) -> float:
    left, top, right, bottom = standing.box
    return float(strokes[top:bottom, left:right][standing.strokes].mean()) if standing.strokes.any() else 0.0


def are_burned_in(lines: Sequence[Line], changes: Sequence[tuple[float, float]]) -> bool:
    """Whether the lines that stood are subtitles: one after the other in one place, while the picture stays.

    What comes and goes with the shots belongs to them: slides, signs, name plates.

    Args:
        lines: From the whole video.
        changes: From when to when the picture changes from shot to shot.
    """
    own = [line for line in lines if not (_within(line.appeared, changes) and _within(line.went, changes))]
    ordered = sorted(own, key=lambda line: line.went[0])
    tracks = [
        track for line in ordered for track in _tracks([other for other in ordered if _in_one_place(line, other)])
    ]
    return any(_is_subtitle(track, ordered, changes) for track in tracks)


def _tracks(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of one place that follow each other without a long pause."""
    tracks: list[list[Line]] = []
    for line in lines:
        pause = line.appeared[1] - tracks[-1][-1].went[0] if tracks else np.inf
        if pause > LONGEST_PAUSE_SECONDS:
            tracks.append([line])
        elif pause > 0:
            tracks[-1].append(line)
    return tracks


def _in_one_place(one: Line, other: Line) -> bool:
    middles = abs(one.left + one.right - other.left - other.right) / 2
    aligned = min(middles, abs(one.left - other.left)) <= SAME_MIDDLE
    return aligned and abs(one.bottom - other.bottom) <= SAME_PLACE


def _is_subtitle(track: Sequence[Line], lines: Sequence[Line], changes: Sequence[tuple[float, float]]) -> bool:
    free = [line for line in track if not _within(line.appeared, changes) and not _within(line.went, changes)]
    widths = sorted(line.right - line.left for line in track)
    meanwhile = [
        line for line in lines if track[0].appeared[1] <= line.went[0] and line.appeared[1] <= track[-1].went[0]
    ]
    return (
        len(track) >= FEWEST_LINES
        and len(free) >= FEWEST_FREE_LINES
        and len(track) >= TRACK_SHARE * len(meanwhile)
        and widths[len(widths) // 2] >= TYPICAL_WIDTH
    )


def _within(window: tuple[float, float], changes: Sequence[tuple[float, float]]) -> bool:
    """Whether something happens in a window of time at a change of the picture, or at the end of the video."""
    return np.isinf(window[1]) or any(
        begin - A_FRAME_SECONDS <= window[1] and window[0] <= end + A_FRAME_SECONDS for begin, end in changes
    )
