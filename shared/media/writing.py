"""Writing the analysis proxy and the audio track."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self

import av
import numpy as np

from shared.media.audio import TRACK_RATE_HERTZ
from shared.media.mixing import MonoMixer

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

FINEST_TICKS_PER_SECOND = 1_000_000
"""Times finer than a microsecond are rounded to it; coarser units are kept exactly."""
LONGEST_PICTURE_TICKS = 2**31 - 1
"""What the proxy's container can say of the distance between two pictures."""
KEY_FRAME_DISTANCE = 60
PROXY_OPTIONS = {
    "preset": "ultrafast",
    "qp": "28",
    "x264-params": "me=dia:merange=4:subme=0:partitions=none:no-psy=1:aq-mode=0:weightp=0:scenecut=0"
    f":rc-lookahead=0:sync-lookahead=0:keyint={KEY_FRAME_DISTANCE}:min-keyint={KEY_FRAME_DISTANCE}",
}
"""The cheapest of the measured encoders to write, and among the cheapest to read."""
BITEXACT = 0x0400
"""FFmpeg's flag for containers without dates and versions in them: equal inputs give equal files."""
BLOCK_SAMPLES = 65_536
"""Samples are encoded in blocks of about this many: Python's price per call is paid seldom."""
CLOCK_TOLERANCE_SECONDS = 0.05
"""Sound whose timestamps stray less than this from the running count is continuous."""


class ProxyWriter:
    """Writes pictures of one size with the times they are given."""

    def __init__(self, path: Path, *, width: int, height: int, time_base: Fraction) -> None:
        self._container = av.open(str(path), "w", format="mp4")
        self._container.flags |= BITEXACT
        self._is_rescaled = time_base.denominator > FINEST_TICKS_PER_SECOND
        self._source_time_base = time_base
        self.time_base = Fraction(1, FINEST_TICKS_PER_SECOND) if self._is_rescaled else time_base
        stream: Any = self._container.add_stream("libx264", rate=Fraction(30), options=PROXY_OPTIONS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = self.time_base
        stream.codec_context.thread_count = 1
        stream.codec_context.colorspace = stream.codec_context.color_primaries = stream.codec_context.color_trc = 1
        stream.codec_context.color_range = 1
        self._stream = stream
        self._durations: dict[int, int] = {}

    def write(self, picture: av.VideoFrame, *, ticks: int, duration_ticks: int) -> None:
        """Add a picture; its time, in units of the time base that was given, must be after that of the one before."""
        if self._is_rescaled:
            factor = self._source_time_base / self.time_base
            ticks, duration_ticks = round(ticks * factor), round(duration_ticks * factor)
        self._durations[ticks] = duration_ticks
        picture.pts, picture.time_base, picture.pict_type = ticks, self.time_base, 0
        self._mux(self._stream.encode(picture))

    def _mux(self, packets: list[Any]) -> None:
        for packet in packets:
            packet.duration = self._durations.pop(packet.pts, 0)
            self._container.mux(packet)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._mux(self._stream.encode(None))
        self._container.close()


class AudioTrackWriter:
    """Writes a mono FLAC track whose sample 0 sounds at the instant of the first picture."""

    def __init__(self, path: Path, *, origin_seconds: Fraction) -> None:
        self._container = av.open(str(path), "w", format="flac")
        self._container.flags |= BITEXACT
        self._stream: Any = self._container.add_stream(
            "flac", rate=TRACK_RATE_HERTZ, layout="mono", format="s16", options={"compression_level": "2"}
        )
        self._origin = float(origin_seconds)
        self._written = self._encoded = 0
        self._kept: list[NDArray[np.int16]] = []
        self._to_skip = 0
        self._is_finished = False
        self._expected: float | None = None
        self._tick_seconds: float | None = None
        self.mixer = MonoMixer()

    @property
    def duration_seconds(self) -> float:
        """How much has been written."""
        return self._written / TRACK_RATE_HERTZ

    def write(self, frame: av.AudioFrame) -> None:
        """Add decoded sound of any rate and layout; gaps become silence, what overlaps is left out."""
        if self._tick_seconds is None:
            self._tick_seconds = float(frame.time_base or 1)
        seconds = self._expected or 0.0
        if frame.pts is not None:
            seconds = frame.pts * self._tick_seconds - self._origin
        if self._expected is None or abs(seconds - self._expected) > CLOCK_TOLERANCE_SECONDS:
            self._drain()
            ahead = round(seconds * TRACK_RATE_HERTZ) - self._written
            self._to_skip = max(0, -ahead)
            self._silence(max(0, ahead))
            self._expected = seconds
        self._expected += frame.samples / frame.sample_rate
        for samples in self.mixer.add(frame):
            self._add(samples)

    def _drain(self) -> None:
        for samples in self.mixer.drain():
            self._add(samples)

    def _silence(self, count: int) -> None:
        while count > 0:
            block = min(count, BLOCK_SAMPLES)
            self._keep(np.zeros(block, np.int16))
            count -= block

    def _add(self, samples: NDArray[np.int16]) -> None:
        skipped = min(self._to_skip, samples.size)
        self._to_skip -= skipped
        if samples.size > skipped:
            self._keep(samples[skipped:])

    def _keep(self, samples: NDArray[np.int16]) -> None:
        self._kept.append(samples)
        self._written += samples.size
        if self._written - self._encoded >= BLOCK_SAMPLES:
            self._encode()

    def _encode(self) -> None:
        if self._kept:
            samples = np.concatenate(self._kept)
            frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.time_base = TRACK_RATE_HERTZ, Fraction(1, TRACK_RATE_HERTZ)
            frame.pts = self._encoded
            self._encoded += samples.size
            self._kept.clear()
            self._container.mux(self._stream.encode(frame))

    def finish(self) -> float:
        """Write what the resampler still holds; the length of the track in seconds."""
        self._drain()
        if not self._is_finished:
            self._is_finished = True
            self._encode()
            self._container.mux(self._stream.encode(None))
        return self.duration_seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()
        self._container.close()
