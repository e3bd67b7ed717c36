"""Saying: messages are sent together, and are said when Kafka has acknowledged all of them."""

import asyncio
import contextlib
from collections.abc import Sequence

import structlog
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.structs import RecordMetadata
from faststream.kafka import KafkaBroker

from shared.contracts.failures import TransientFailure
from shared.kit.bus import metrics
from shared.kit.bus.messages import MessageTooLarge, Outgoing
from shared.kit.telemetry import trace_headers

# A broker that restarts is back in 5 to 10 s, and the idempotent producer goes on where it was.
ACKNOWLEDGED_SECONDS = 30.0
# As long as Kafka itself is given to take the rest at the end of a process.
LAST_WORDS_SECONDS = 5.0
REPLACE_PAUSE_SECONDS = 1.0
# Kafka's own limit of a message, message.max.bytes.
LARGEST_REQUEST_BYTES = 1_048_576
# What is said together goes as one batch a partition; aiokafka's 16 KiB make a burst wait for itself.
LARGEST_BATCH_BYTES = 262_144

log = structlog.get_logger()


class Speaker:
    """The producing half: acks=all, idempotent, made anew when it cannot go on."""

    def __init__(self, bootstrap_servers: Sequence[str], service: str) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._service = service
        self._broker: KafkaBroker | None = None
        self._replacing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect; raises aiokafka's errors when there is nobody to connect to."""
        broker = self._new_broker()
        try:
            await broker.connect()
        except BaseException:
            await _end(broker)
            raise
        self._broker = broker

    async def stop(self) -> None:
        """Send what is still on its way, as long as that takes at most 5 s."""
        if self._replacing:
            self._replacing.cancel()
        broker, self._broker = self._broker, None
        if broker:
            await _end(broker)

    async def say(self, messages: Sequence[Outgoing]) -> None:
        """Send all, and return when all are acknowledged.

        Raises:
            TransientFailure: Not all are known to be acknowledged; some or all may be said all the same.
            MessageTooLarge: One of them is larger than Kafka takes; some of the others may be said.
        """
        broker = self._broker
        if broker is None:
            raise TransientFailure("there is no connection to Kafka")
        waiting: list[asyncio.Future[RecordMetadata]] = []
        try:
            async with asyncio.timeout(ACKNOWLEDGED_SECONDS):
                for message in messages:
                    waiting.append(await _send(broker, message))  # noqa: PERF401  one that fails must not lose the others
                await asyncio.wait(waiting)
            for future in waiting:
                future.result()
        except MessageSizeTooLargeError as error:
            raise MessageTooLarge(str(error)) from error
        except TimeoutError as error:
            raise TransientFailure(f"Kafka has not acknowledged within {ACKNOWLEDGED_SECONDS:.0f} s") from error
        except KafkaError as error:
            self._replace(broker, error)
            raise TransientFailure(f"Kafka has not acknowledged: {type(error).__name__}") from error
        finally:
            for future in waiting:
                future.add_done_callback(_look_at)
        for message in messages:
            metrics.SAID.labels(message.topic_name).inc()

    def _replace(self, broken: KafkaBroker, error: KafkaError) -> None:
        """An idempotent producer that was refused once has a gap in its numbers and is refused for ever."""
        if self._broker is broken:
            log.warning("producer replaced", error=type(error).__name__)
            self._broker = None
            self._replacing = asyncio.create_task(self._start_again(broken))

    async def _start_again(self, broken: KafkaBroker) -> None:
        await _end(broken)
        while self._broker is None:
            with contextlib.suppress(KafkaError, OSError):
                await self.start()
                return
            await asyncio.sleep(REPLACE_PAUSE_SECONDS)

    def _new_broker(self) -> KafkaBroker:
        return KafkaBroker(
            self._bootstrap_servers,
            client_id=self._service,
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            max_batch_size=LARGEST_BATCH_BYTES,
            max_request_size=LARGEST_REQUEST_BYTES,
            apply_types=False,
            allow_auto_create_topics=False,
            id_generator=_no_id,
            logger=None,
        )


async def _send(broker: KafkaBroker, message: Outgoing) -> asyncio.Future[RecordMetadata]:
    key = message.key.encode() if isinstance(message.key, str) else message.key
    headers = {**message.headers, **trace_headers()}
    return await broker.publish(message.value, message.topic_name, key=key, headers=headers, no_confirm=True)


async def _end(broker: KafkaBroker) -> None:
    with contextlib.suppress(TimeoutError, KafkaError):
        async with asyncio.timeout(LAST_WORDS_SECONDS):
            await broker.stop()


def _look_at(future: asyncio.Future[RecordMetadata]) -> None:
    if not future.cancelled():
        future.exception()


def _no_id() -> str:
    """FastStream's header correlation_id is not used: the envelope carries it."""
    return ""
