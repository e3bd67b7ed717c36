"""Artifacts in object storage: looked up, fetched into a task's directory, stored with the report last."""

import asyncio
import mimetypes
from collections.abc import Coroutine, Iterable, Mapping
from pathlib import Path
from typing import Any

import stamina

from shared.contracts.artifacts import (
    ARTIFACTS_BUCKET,
    REPORT,
    ArtifactReference,
    SourceReference,
    object_key,
)
from shared.contracts.failures import FailureCode, PermanentFailure, TransientFailure
from shared.kit.runner.ports import ObjectStore
from shared.kit.stage import AnyStage

FILES_AT_ONCE = 4

# An attempt's work may have taken an hour: a store that is away for a moment must not end it.
_patiently = stamina.AsyncRetryingCaller(attempts=None, timeout=120.0, wait_max=5.0).on(TransientFailure)


class Shelf:
    """The artifacts of all stages."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    async def files(self, stage: str, address: str) -> tuple[str, ...] | None:
        """The names of an artifact's files; None when it is not there whole."""
        # To ask for one object costs half of a listing, and most artifacts that are looked for are not there.
        if not await _patiently(self._objects.exists, ARTIFACTS_BUCKET, object_key(stage, address, REPORT)):
            return None
        prefix = object_key(stage, address, "")
        keys = await _patiently(self._objects.list_keys, ARTIFACTS_BUCKET, prefix)
        return tuple(sorted(key.removeprefix(prefix) for key in keys))

    async def fetch(
        self, stage: AnyStage, inputs: Mapping[str, ArtifactReference], source: SourceReference, directory: Path
    ) -> None:
        """Fetch what the stage reads.

        Raises:
            PermanentFailure: Something is not there; another attempt would not find it either.
        """
        fetches = [
            self._fetch_file(ARTIFACTS_BUCKET, artifact.key(name), directory / "inputs" / read / name)
            for read, artifact in inputs.items()
            for name in {REPORT, *artifact.files}
            if stage.wants(read, name)
        ]
        if stage.reads_source:
            fetches.append(self._fetch_file(source.bucket, source.key, directory / "source"))
        await _together(fetches)

    async def store(self, stage: str, address: str, output: Path) -> tuple[str, ...]:
        """Store all files below `output`, the report when all others are there; their names."""
        names = _names_below(output)  # a handful: a thread would cost more than the look
        await _together(self._store_file(stage, address, name, output) for name in names if name != REPORT)
        await self._store_file(stage, address, REPORT, output)
        return names

    async def _fetch_file(self, bucket: str, key: str, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            await _patiently(self._objects.get_file, bucket, key, path)
        except KeyError as error:
            raise PermanentFailure(FailureCode.INTERNAL_ERROR, "A file that the stage reads is missing.") from error

    async def _store_file(self, stage: str, address: str, name: str, output: Path) -> None:
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        key = object_key(stage, address, name)
        await _patiently(self._objects.put_file, ARTIFACTS_BUCKET, key, output / name, content_type)


def _names_below(output: Path) -> tuple[str, ...]:
    files = (path for path in output.rglob("*") if path.is_file() and not path.is_symlink())
    return tuple(sorted(path.relative_to(output).as_posix() for path in files))


async def _together(coroutines: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run them, a few at a time; the first failure cancels the others and is raised alone."""
    places = asyncio.Semaphore(FILES_AT_ONCE)

    async def placed(coroutine: Coroutine[Any, Any, None]) -> None:
        async with places:
            await coroutine

    try:
        async with asyncio.TaskGroup() as group:
            for coroutine in coroutines:
                group.create_task(placed(coroutine))
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
