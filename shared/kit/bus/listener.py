"""Listening: one consumer of a group, its batches, and the commit after they are dealt with."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.subscriber.usecase import DefaultSubscriber
from opentelemetry.trace import SpanKind

from shared.contracts.topics import Topic
from shared.kit.bus import metrics
from shared.kit.bus.guard import Guard
from shared.kit.bus.messages import Handler, Heard, Outgoing, Record, Take, headers_of
from shared.kit.telemetry import continued, traces_are_on

# How long Kafka keeps a question for new messages open. It bounds two things: the wait of one partition while the
# question for the others is open, and what an idle consumer costs (measured: 0.6 % of a core at 100 ms, 0.2 % at 500).
OPEN_QUESTION_MS = 200
# A consumer waits for a slot, or for a store that is away, as long as it takes; heartbeats go on in the background,
# so a dead process is still noticed after its session.
LONGEST_WAIT_MS = 24 * 3_600_000
SESSION_MS = 10_000
HEARTBEAT_MS = 1_000
REBALANCE_MS = 30_000

T = TypeVar("T")

log = structlog.get_logger()


class Ending(BaseException):
    """The process ends while a batch waits; it is not committed, so it comes again."""


@dataclass(frozen=True)
class Hearing:
    """What a consumer listens to."""

    topics: tuple[Topic, ...]
    group: str
    batch: int
    from_beginning: bool


class Listener:
    """One consumer: FastStream's subscriber hands over a record, the rest of the batch is taken from its buffer."""

    def __init__(self, hearing: Hearing, handler: Handler, bury: Callable[[Outgoing], Awaitable[None]]) -> None:
        self.hearing = hearing
        self.guard = Guard(group=hearing.group, handler=handler, bury=bury, pause=self._pause)
        self._ending = asyncio.Event()
        self._subscriber: DefaultSubscriber | None = None
        self._stopping: asyncio.Task[None] | None = None

    @classmethod
    def of_offers(
        cls,
        hearing: Hearing,
        take: Take,
        handler: Callable[[Heard], Awaitable[None]],
        bury: Callable[[Outgoing], Awaitable[None]],
    ) -> "Listener":
        """A consumer that takes a slot before each offer it hands over."""

        async def take_then_handle(batch: Sequence[Heard]) -> None:
            await listener.unless_ending(take())
            await handler(batch[0])

        listener = cls(hearing, take_then_handle, bury)
        return listener

    def attach(self, broker: KafkaBroker) -> None:
        """Declare the subscriber; the ack policy is the broker's: nothing is acknowledged but by `_commit`."""
        subscriber = broker.subscriber(
            *(topic.name for topic in self.hearing.topics),
            group_id=self.hearing.group,
            auto_offset_reset="earliest" if self.hearing.from_beginning else "latest",
            fetch_max_wait_ms=OPEN_QUESTION_MS,
            max_poll_interval_ms=LONGEST_WAIT_MS,
            rebalance_timeout_ms=REBALANCE_MS,
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
            parser=_as_it_is,
            decoder=_the_record,
            no_reply=True,
        )
        subscriber(self._hear)
        self._subscriber = subscriber

    async def start(self) -> None:
        """Join the group; returns when partitions are assigned."""
        await self._of_faststream().start()

    def end(self) -> None:
        """Stop waiting for slots and stores; a handler that runs may finish."""
        self._ending.set()

    async def unless_ending(self, work: Awaitable[T]) -> T:
        """The result of the work, unless the process ends first."""
        task = asyncio.ensure_future(work)
        end = asyncio.ensure_future(self._ending.wait())
        try:
            await asyncio.wait((task, end), return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise Ending
        finally:
            task.cancel()
            end.cancel()

    async def _pause(self, seconds: float) -> None:
        await self.unless_ending(asyncio.sleep(seconds))

    async def _hear(self, first: ConsumerRecord[bytes, bytes]) -> None:
        consumer = self._of_faststream().consumer
        if self._ending.is_set() or self.guard.is_stopped or consumer is None:
            return
        records: list[Record] = [first]
        if self.hearing.batch > 1:
            for more in (await consumer.getmany(timeout_ms=0, max_records=self.hearing.batch - 1)).values():
                records.extend(more)
        began = perf_counter()
        try:
            with self._traced(records):
                done = await self.guard.handle(records)
        except Ending:
            return
        await self._commit(consumer, records[:done])
        seconds = perf_counter() - began
        metrics.HANDLING.labels(self.hearing.group).observe(seconds)
        log.debug("heard", group=self.hearing.group, messages=done, seconds=round(seconds, 4))
        if self.guard.is_stopped:
            # Not awaited here: to stop the consumer cancels the task that runs this.
            self._stopping = asyncio.create_task(self._of_faststream().stop())

    async def _commit(self, consumer: AIOKafkaConsumer, done: Sequence[Record]) -> None:
        positions: dict[TopicPartition, int] = {}
        for record in done:
            partition = TopicPartition(record.topic, record.partition)
            positions[partition] = max(positions.get(partition, 0), record.offset + 1)
        mine = consumer.assignment()
        kept = {partition: position for partition, position in positions.items() if partition in mine}
        try:
            if kept:
                await consumer.commit(kept)
        except (KafkaError, IllegalStateError) as error:
            # Lost to a rebalance or a broker that restarts: the records come again, and handling is repeatable.
            log.info("commit failed", group=self.hearing.group, error=type(error).__name__)

    @contextmanager
    def _traced(self, records: Sequence[Record]) -> Iterator[None]:
        if not traces_are_on():
            yield
            return
        first, *others = (headers_of(record) for record in records)
        with continued(first, f"hear {self.hearing.group}", SpanKind.CONSUMER, others=others):
            yield

    def _of_faststream(self) -> DefaultSubscriber:
        if self._subscriber is None:
            raise RuntimeError("attach() comes before start()")
        return self._subscriber


async def _as_it_is(record: ConsumerRecord[bytes, bytes]) -> KafkaMessage:
    """Hand the record through: FastStream's own parser fails at headers that are no text, before the guard sees it."""
    return KafkaMessage(body=b"", raw_message=record, headers={}, consumer=_NOBODY)


async def _the_record(message: KafkaMessage) -> Any:  # noqa: ANN401  FastStream's word for a decoded message
    return message.raw_message


class _Nobody:
    """Stands where FastStream expects a consumer to acknowledge with: `_commit` does that."""

    async def commit(self) -> None:
        """Commit nothing."""

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Seek nowhere."""


_NOBODY = _Nobody()
