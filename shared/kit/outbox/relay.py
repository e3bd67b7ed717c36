"""The relay: publishes what outboxes hold, at least once, and takes it out."""

import asyncio
import contextvars
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from shared.contracts.failures import TransientFailure
from shared.contracts.instants import now
from shared.kit.bus.messages import MessageTooLarge, Outgoing
from shared.kit.documents import Collection, Range
from shared.kit.outbox.entries import Document, Entry, drop, outgoing

SWEEP_EVERY_SECONDS = 0.5
SWEPT_AT_ONCE = 100
REMEMBERED_IDS = 50_000
"""Of entries that were said; who is forgotten before its document is cleared is said again."""

PUT_OFF = timedelta(minutes=1)
"""For so long an entry that Kafka refuses is left alone, so that it stands in nobody's way."""

log = structlog.get_logger()


class Publisher(Protocol):
    """The part of the bus that a relay needs."""

    async def say_raw(self, messages: Sequence[Outgoing]) -> None:
        """Return when all are acknowledged; TransientFailure when they are not, MessageTooLarge when one never is."""


class Relay:
    """Publishes the outboxes of some collections' documents.

    Each document there has `outbox` and `outbox_due_at`, and each collection an index on the latter.
    """

    def __init__(self, collections: Sequence[Collection], bus: Publisher) -> None:
        self._collections = collections
        self._bus = bus
        self._said: OrderedDict[str, None] = OrderedDict()
        self._on_their_way: set[str] = set()
        self._hurried: list[Entry] = []
        self._hurrying: asyncio.Task[None] | None = None

    async def publish(self, collection: Collection, document: Document) -> None:
        """Say at once what a document says that was just stored; whatever fails is left to the sweep."""
        try:
            await self._say(self._unsaid(document))
        except (TransientFailure, MessageTooLarge) as error:
            log.warning("left to the sweep", collection=collection.name, error=str(error))

    def hurry(self, collection: Collection, document: Document) -> None:
        """As `publish`, but nobody waits for it, and what is hurried at the same time is said together."""
        entries = self._unsaid(document)
        if not entries:
            return
        self._hurried += entries
        self._on_their_way.update(entry["id"] for entry in entries)
        if self._hurrying is None:
            # Not in the context of this caller: the trace of one must not become that of all.
            self._hurrying = asyncio.get_running_loop().create_task(
                self._say_hurried(collection.name), context=contextvars.Context()
            )

    def settle(self, document: Document) -> None:
        """Take out of the document, before it is next replaced, what is known to be said."""
        drop(document, self._said.__contains__)

    async def run(self) -> None:
        """Publish and take out what is due, for ever."""
        pause_seconds = SWEEP_EVERY_SECONDS
        while True:
            try:
                while await self.sweep():
                    pass
                pause_seconds = SWEEP_EVERY_SECONDS
            except TransientFailure as error:
                log.warning("the sweep of the outboxes starts again", error=str(error))
                pause_seconds = min(2 * pause_seconds, 5.0)
            except Exception:
                # Without it nothing would be said any more, and nobody would notice.
                log.exception("the sweep of the outboxes failed")
                pause_seconds = 5.0
            await asyncio.sleep(pause_seconds)

    async def sweep(self) -> bool:
        """Publish and take out what is due by now, some of each collection; whether there may be more."""
        at = now()
        is_full = False
        for collection in self._collections:
            due = await collection.find(
                {"outbox_due_at": Range(lte=at)}, sort=[("outbox_due_at", 1)], limit=SWEPT_AT_ONCE
            )
            if due:
                cleared = await self._relay(collection, due, at)
                is_full |= len(due) == SWEPT_AT_ONCE and cleared
        return is_full

    async def _relay(self, collection: Collection, due: Sequence[Document], at: datetime) -> bool:
        try:
            await self._say([entry for document in due for entry in self._unsaid(document)])
        except MessageTooLarge:
            for document in due:
                await self._relay_alone(collection, document, at)
        return any(await asyncio.gather(*(self._clear(collection, document) for document in due)))

    async def _relay_alone(self, collection: Collection, document: Document, at: datetime) -> None:
        for entry in self._unsaid(document):
            try:
                await self._say([entry])
            except MessageTooLarge as error:
                log.error("an entry is refused", collection=collection.name, entry=entry["id"], error=str(error))  # noqa: TRY400  no place in the code is to blame
                document["outbox_due_at"] = at + PUT_OFF

    async def _clear(self, collection: Collection, document: Document) -> bool:
        ids = [entry["id"] for entry in document["outbox"]]
        due_at = document["outbox_due_at"]
        self.settle(document)
        if len(document["outbox"]) == len(ids) and due_at <= now():
            return False  # all of it is still on its way
        if not await collection.replace(document):
            return False  # it has changed, and is still due: the next sweep takes it
        left = {entry["id"] for entry in document["outbox"]}
        for one in ids:
            if one not in left:
                self._said.pop(one, None)
        return True

    async def _say_hurried(self, collection_name: str) -> None:
        try:
            while self._hurried:
                entries, self._hurried = self._hurried, []
                try:
                    await self._say(entries)
                except (TransientFailure, MessageTooLarge) as error:
                    log.warning("left to the sweep", collection=collection_name, error=str(error))
        finally:
            self._on_their_way.difference_update(entry["id"] for entry in self._hurried)
            self._hurried = []
            self._hurrying = None

    async def _say(self, entries: Sequence[Entry]) -> None:
        ids = [entry["id"] for entry in entries]
        self._on_their_way.update(ids)
        try:
            if entries:
                await self._bus.say_raw([outgoing(entry) for entry in entries])
        finally:
            self._on_their_way.difference_update(ids)
        self._said.update(dict.fromkeys(ids))
        while len(self._said) > REMEMBERED_IDS:
            self._said.popitem(last=False)

    def _unsaid(self, document: Document) -> list[Entry]:
        return [
            entry
            for entry in document.get("outbox", ())
            if entry["id"] not in self._said and entry["id"] not in self._on_their_way
        ]
