"""Hears topics from now on, with as little between Kafka and the clock as there can be."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer

from shared.contracts.envelope import Envelope, decode


class Ear:
    """A consumer without a group, at the topics' ends when the block begins."""

    def __init__(self, bootstrap_servers: str, *topic_names: str) -> None:
        self._consumer = AIOKafkaConsumer(
            *topic_names, bootstrap_servers=bootstrap_servers, enable_auto_commit=False, auto_offset_reset="latest"
        )

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        await self._consumer.seek_to_end()
        for partition in self._consumer.assignment():
            await self._consumer.position(partition)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._consumer.stop()

    async def bytes(self) -> tuple[bytes, float]:
        """The next message as it is, and when it was heard (seconds since 1970)."""
        record = await self._consumer.getone()
        at = time.time()
        return record.value or b"", at

    async def until(self, is_it: Callable[[Envelope], bool]) -> tuple[Envelope, float]:
        """The next message for which that holds, and when it was heard."""
        while True:
            message, at = await self.bytes()
            envelope = decode(message)
            if is_it(envelope):
                return envelope, at
