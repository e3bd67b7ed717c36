"""The bus of a process: declare what is heard, start, say."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from shared.contracts.envelope import Envelope
from shared.contracts.topics import Topic, dead_letters
from shared.kit.bus.guard import pause_seconds
from shared.kit.bus.listener import Hearing, Listener
from shared.kit.bus.messages import Handler, Heard, Outgoing, Take, outgoing
from shared.kit.bus.speaker import Speaker

BATCH_MESSAGES = 200
# How long handlers that run may take to finish when the process ends.
FINISHING_SECONDS = 8.0

log = structlog.get_logger()


class Bus:
    """Kafka behind two verbs."""

    def __init__(self, *, bootstrap_servers: str, service: str) -> None:
        self._bootstrap_servers = [server.strip() for server in bootstrap_servers.split(",")]
        self._service = service
        self._speaker = Speaker(self._bootstrap_servers, service)
        self._listeners: list[Listener] = []
        self._ears: KafkaBroker | None = None
        self._is_started = False

    def hear(
        self,
        topics: Sequence[Topic],
        group: str,
        handler: Handler,
        *,
        batch: int = BATCH_MESSAGES,
        from_beginning: bool = True,
    ) -> None:
        """Hand what is said on the topics to the handler, in batches; to be called before `start`."""
        self._listeners.append(Listener(Hearing(tuple(topics), group, batch, from_beginning), handler, self._bury))

    def hear_offers(self, topic: Topic, group: str, take: Take, handler: Callable[[Heard], Awaitable[None]]) -> None:
        """Hand one offer at a time to the handler, each after `take` has waited for a slot and taken it.

        The offer is acknowledged when the handler returns, so the handler claims it, starts the work and returns.
        After a TransientFailure `take` and the handler are called again for the same offer; a slot that was not needed
        is kept for the next `take` or given back, as the two of them agree.
        """
        hearing = Hearing((topic,), group, batch=1, from_beginning=True)
        self._listeners.append(Listener.of_offers(hearing, take, handler, self._bury))

    async def say(self, messages: Sequence[tuple[Topic, Envelope]]) -> None:
        """Say all; returns when Kafka has acknowledged all.

        Raises:
            TransientFailure: Not all are known to be said.
            MessageTooLarge: Kafka takes no message of that size.
        """
        await self.say_raw([outgoing(topic, envelope) for topic, envelope in messages])

    async def say_raw(self, messages: Sequence[Outgoing]) -> None:
        """As `say`, for bytes that were made before."""
        if messages:
            await self._speaker.say(messages)

    async def start(self) -> None:
        """Wait for Kafka and the topics, as long as it takes; then hear and say."""
        await self._until_it_works("waiting for Kafka", self._speaker.start)
        if self._listeners:
            await self._until_it_works("waiting for topics", self._topics_exist)
            await self._until_it_works("waiting for consumer groups", self._listen)
        self._is_started = True

    async def stop(self) -> None:
        """Let running handlers finish, take no more, send what is on its way."""
        self._is_started = False
        for listener in self._listeners:
            listener.end()
        await self._close_ears()
        await self._speaker.stop()

    def is_ready(self) -> bool:
        """Whether it is started and no consumer has given up."""
        return self._is_started and not any(listener.guard.is_stopped for listener in self._listeners)

    async def _listen(self) -> None:
        self._ears = KafkaBroker(
            self._bootstrap_servers,
            client_id=self._service,
            consumer_only=True,
            ack_policy=AckPolicy.MANUAL,  # the only place where it is set: our guard commits, after handling
            graceful_timeout=FINISHING_SECONDS,
            apply_types=False,
            allow_auto_create_topics=False,
            logger=None,
        )
        for listener in self._listeners:
            listener.attach(self._ears)
        try:
            await self._ears.connect()
            await asyncio.gather(*(listener.start() for listener in self._listeners))
        except BaseException:
            await self._close_ears()
            raise

    async def _close_ears(self) -> None:
        ears, self._ears = self._ears, None
        if ears:
            with contextlib.suppress(TimeoutError, KafkaError, ExceptionGroup):
                async with asyncio.timeout(FINISHING_SECONDS + 2):
                    await ears.stop()

    async def _topics_exist(self) -> None:
        # aiokafka asks for a missing topic a hundred times a second, with a line each time; this asks now and then.
        wanted = {topic.name for listener in self._listeners for topic in listener.hearing.topics}
        wanted |= {dead_letters(listener.hearing.group).name for listener in self._listeners}
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap_servers)
        try:
            await admin.start()
            missing = wanted - set(await admin.list_topics())
        finally:
            await admin.close()
        if missing:
            raise MissingTopics(", ".join(sorted(missing)))

    async def _until_it_works(self, waiting_for: str, act: Callable[[], Awaitable[None]]) -> None:
        attempt = 0
        while True:
            try:
                await act()
            except (KafkaError, OSError, MissingTopics) as error:
                pause = pause_seconds(min(attempt, 5), random.random())
                log.warning(waiting_for, error=f"{type(error).__name__}: {error}", pause_seconds=round(pause, 3))
                await asyncio.sleep(pause)
                attempt += 1
            else:
                return

    async def _bury(self, letter: Outgoing) -> None:
        await self._speaker.say([letter])


class MissingTopics(Exception):  # noqa: N818  it says what is missing
    """Topics that are to be heard do not exist yet."""
