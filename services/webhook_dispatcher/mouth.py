"""What the dispatcher says of deliveries and endpoints."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

from services.webhook_dispatcher.core.deliveries import Document, attempt_fact, exhaustion_fact, success_fact
from services.webhook_dispatcher.core.endpoints import disabling_fact, enabling_fact
from services.webhook_dispatcher.lots import Lots
from services.webhook_dispatcher.store import Store
from shared.contracts.envelope import Envelope
from shared.contracts.events import Event
from shared.contracts.failures import TransientFailure
from shared.contracts.ids import derived_id
from shared.contracts.topics import Topic
from shared.kit.bus import Bus
from shared.kit.outbox import Relay, speak

SOURCE = "webhook_dispatcher"
SAYING_SECONDS = 3.0
"""What Kafka may take before a success is left to the outbox."""

log = structlog.get_logger()


class Mouth:
    """Facts go through the outbox of their row, except successes, of which there are many.

    A success is said before its row is stored as finished, so that the row needs no outbox and no second write to clear
    it. Whoever dies between the two leaves a pending row: the attempt is made again and the fact said again, under the
    same id. When Kafka does not answer, the success goes through the outbox like everything else.
    """

    def __init__(self, bus: Bus, relay: Relay, store: Store) -> None:
        self._bus = bus
        self._relay = relay
        self._store = store
        self._successes = Lots(self._say)

    async def say_success(self, delivery: Document, *, at: datetime) -> None:
        """Say that a delivery succeeded, or put it into the outbox of the row."""
        said = _enclosed(success_fact(delivery), delivery["_id"], delivery["message_id"], at)
        if not await self._successes.put(said):
            speak(delivery, [said], at)

    async def _say(self, messages: Sequence[tuple[Topic, Envelope]]) -> list[bool]:
        """Say messages; for each whether it is known to be said."""
        try:
            async with asyncio.timeout(SAYING_SECONDS):
                await self._bus.say(messages)
        except (TransientFailure, TimeoutError) as failure:
            log.warning("successes are left to the outbox", count=len(messages), error=str(failure))
            return [False] * len(messages)
        return [True] * len(messages)

    def speak_of_attempt(self, delivery: Document, *, at: datetime) -> None:
        """Put a failed attempt that is not the last into the outbox of its row."""
        of = f"{delivery['_id']} {len(delivery['attempts'])}"
        speak(delivery, [_enclosed(attempt_fact(delivery), of, delivery["message_id"], at)], at)

    def speak_of_exhaustion(self, delivery: Document, *, at: datetime) -> None:
        """Put the end of a delivery that failed into the outbox of its row."""
        speak(delivery, [_enclosed(exhaustion_fact(delivery), delivery["_id"], delivery["message_id"], at)], at)

    def speak_of_disabling(self, endpoint: Document, *, at: datetime) -> None:
        """Put the end of an endpoint into the outbox of its row."""
        fact = disabling_fact(endpoint)
        speak(endpoint, [_enclosed(fact, f"{endpoint['_id']} {fact.disabled_at.isoformat()}", endpoint["_id"], at)], at)

    def speak_of_enabling(self, endpoint: Document, *, at: datetime) -> None:
        """Put the new beginning of an endpoint into the outbox of its row."""
        fact = enabling_fact(endpoint)
        speak(endpoint, [_enclosed(fact, f"{endpoint['_id']} {fact.enabled_at.isoformat()}", endpoint["_id"], at)], at)

    async def publish_delivery(self, delivery: Document) -> None:
        """Say what a stored row's outbox holds."""
        await self._relay.publish(self._store.deliveries, delivery)

    async def publish_endpoint(self, endpoint: Document) -> None:
        """As `publish_delivery`."""
        await self._relay.publish(self._store.endpoints, endpoint)


def _enclosed(fact: Event, of: str, correlation_id: str, at: datetime) -> tuple[Topic, Envelope]:
    """The fact in an envelope whose id is the same however often it is said."""
    envelope = fact.enclose(
        source=SOURCE,
        time=at,
        correlation_id=correlation_id,
        event_id=derived_id(fact.event_type, of),
        causation_id=correlation_id,
    )
    return fact.topic, envelope
