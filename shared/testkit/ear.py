"""Hears what a running Rushes says on the bus of stages, of runs and in public."""

from collections.abc import Iterable
from typing import TypeVar

from aiokafka import AIOKafkaConsumer

from shared.contracts.envelope import Envelope, decode
from shared.contracts.events import Event
from shared.contracts.topics import PUBLIC_EVENTS, RUN_FACTS, STAGE_FACTS
from shared.testkit.patience import PATIENCE_SECONDS, until

TOPICS = (STAGE_FACTS, RUN_FACTS, PUBLIC_EVENTS)

E = TypeVar("E", bound=Event)


class Ear:
    """Keeps what it hears, each message once: what is published twice is the same message twice."""

    def __init__(self) -> None:
        self._heard: dict[str, Envelope] = {}

    async def listen(self, bootstrap_servers: str) -> None:
        """Hear everything from the beginning on, until cancelled."""
        names = [topic.name for topic in TOPICS]
        consumer = AIOKafkaConsumer(*names, bootstrap_servers=bootstrap_servers, auto_offset_reset="earliest")
        await consumer.start()
        try:
            async for record in consumer:
                envelope = decode(record.value)
                self._heard[envelope.id] = envelope
        finally:
            await consumer.stop()

    def messages(self, kind: type[Event], subjects: Iterable[str]) -> list[Envelope]:
        """The messages of a class about these resources so far."""
        wanted = set(subjects)
        return [one for one in self._heard.values() if one.type == kind.event_type and one.subject in wanted]

    def events(self, kind: type[E], *subjects: str) -> list[E]:
        """What they say."""
        return [kind.read(envelope) for envelope in self.messages(kind, subjects)]

    async def until(self, kind: type[E], *subjects: str, count: int = 1, seconds: float = PATIENCE_SECONDS) -> list[E]:
        """The same, once there are so many; TimeoutError when there are not."""

        async def enough() -> list[E] | None:
            found = self.events(kind, *subjects)
            return found if len(found) >= count else None

        return await until(enough, seconds=seconds)
