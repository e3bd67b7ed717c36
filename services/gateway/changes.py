"""Make and change resources that are no runs: what is said of them commits with them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from services.gateway.speaking import say_with
from services.gateway.store import Document
from shared.contracts.events import Event
from shared.kit.documents import Collection, DuplicateId
from shared.kit.outbox import Relay

Apply = Callable[[Document, datetime], Awaitable[Sequence[Event]]]
"""Changes a document in place and says what is to be said of it."""


async def find_or_make(
    collection: Collection, document_id: str, make: Callable[[], Awaitable[Document]]
) -> tuple[Document, bool]:
    """The document with an id that was allotted beforehand, and whether it was made now.

    Raises:
        DuplicateId: It is not there and cannot be made: another one has a value of it that must be unique.
    """
    try:
        return await make(), True
    except DuplicateId:
        found = await collection.get(document_id)
        if found is None:
            raise
        return found, False


async def insert(
    relay: Relay, collection: Collection, document: Document, events: Sequence[Event], now: datetime
) -> Document:
    """Store a new document with what is said of it."""
    say_with(document, events, now)
    await collection.insert(document)
    if events:
        relay.hurry(collection, document)
    return document


async def change(
    relay: Relay, collection: Collection, document_id: str, clock: Callable[[], datetime], apply: Apply
) -> Document | None:
    """Change a document, however many others change it at the same time; None when it is gone."""
    while (document := await collection.get(document_id)) is not None:
        now = clock()
        events = await apply(document, now)
        relay.settle(document)
        if events:
            say_with(document, events, now)
        if await collection.replace(document):
            if events:
                relay.hurry(collection, document)
            return document
    return None
