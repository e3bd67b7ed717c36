"""Offers as a worker hears them, and a runner on parts in memory that takes them."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from shared.contracts.artifacts import ARTIFACTS_BUCKET, MEDIA_BUCKET, ArtifactReference, SourceReference
from shared.contracts.envelope import Envelope
from shared.contracts.events import StageCompleted, StageFailed, StageOffered
from shared.contracts.ids import new_id
from shared.contracts.instants import now
from shared.kit.compute import Compute, ProgressFile
from shared.kit.runner import Parts, Shelf, StageRunner, TaskDirectories
from shared.testkit.stack import MemoryClaims, MemoryObjects, MemorySpeaker
from shared.testkit.stages import PlayReport, make_play_stage

SOURCE_KEY = "videos/1"
SOURCE_REFERENCE = SourceReference(bucket=MEDIA_BUCKET, key=SOURCE_KEY, size_bytes=3, sha256="5" * 64)
LOOK_EVERY_SECONDS = 0.02


@dataclass(frozen=True)
class HeardOffer:
    """A message with an offer."""

    envelope: Envelope
    event: StageOffered


def offered(
    *,
    stage: str = "ingest",
    attempt: int = 1,
    run_id: str = "",
    inputs: dict[str, ArtifactReference] | None = None,
    seconds_left: float = 600,
    **parameters: object,
) -> HeardOffer:
    """An offer of a stage, with these parameters."""
    offer = StageOffered(
        run_id=run_id or new_id(),
        run_kind="analysis",
        organization_id=new_id(),
        video_id=new_id(),
        stage=stage,
        attempt=attempt,
        source=SOURCE_REFERENCE,
        inputs=inputs or {},
        deadline_at=now() + timedelta(seconds=seconds_left),
        parameters=parameters,
    )
    return HeardOffer(offer.enclose(source="gateway", time=now(), correlation_id=offer.run_id), offer)


class MemoryWorker:
    """A runner of a play stage on parts in memory and a real pool."""

    def __init__(self, compute: Compute, directory: Path, **stage_fields: Any) -> None:  # noqa: ANN401  fields of Stage
        self.objects = MemoryObjects()
        self.claims = MemoryClaims()
        self.speaker = MemorySpeaker()
        self._work_dir = directory / "work"
        parts = Parts(
            worker="worker-1",
            speaker=self.speaker,
            claim=self.claims,
            shelf=Shelf(self.objects),
            compute=compute,
            directories=TaskDirectories(self._work_dir).__enter__(),
            models_dir=directory,
            model_digests={},
        )
        self.runner = StageRunner(make_play_stage(**stage_fields), parts)

    async def hear(self, *all_heard: HeardOffer) -> None:
        """Hand the offers over as the bus does."""
        for heard in all_heard:
            await self.runner.take()
            await self.runner.hear(heard)

    async def ends(self, count: int) -> list[Any]:
        """The last facts of so many attempts, once they are said."""
        return await self.speaker.until(count, StageCompleted, StageFailed)

    async def end_of(self, heard: HeardOffer) -> Any:  # noqa: ANN401  StageCompleted or StageFailed, as the test knows
        """The last fact of the attempt that this offer leads to."""
        before = len(self.speaker.events(StageCompleted, StageFailed))
        await self.hear(heard)
        return (await self.ends(before + 1))[-1]

    async def until_working(self) -> None:
        """Wait until the stage is in the middle of its work."""
        while not any(ProgressFile(task / "progress").read() for task in self.task_directories()):  # noqa: ASYNC110  another process makes it
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def task_directories(self) -> list[Path]:
        """The directories of the tasks that are not over."""
        return list(self._work_dir.glob("*/task-*"))

    def put_artifact(self, stage: str, files: dict[str, bytes]) -> ArtifactReference:
        """Store an artifact as another stage would have."""
        artifact = ArtifactReference(stage=stage, version=1, address="a" * 64, files=tuple(sorted(files)))
        for name, content in files.items():
            self.objects.objects[ARTIFACTS_BUCKET, artifact.key(name)] = content
        return artifact

    def report(self, completed: StageCompleted) -> PlayReport:
        """The stored report."""
        stored = self.objects.objects[ARTIFACTS_BUCKET, completed.artifact.key("report.json")]
        return PlayReport.model_validate_json(stored)
