import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from deploy.standalone.stack import StackParts
from deploy.standalone.topics import create_topics
from shared.contracts.envelope import Envelope
from shared.contracts.events import StageProgressed
from shared.contracts.instants import now
from shared.contracts.topics import Topic, dead_letters
from shared.kit.bus import Bus, Heard

PATIENCE_SECONDS = 120


def fact(run: str, progress: float = 0.5) -> Envelope:
    said = StageProgressed(run_id=run, run_kind="analysis", stage="ingest", attempt=1, progress=progress)
    return said.enclose(source="ingest", time=now(), correlation_id=run)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110  what is waited for is outside of this process
            await asyncio.sleep(0.01)


@dataclass
class Ground:
    """A topic and a group of a test's own on a Kafka."""

    bootstrap_servers: str
    topic: Topic
    group: str
    buses: list[Bus] = field(default_factory=list)

    @classmethod
    async def made_on(cls, bootstrap_servers: str, partitions: int = 2) -> "Ground":
        name = secrets.token_hex(4)
        topic = Topic(f"rushes.test-{name}.v1", "test", "run id", partitions, partitions, 1, "Facts of a test.")
        group = f"test_{name}"
        await create_topics(bootstrap_servers, [topic, dead_letters(group)])
        return cls(bootstrap_servers, topic, group)

    def bus(self) -> Bus:
        bus = Bus(bootstrap_servers=self.bootstrap_servers, service="test")
        self.buses.append(bus)
        return bus

    async def hearing(
        self, handler: Callable[[Sequence[Heard]], Awaitable[None]], *, batch: int = 200, group: str | None = None
    ) -> Bus:
        bus = self.bus()
        bus.hear([self.topic], group or self.group, handler, batch=batch)
        await bus.start()
        return bus

    async def records(self, topic: Topic) -> list[ConsumerRecord[bytes, bytes]]:
        """All that lies on a topic."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap_servers, auto_offset_reset="earliest")
        await consumer.start()
        try:
            places = [TopicPartition(topic.name, number) for number in range(topic.standalone_partitions)]
            consumer.assign(places)
            ends = await consumer.end_offsets(places)
            found: list[ConsumerRecord[bytes, bytes]] = []
            while any([await consumer.position(place) < ends[place] for place in places]):
                for records in (await consumer.getmany(timeout_ms=100)).values():
                    found.extend(records)
            return found
        finally:
            await consumer.stop()

    async def dead_letters(self) -> list[ConsumerRecord[bytes, bytes]]:
        return await self.records(dead_letters(self.group))

    async def close(self) -> None:
        for bus in self.buses:
            await bus.stop()


@pytest.fixture
async def ground(stack_parts: StackParts) -> AsyncIterator[Ground]:
    made = await Ground.made_on(stack_parts.kafka)
    yield made
    await made.close()


@pytest.fixture
def said() -> Callable[..., Envelope]:
    return fact


@pytest.fixture(name="until")
def until_fixture() -> Callable[[Callable[[], object]], Awaitable[None]]:
    return until


@pytest.fixture
def make_ground() -> Callable[..., Awaitable[Ground]]:
    return Ground.made_on
