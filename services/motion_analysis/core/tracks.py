"""Following what moves against the camera through a shot."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING

from services.motion_analysis.core.regions import Region, regions_of
from shared.contracts.reports.motion_analysis import Box, Track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.motion_analysis.core.camera_fit import CameraStep
    from services.motion_analysis.core.flow import Field, Grid
    from shared.contracts.reports.motion_analysis import CameraMotion

BOX_SECONDS = 0.2
"""Boxes are written this often."""
LOST_SECONDS = 0.6
"""A thing not seen for longer is gone: it stopped, left or was hidden."""
LEAST_SECONDS = 0.5
LEAST_SEEN = 4
"""What was seen for less, or less often, is no track."""
LEAST_WAY = 0.02
"""Nor is what covered less than this many frame widths against the ground."""
LEAST_OVERLAP = 0.1
"""Intersection over union of a region with where a thing is expected, to be that thing."""
NEWEST_SHARE = 0.5
"""How far a box follows the newest region; the rest is where it was expected."""
MOST_TRACKS_PER_SECOND = 1.0
"""Of a shot; the ones that went farthest are kept, and ten in any case."""
TRACKS_IN_ANY_CASE = 10
PINNED_SHARE = 0.15
"""What goes less than this share of the ground's way over the frame is a caption or a logo."""
PINNED_GROUND = 0.04
"""Frame widths that the ground must run for that."""
MOST_DOLLY_SHARE = 0.5
"""Of a track's time: while the camera travels near things run over the ground without moving."""


@dataclass
class _Thing:
    """Something that is being followed; its box and speed are shares of the picture per second."""

    box: tuple[float, float, float, float]
    begin: float
    time: float
    speed: tuple[float, float] = (0.0, 0.0)
    way: float = 0.0
    seconds: float = 0.0
    seen: int = 1
    ground: float = 0.0
    boxes: list[Box] = field(default_factory=list)

    def expected(self, time: float) -> tuple[float, float, float, float]:
        across, down = (speed * (time - self.time) for speed in self.speed)
        left, top, right, bottom = self.box
        return left + across, top + down, right + across, bottom + down


class Follower:
    """Follows regions from pair to pair: each takes the thing whose expected box it overlaps most (greedily)."""

    def __init__(self) -> None:
        self._grid: Grid | None = None
        self._shot = -1
        self._begun = self._time = 0.0
        self._things: list[_Thing] = []
        self._ended: list[_Thing] = []
        self._tracks: list[tuple[int, _Thing]] = []

    def begin(self, shot: int, grid: Grid) -> None:
        """A shot begins."""
        self._end_shot()
        self._shot, self._grid = shot, grid

    def add(self, begin: float, end: float, field: Field, step: CameraStep) -> None:
        """Two pictures of it were compared."""
        if self._grid is None:
            return
        self._time = end
        regions = regions_of(field, step, self._grid)
        free = list(self._things)
        for region in regions:
            here = (region.left, region.top, region.right, region.bottom)
            best = max(free, key=lambda thing: _overlap(thing.expected(end), here), default=None)
            if best is None or _overlap(best.expected(end), here) < LEAST_OVERLAP:
                self._things.append(_Thing(here, begin, end, boxes=[_box(end, here)]))
            else:
                free.remove(best)
                _follow(best, region, here, begin, end)
        gone = [thing for thing in self._things if end - thing.time > LOST_SECONDS]
        self._ended += [thing for thing in gone if _is_track(thing)]
        self._things = [thing for thing in self._things if end - thing.time <= LOST_SECONDS]

    def tracks(self, cameras: Sequence[CameraMotion]) -> tuple[Track, ...]:
        """All that were followed, in the order of their beginnings, without what a travelling camera explains."""
        self._end_shot()
        dollies = [
            (span.start_seconds, span.end_seconds)
            for camera in cameras
            for span in camera.spans
            if span.move == "dolly"
        ]
        kept = [(shot, thing) for shot, thing in self._tracks if _inside(thing, dollies) <= MOST_DOLLY_SHARE]
        kept.sort(key=lambda pair: (pair[1].begin, pair[1].box))
        return tuple(
            Track(
                index=index,
                shot_index=shot,
                start_seconds=round(thing.begin, 3),
                end_seconds=round(thing.time, 3),
                speed=round(thing.way / thing.seconds, 4),
                boxes=tuple(thing.boxes),
            )
            for index, (shot, thing) in enumerate(kept)
        )

    def _end_shot(self) -> None:
        self._ended += [thing for thing in self._things if _is_track(thing)]
        self._ended.sort(key=lambda thing: -thing.way)
        most = max(TRACKS_IN_ANY_CASE, round(MOST_TRACKS_PER_SECOND * (self._time - self._begun)))
        self._tracks += [(self._shot, thing) for thing in self._ended[:most]]
        self._things, self._ended = [], []
        self._begun = self._time


def _follow(thing: _Thing, region: Region, here: tuple[float, float, float, float], begin: float, end: float) -> None:
    expected = thing.expected(end)
    box = tuple(NEWEST_SHARE * new + (1 - NEWEST_SHARE) * old for new, old in zip(here, expected, strict=True))
    lapse = end - thing.time
    across = (box[0] + box[2] - thing.box[0] - thing.box[2]) / 2 / lapse
    down = (box[1] + box[3] - thing.box[1] - thing.box[3]) / 2 / lapse
    thing.speed = ((thing.speed[0] + across) / 2, (thing.speed[1] + down) / 2)
    thing.box = (box[0], box[1], box[2], box[3])
    thing.time = end
    thing.way += region.moved
    thing.seconds += end - begin
    thing.seen += 1
    thing.ground += region.ground
    if end - thing.boxes[-1].time_seconds >= BOX_SECONDS - 1e-6:
        thing.boxes.append(_box(end, thing.box))


def _box(time: float, box: tuple[float, float, float, float]) -> Box:
    left, top, right, bottom = (round(min(1.0, max(0.0, side)), 4) for side in box)
    return Box(time_seconds=round(time, 3), left=left, top=top, right=right, bottom=bottom)


def _is_track(thing: _Thing) -> bool:
    return (
        thing.seen >= LEAST_SEEN
        and thing.time - thing.begin >= LEAST_SECONDS
        and thing.way >= LEAST_WAY
        and not _is_pinned(thing)
    )


def _is_pinned(thing: _Thing) -> bool:
    """Whether it ends where it began although the ground ran below it."""
    third = max(1, len(thing.boxes) // 3)
    first, last = (
        (fmean(box.left + box.right for box in boxes) / 2, fmean(box.top + box.bottom for box in boxes) / 2)
        for boxes in (thing.boxes[:third], thing.boxes[-third:])
    )
    return thing.ground >= PINNED_GROUND and math.dist(first, last) < PINNED_SHARE * thing.ground


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    """Intersection over union."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    both = wide * high
    return both / (_area(one) + _area(other) - both)


def _area(box: tuple[float, float, float, float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _inside(thing: _Thing, spans: Sequence[tuple[float, float]]) -> float:
    """The share of a thing's time within spans."""
    shared = math.fsum(max(0.0, min(thing.time, end) - max(thing.begin, start)) for start, end in spans)
    return shared / (thing.time - thing.begin)
