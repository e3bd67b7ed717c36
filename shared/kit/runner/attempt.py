"""One attempt at a stage: the artifact found, or made."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from shared.contracts.artifacts import ArtifactReference
from shared.contracts.events import StageOffered
from shared.contracts.failures import FailureCode, PermanentFailure
from shared.kit.compute import ProgressFile, Work, work_here
from shared.kit.runner.parts import Parts
from shared.kit.stage import AnyStage, Inputs


@dataclass(frozen=True)
class Asked:
    """The stage's parameters, the artifacts that it reads, and the address of the one that it is to make."""

    parameters: BaseModel
    inputs: dict[str, ArtifactReference]
    address: str


class Attempt:
    """What one offer asks for."""

    def __init__(self, stage: AnyStage, offer: StageOffered, parts: Parts) -> None:
        self._stage = stage
        self._offer = offer
        self._parts = parts
        self._progress: ProgressFile | None = None
        self._looking: asyncio.Task[tuple[str, ...] | None] | None = None

    def progress(self) -> float:
        """How much of the work is done."""
        return self._progress.read() if self._progress else 0.0

    def look(self) -> None:
        """Begin to look for the artifact, while it is not yet known whose the attempt is."""
        with suppress(PermanentFailure):  # to be said by whoever makes the attempt
            self._looking = asyncio.create_task(self._parts.shelf.files(self._stage.name, self._asked.address))

    def forget(self) -> None:
        """Look no further: what is there now counts for nothing."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    async def make(self) -> tuple[ArtifactReference, bool]:
        """The artifact, and whether it was there before.

        Raises:
            PermanentFailure: The stage cannot do it.
            WorkFailed: The work failed otherwise.
            TransientFailure: A store was away for too long.
        """
        stage, shelf, asked = self._stage, self._parts.shelf, self._asked
        address = asked.address
        async with self._parts.flights.alone(f"{stage.name}/{address}") as was_being_made:
            if was_being_made:
                self.forget()
            files = await (self._looking or shelf.files(stage.name, address))
            reused = files is not None
            if files is None:
                files = await self._work(asked)
        return ArtifactReference(stage=stage.name, version=stage.version, address=address, files=files), reused

    @cached_property
    def _asked(self) -> Asked:
        """What the offer asks for; PermanentFailure when the stage cannot do it."""
        parameters, inputs = self._stage.parameters_for(self._offer.parameters), self._inputs()
        address = self._stage.address(
            parameters,
            source_sha256=self._offer.source.sha256,
            inputs={name: artifact.address for name, artifact in inputs.items()},
            model_digests=self._parts.model_digests,
        )
        return Asked(parameters, inputs, address)

    def _inputs(self) -> dict[str, ArtifactReference]:
        """The artifacts that the stage reads."""
        missing = [name for name in self._stage.input_stages if name not in self._offer.inputs]
        if missing:
            raise PermanentFailure(FailureCode.INTERNAL_ERROR, f"The offer lacks the output of {', '.join(missing)}.")
        return {name: self._offer.inputs[name] for name in self._stage.input_stages}

    async def _work(self, asked: Asked) -> tuple[str, ...]:
        """Fetch, work, store: the names of the stored files."""
        parts, stage = self._parts, self._stage
        directory = parts.directories.new()
        try:
            self._progress = ProgressFile(directory / "progress")
            self._progress.create()
            await parts.shelf.fetch(stage, asked.inputs, self._offer.source, directory)
            task = Inputs(directory, self._offer.source, parts.models_dir, parts.compute.threads)
            work = self._work_in(task, asked.parameters, self._progress)
            await (work_here(work) if stage.is_light else parts.compute.work(work))
            return await parts.shelf.store(stage.name, asked.address, directory / "output")
        finally:
            # Not waited for: it may hold gigabytes.
            asyncio.get_running_loop().run_in_executor(None, parts.directories.remove, directory)

    def _work_in(self, inputs: Inputs, parameters: Any, progress: ProgressFile) -> Work:  # noqa: ANN401  the stage's own class
        return Work(
            run=self._stage.run,
            inputs=inputs,
            parameters=parameters,
            writes=self._stage.writes,
            progress=progress,
            memory_limit_bytes=self._stage.memory_limit_bytes,
            limit_seconds=self._stage.deadline_seconds,
        )
