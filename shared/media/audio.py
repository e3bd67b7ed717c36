"""Reading the prepared audio track, at the rate a stage wants and in memory that stays flat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from shared.media.opening import OWN_DEMUXERS, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

TRACK_RATE_HERTZ = 22_050
"""The audio track's own rate: what beat tracking wants, and more than the 16 kHz that speech models want."""


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """Consecutive samples.

    Attributes:
        start_seconds: The first sample's time; 0 is the first frame of the picture.
        samples: float32, shape (n,), mono, -1 to 1.
    """

    start_seconds: float
    samples: NDArray[np.float32]


def audio_blocks(
    path: Path,
    *,
    rate_hertz: int = TRACK_RATE_HERTZ,
    block_seconds: float = 30.0,
    start_seconds: float = 0.0,
    end_seconds: float | None = None,
) -> Iterator[AudioBlock]:
    """Read an audio track block by block.

    Args:
        path: An audio track made by the ingest stage (or any file that `opened` takes, which is mixed to mono).
        rate_hertz: The rate of the samples that are given out.
        block_seconds: The length of every block but the last.
        start_seconds: Where to begin; the reading is exact to the sample.
        end_seconds: Where to end.
    """
    size = round(block_seconds * rate_hertz)
    wanted = (
        None if end_seconds is None else max(0, round(end_seconds * rate_hertz) - round(start_seconds * rate_hertz))
    )
    kept: list[NDArray[np.float32]] = []
    held = given = 0
    for piece in _pieces(path, rate_hertz, start_seconds):
        kept.append(piece)
        held += piece.size
        while held >= size or (wanted is not None and given + held >= wanted):
            take = size if wanted is None else min(size, wanted - given)
            joined = np.concatenate(kept)
            if take:
                yield AudioBlock(start_seconds + given / rate_hertz, joined[:take])
            given += take
            kept, held = [joined[take:]], joined.size - take
            if given == wanted:
                return
    if held:
        yield AudioBlock(start_seconds + given / rate_hertz, np.concatenate(kept))


def read_audio(
    path: Path,
    *,
    rate_hertz: int = TRACK_RATE_HERTZ,
    start_seconds: float = 0.0,
    end_seconds: float | None = None,
) -> NDArray[np.float32]:
    """Read a whole track, or a part of it: float32, shape (n,), mono. An hour at 16 kHz takes 230 MB."""
    blocks = audio_blocks(path, rate_hertz=rate_hertz, start_seconds=start_seconds, end_seconds=end_seconds)
    pieces = [block.samples for block in blocks]
    return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def audio_duration_seconds(path: Path) -> float:
    """The length of an audio track, as its header says."""
    with opened(path, demuxers=OWN_DEMUXERS) as container:
        stream = container.streams.audio[0]
        if stream.duration is not None:
            return float(stream.duration * stream.time_base)
        return float((container.duration or 0) / av.time_base)


def _pieces(path: Path, rate_hertz: int, start_seconds: float) -> Iterator[NDArray[np.float32]]:
    """The samples from an instant on, at a rate, as they come out of the resampler."""
    with opened(path, demuxers=OWN_DEMUXERS) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="flt", layout="mono", rate=rate_hertz)
        first_time = 0.0
        if start_seconds > 0:
            container.seek(int(start_seconds / stream.time_base), stream=stream)
        superfluous: int | None = None
        for frame in _with_flush(container.decode(stream)):
            if superfluous is None and frame is not None:
                first_time = float((frame.pts or 0) * stream.time_base)
                superfluous = round((start_seconds - first_time) * rate_hertz) if start_seconds > 0 else 0
            for resampled in resampler.resample(frame):
                samples = np.asarray(resampled.to_ndarray(), np.float32).reshape(-1)
                skipped = min(superfluous or 0, samples.size)
                superfluous = (superfluous or 0) - skipped
                if samples.size > skipped:
                    yield samples[skipped:]


def _with_flush(decoded: Iterator[Any]) -> Iterator[Any]:
    yield from decoded
    yield None
