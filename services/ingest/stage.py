"""The ingest stage declared: it reads the original, once, and leaves what all later stages read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from shared.contracts.artifacts import REPORT
from shared.contracts.reports.ingest import IngestReport
from shared.kit.stage import SOURCE, Inputs, Progress, Stage, WarmUp

if TYPE_CHECKING:
    from services.ingest.settings import Settings

VERSION = 5
"""Raised when a proxy, a track or a statistic comes out differently for the same file."""
FEWEST_THREADS = 2
"""Decoding overlaps with measuring and encoding only with a thread of its own."""


class IngestParameters(BaseModel):
    """The limits; they are part of the address, because a file refused today may be prepared under other limits."""

    model_config = ConfigDict(frozen=True)

    max_upload_mb: int = 10_240
    max_duration_seconds: float = 21_600
    max_resolution: str = "8192x4320"


def run(inputs: Inputs, parameters: IngestParameters, say: Progress) -> IngestReport:
    """Decode the original and write proxy, audio track, statistics and thumbnail."""
    # PyAV, numpy and OpenCV are loaded in pool processes only.
    from services.ingest.preparation import Folder, prepare  # noqa: PLC0415
    from shared.media.limits import MediaLimits  # noqa: PLC0415

    limits = MediaLimits.of(
        resolution=parameters.max_resolution,
        duration_seconds=parameters.max_duration_seconds,
        size_mebibytes=parameters.max_upload_mb,
    )
    folder = Folder(made=inputs.output(REPORT).parent, spool=inputs.directory / "statistics.spool")
    return prepare(
        inputs.source,
        folder,
        limits,
        sha256=inputs.source_reference.sha256,
        say=say,
        threads=max(FEWEST_THREADS, inputs.threads),
    )


def warm(_what: WarmUp) -> None:
    """Load the libraries and make the table of colour names before the first video comes."""
    from services.ingest import preparation  # noqa: F401, PLC0415
    from services.ingest.core.statistics import name_table  # noqa: PLC0415

    name_table()


def make_stage(settings: Settings) -> Stage[IngestParameters, IngestReport]:
    """The stage under an operator's limits."""
    return Stage(
        name="ingest",
        version=VERSION,
        reads=(SOURCE,),
        writes=IngestReport,
        parameters=IngestParameters(
            max_upload_mb=settings.max_upload_mb,
            max_duration_seconds=settings.max_duration_seconds,
            max_resolution=settings.max_resolution,
        ),
        run=run,
        warm=warm,
    )
