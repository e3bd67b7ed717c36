"""Put what a change says into the outbox of its document."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.contracts.envelope import Envelope
from shared.contracts.events import Event, PublicEvent
from shared.contracts.ids import new_id, prefixed
from shared.kit.outbox import speak

SOURCE = "gateway"


def say_with(document: dict[str, Any], events: Sequence[Event], at: datetime, cause: str | None = None) -> None:
    """Add the events to the document's outbox, each in its envelope."""
    speak(document, [(event.topic, enclose(event, document, at, cause)) for event in events], at)


def enclose(event: Event, document: dict[str, Any], at: datetime, cause: str | None) -> Envelope:
    """An event of a resource; a public one's envelope id is the webhook's message id."""
    is_public = isinstance(event, PublicEvent)
    return event.enclose(
        source=SOURCE,
        time=at,
        correlation_id=document["_id"],
        event_id=prefixed("msg", new_id()) if is_public else None,
        causation_id=cause,
        organization_id=document["organization_id"] if is_public else None,
    )
