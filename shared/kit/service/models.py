"""The models of a worker's stages: their digests, and their files on disk before the first work."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import structlog

from shared.kit.stage import AnyStage

NEXT_TRY_SECONDS = 30.0

log = structlog.get_logger()


class Manifest(Protocol):
    """What is needed of the models' own code, which the kit does not know."""

    def model_digest(self, name: str) -> str:
        """The digest of a model."""

    def model_path(self, name: str, models_dir: Path) -> Path:
        """Its folder, fetched first if it is missing; an exception when that cannot be done."""


class Models:
    """The models that some stages need."""

    def __init__(self, stages: Iterable[AnyStage], models_dir: Path, manifest: Manifest | None = None) -> None:
        names = dict.fromkeys(name for stage in stages for name in stage.models)
        if names and manifest is None:
            raise ValueError(f"the stages need models, and no manifest was given: {', '.join(names)}")
        self._manifest = manifest
        self._models_dir = models_dir
        self._there = {name: asyncio.Event() for name in names}

    def digests(self) -> Mapping[str, str]:
        """The digest of each, by name."""
        return {name: self._manifest.model_digest(name) for name in self._there} if self._manifest else {}

    def are_there(self, stage: AnyStage | None = None) -> bool:
        """Whether the stage's models are on disk; all of them without a stage."""
        return all(self._there[name].is_set() for name in (stage.models if stage else self._there))

    async def wait(self, stage: AnyStage) -> None:
        """Wait until the stage's models are on disk."""
        for name in stage.models:
            await self._there[name].wait()

    async def fetch(self) -> None:
        """Try once to get each that is missing."""
        await asyncio.gather(*(self._fetch(name) for name, there in self._there.items() if not there.is_set()))

    async def keep_fetching(self) -> None:
        """Try again until all are there."""
        while not self.are_there():
            await asyncio.sleep(NEXT_TRY_SECONDS)
            await self.fetch()

    async def _fetch(self, name: str) -> None:
        manifest = self._manifest
        if manifest is None:
            return
        try:
            await _in_thread(lambda: manifest.model_path(name, self._models_dir))
        except Exception as error:  # noqa: BLE001  whatever a source raises: the other stages work without it
            log.error("model_missing", model=name, error=str(error), next_try_seconds=NEXT_TRY_SECONDS)  # noqa: TRY400  the sentence says it all
        else:
            self._there[name].set()


async def _in_thread(act: Callable[[], object]) -> None:
    """Do it in a thread that does not hold up the end of the process, as those of asyncio do."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def settle(error: Exception | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def work() -> None:
        failure: Exception | None = None
        try:
            act()
        except Exception as error:  # noqa: BLE001  handed over
            failure = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(settle, failure)

    threading.Thread(target=work, name="models", daemon=True).start()
    await done
