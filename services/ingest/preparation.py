"""The one pass over an original: every picture and every sound is decoded once and goes wherever it is needed."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from services.ingest.core.statistics import FRAME_STATISTICS
from services.ingest.core.thumbnail import choose, sharpness
from services.ingest.core.timing import is_variable, mean_frame_rate
from services.ingest.picture_track import PictureTrack
from services.ingest.sound_track import SoundTrack
from shared.contracts.reports.ingest import AudioStream, IngestReport, VideoStream
from shared.media.pictures import jpeg, planes_of
from shared.media.refusal import unreadable
from shared.media.source import Picture, Source, open_source
from shared.media.statistics import write_statistics

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from numpy.typing import NDArray

    from services.ingest.sound_track import Heard
    from shared.media.limits import MediaLimits

PROXY, AUDIO, STATISTICS, THUMBNAIL = "proxy.mp4", "audio.flac", "statistics.npz", "thumbnail.jpg"
FRAMES_PER_WORD = 64
"""Progress is said once for so many frames."""


class Say(Protocol):
    """Hears how much is done, from 0 to 1."""

    def __call__(self, fraction: float, /) -> None:
        """Hear it."""


@dataclass(frozen=True)
class Folder:
    """Where the files go: what is made, and a spool for the time of the work."""

    made: Path
    spool: Path


def prepare(
    path: Path, folder: Folder, limits: MediaLimits, *, sha256: str, say: Say, threads: int = 0
) -> IngestReport:
    """Decode an original once and write everything that later stages read.

    Args:
        path: A private copy of the original.
        folder: Where to write.
        limits: What the original must keep to.
        sha256: The original's digest, for the report.
        say: Hears the progress.
        threads: How many threads decode; 0 for one per core.

    Raises:
        PermanentFailure: It is no video that can be read, or breaks a limit.
    """
    with open_source(path, limits) as source:
        with ExitStack() as stack, folder.spool.open("wb") as spool:
            pictures = PictureTrack(folder.made / PROXY, spool, limits, source.description, stack)
            sounds = SoundTrack(folder.made / AUDIO, limits, source.declared_start_seconds, stack)
            _decode(source, pictures, sounds, say, threads)
            duration = pictures.finish()
            heard = sounds.finish()
        rows = np.memmap(folder.spool, FRAME_STATISTICS, mode="r")
        write_statistics(folder.made / STATISTICS, rows, source.description.time_base, float(duration))
        (folder.made / THUMBNAIL).write_bytes(_thumbnail(pictures, rows))
        return _report(source, pictures, rows, duration=duration, heard=heard, sha256=sha256)


def _decode(source: Source, pictures: PictureTrack, sounds: SoundTrack, say: Say, threads: int) -> None:
    time_base = source.description.time_base
    for decoded in source.decode(threads=threads):
        if not isinstance(decoded, Picture):
            sounds.hear(decoded)
            continue
        pictures.see(decoded)
        if not sounds.is_set and pictures.clock.origin_ticks is not None:
            sounds.set_origin(pictures.clock.origin_ticks * time_base)
        if pictures.count % FRAMES_PER_WORD == 0:
            say(source.read_share)


def _thumbnail(pictures: PictureTrack, rows: NDArray[np.void]) -> bytes:
    kept = pictures.candidates.kept
    indices = [index for index, _ in kept]
    best = choose(
        np.array([sharpness(planes_of(picture)[0]) for _, picture in kept]),
        rows["luma_mean"][indices].astype(np.float64),
        rows["luma_deviation"][indices].astype(np.float64),
        np.hstack([rows[name][indices].astype(np.float64) for name in ("luma_histogram", "colour_shares")]),
    )
    return jpeg(kept[best][1])


def _report(
    source: Source,
    pictures: PictureTrack,
    rows: NDArray[np.void],
    *,
    duration: Fraction,
    heard: Heard | None,
    sha256: str,
) -> IngestReport:
    description, first = source.description, pictures.first
    if first is None:
        raise unreadable("The file holds no picture that can be decoded.")
    times = rows["ticks"] * float(description.time_base)
    audio = None
    if heard is not None:
        audio = AudioStream(
            codec=description.audio_codec or "",
            sample_rate=description.audio_rate_hertz or 0,
            channels=description.audio_channels or 0,
            duration_seconds=heard.seconds,
            downmix_loss_db=heard.downmix_loss_decibels,
            sample_peak_dbfs=heard.peak_decibels,
        )
    return IngestReport(
        container=description.container,
        size_bytes=description.size_bytes,
        sha256=sha256,
        duration_seconds=float(duration),
        video=VideoStream(
            codec=description.video_codec,
            width=first.geometry.display_width,
            height=first.geometry.display_height,
            rotation_degrees=-90 * first.geometry.quarter_turns % 360,
            frame_rate=mean_frame_rate(times, float(duration)),
            is_variable_frame_rate=is_variable(times),
            frame_count=pictures.count,
            pixel_format=first.pixel_format,
            is_high_dynamic_range=first.transfer is not None,
        ),
        audio_stream=audio,
        proxy=PROXY,
        audio=AUDIO if audio is not None else None,
        statistics=STATISTICS,
        thumbnail=THUMBNAIL,
        subtitle_streams=description.subtitle_streams,
        notes=(*description.notes, *_notes(source, pictures, heard)),
    )


def _notes(source: Source, pictures: PictureTrack, heard: Heard | None) -> list[str]:
    notes = []
    if source.description.audio_codec is not None and heard is None:
        notes.append("The sound could not be decoded and was left out.")
    if source.damaged_packets:
        notes.append(f"{source.damaged_packets} damaged pictures were left out.")
    if pictures.clock.dropped_frames:
        notes.append(f"{pictures.clock.dropped_frames} pictures came too late for their time and were left out.")
    if pictures.clock.jumps:
        notes.append(f"The file's clock jumps back {pictures.clock.jumps} times; time goes on without a jump here.")
    if pictures.odd_sizes:
        notes.append("The size of the picture changes; all pictures were fitted to the size of the first.")
    return notes
