"""The pictures of the one pass: scaled, turned upright, measured, written as the proxy, some kept for the thumbnail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from services.ingest.core.geometry import ProxyGeometry, proxy_geometry
from services.ingest.core.statistics import (
    FRAME_STATISTICS,
    colour_samples,
    fill_colours,
    light_and_change,
)
from services.ingest.core.thumbnail import CandidateKeeper
from services.ingest.core.timing import FrameClock, last_frame_duration
from services.ingest.core.tone import Transfer, to_srgb
from shared.media.pictures import PictureScaler, high_dynamic_range, planes_of, quarter_turns, turned
from shared.media.refusal import too_long, unreadable
from shared.media.writing import LONGEST_PICTURE_TICKS, ProxyWriter

if TYPE_CHECKING:
    from contextlib import ExitStack
    from fractions import Fraction
    from pathlib import Path

    from numpy.typing import NDArray

    from shared.media.limits import MediaLimits
    from shared.media.source import Picture
    from shared.media.streams import SourceDescription

BATCH_FRAMES = 128
"""Colours are measured for so many frames at once: the price of a call into numpy is paid seldom."""
TOGETHER = 16
"""So many small pictures are measured, then written, in one go: between two pictures that are decoded, code and tables
of the measures and of the encoder leave the processor's cache."""


@dataclass(frozen=True)
class FirstPicture:
    """What the first picture shows of the whole video; `transfer` is None for ordinary dynamic range."""

    geometry: ProxyGeometry
    width: int
    height: int
    pixel_format: str
    transfer: Transfer | None


class PictureTrack:
    """Takes decoded pictures one by one; memory does not grow with their number."""

    def __init__(
        self, proxy: Path, spool: BinaryIO, limits: MediaLimits, description: SourceDescription, stack: ExitStack
    ) -> None:
        self._proxy_path, self._spool, self._limits, self._stack = proxy, spool, limits, stack
        self._description = description
        self._time_base = description.time_base
        self._longest_ticks = limits.duration_seconds / float(description.time_base)
        self._scaler = PictureScaler()
        self._rows = np.zeros(BATCH_FRAMES, FRAME_STATISTICS)
        self._batch: list[NDArray[np.uint8]] = []
        self._proxy: ProxyWriter | None = None
        self._waiting: list[tuple[int, int, Picture]] = []
        self._pending: tuple[int, int, Picture] | None = None
        self._distance_ticks: int | None = None
        self._before: list[NDArray[np.uint8]] | None = None
        self.clock = FrameClock(description.time_base, description.frame_rate)
        self.candidates: CandidateKeeper[Picture] = CandidateKeeper()
        self.first: FirstPicture | None = None
        self.count = 0
        self.odd_sizes = 0

    def see(self, picture: Picture) -> None:
        """Add a picture.

        Raises:
            PermanentFailure: It comes later than a video may last, or cannot be converted.
        """
        first = self.first or self._begin(picture)
        ticks = self.clock.tick(picture.pts)
        if ticks is None:
            return
        if ticks > self._longest_ticks:
            raise too_long(None, self._limits)
        self._waiting.append((ticks, picture.duration or 0, self._small(picture, first)))
        self.count += 1
        if len(self._waiting) == TOGETHER:
            self._pass_on()

    def finish(self) -> Fraction:
        """Write what is pending; the duration from the first frame to the end of the last, in seconds."""
        self._pass_on()
        if self._pending is None:
            raise unreadable("The file holds no picture that can be decoded.")
        ticks, declared, _ = self._pending
        distance = None if self._distance_ticks is None else self._distance_ticks * self._time_base
        duration = last_frame_duration(declared * self._time_base, distance, self._description.frame_rate)
        self._write_pending(max(1, round(duration / self._time_base)))
        self._flush()
        return ticks * self._time_base + duration

    def _begin(self, picture: Picture) -> FirstPicture:
        geometry = proxy_geometry(picture.width, picture.height, self._description.pixel_aspect, quarter_turns(picture))
        self.first = FirstPicture(
            geometry, picture.width, picture.height, picture.format.name, high_dynamic_range(picture)
        )
        width, height = geometry.proxy_size
        self._proxy = self._stack.enter_context(
            ProxyWriter(self._proxy_path, width=width, height=height, time_base=self._time_base)
        )
        return self.first

    def _small(self, picture: Picture, first: FirstPicture) -> Picture:
        geometry = first.geometry
        self.odd_sizes += (picture.width, picture.height) != (first.width, first.height)
        width, height = geometry.scaled_width, geometry.scaled_height
        transfer = high_dynamic_range(picture)
        if transfer is None:
            return turned(self._scaler.scaled(picture, width, height), geometry.quarter_turns)
        shown = to_srgb(self._scaler.scaled_deep(picture, width, height), transfer)
        return turned(self._scaler.from_srgb(shown), geometry.quarter_turns)

    def _pass_on(self) -> None:
        for index, (ticks, _, small) in enumerate(self._waiting, self.count - len(self._waiting)):
            self._measure(index, ticks, small)
        for waiting in self._waiting:
            if self._pending is not None:
                self._distance_ticks = waiting[0] - self._pending[0]
                self._write_pending(self._distance_ticks)
            self._pending = waiting
        self._waiting.clear()

    def _write_pending(self, duration_ticks: int) -> None:
        if self._pending is None or self._proxy is None:
            return
        if duration_ticks > LONGEST_PICTURE_TICKS:
            raise unreadable("Two neighbouring pictures of the video are too far apart in time.")
        ticks, _, small = self._pending
        self._proxy.write(small, ticks=ticks, duration_ticks=duration_ticks)

    def _measure(self, index: int, ticks: int, small: Picture) -> None:
        planes = planes_of(small)
        row = self._rows[len(self._batch)]
        row["ticks"] = ticks
        row["luma_mean"], row["luma_deviation"], row["difference"] = light_and_change(planes, self._before)
        self._batch.append(colour_samples(planes))
        self._before = planes
        if self.candidates.wants(index):
            self.candidates.offer(index, small)
        if len(self._batch) == BATCH_FRAMES:
            self._flush()

    def _flush(self) -> None:
        if self._batch:
            rows = self._rows[: len(self._batch)]
            fill_colours(rows, self._batch)
            rows.tofile(self._spool)
            self._spool.flush()
            self._batch.clear()
