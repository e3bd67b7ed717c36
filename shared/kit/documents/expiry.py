"""Deletes what has expired: by an index, from time to time, on every engine alike.

The embedded engine's own expiry looks through the whole collection at every read of it, twice; a list of a hundred out
of a hundred thousand rows would take a second.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import structlog

from shared.kit.documents.where import Range
from shared.kit.failures import StoreUnavailable
from shared.kit.process import end

EVERY_SECONDS = 10.0
CANCELLED_AGAIN_AFTER_SECONDS = 1.0

Delete = Callable[[dict[str, Any]], Awaitable[int]]

log = structlog.get_logger()


class Expiry:
    """The collections of a database whose documents expire, and the task that looks after them."""

    def __init__(self, every_seconds: float = EVERY_SECONDS) -> None:
        self._every_seconds = every_seconds
        self._deletes: dict[tuple[str, str], Delete] = {}
        self._task: asyncio.Task[None] | None = None

    def watch(self, collection: str, field: str, delete: Delete) -> None:
        """From now on delete the collection's documents some time after the instant in that field."""
        self._deletes[collection, field] = delete
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Delete nothing more."""
        task, self._task = self._task, None
        if task is not None:
            await end(task, CANCELLED_AGAIN_AFTER_SECONDS)

    async def _run(self) -> None:
        while True:
            for (collection, field), delete in list(self._deletes.items()):
                try:
                    deleted = await delete({field: Range(lt=datetime.now(UTC))})
                except StoreUnavailable as error:
                    log.warning("expired documents are not deleted", collection=collection, error=str(error))
                else:
                    if deleted:
                        log.debug("expired documents deleted", collection=collection, count=deleted)
            await asyncio.sleep(self._every_seconds)
