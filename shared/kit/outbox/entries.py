"""What a document still has to say: entries of its field `outbox`, due at `outbox_due_at`."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.contracts.envelope import CONTENT_TYPE, Envelope, encode
from shared.contracts.topics import Topic
from shared.kit.bus.messages import Outgoing
from shared.kit.telemetry import trace_headers

Document = dict[str, Any]
Entry = dict[str, Any]

NO_DUE = datetime(9999, 1, 1, tzinfo=UTC)
"""`outbox_due_at` of a document that has nothing to say."""

GRACE = timedelta(seconds=1)
"""For so long the writer of an entry is left to publish it itself."""


def speak(document: Document, envelopes: Sequence[tuple[Topic, Envelope]], at: datetime) -> None:
    """Have the document say these messages once it is stored; the trace that led to them goes along."""
    outbox = [*document.get("outbox", ()), *(_entry(topic, envelope) for topic, envelope in envelopes)]
    # What waits for longest decides: a document that is changed all the time must not put off its first words.
    due_at = min(document.get("outbox_due_at", NO_DUE), at + GRACE)
    document |= {"outbox": outbox, "outbox_due_at": due_at if outbox else NO_DUE}


def drop(document: Document, is_said: Callable[[str], bool]) -> None:
    """Take the entries with such ids out of the document, if it has any."""
    if not document.get("outbox"):
        return
    outbox = [entry for entry in document["outbox"] if not is_said(entry["id"])]
    document |= {"outbox": outbox, "outbox_due_at": document["outbox_due_at"] if outbox else NO_DUE}


def outgoing(entry: Entry) -> Outgoing:
    """The entry as a message of the bus."""
    headers = {"content-type": CONTENT_TYPE, **entry.get("headers", {})}
    return Outgoing(entry["topic"], entry["key"], entry["message"].encode(), headers)


def _entry(topic: Topic, envelope: Envelope) -> Entry:
    entry: Entry = {
        "id": envelope.id,
        "topic": topic.name,
        "key": topic.record_key(message_id=envelope.id, subject=envelope.subject),
        "message": encode(envelope).decode(),
    }
    headers = trace_headers()
    return {**entry, "headers": headers} if headers else entry
