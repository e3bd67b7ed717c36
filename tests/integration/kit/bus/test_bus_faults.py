import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from deploy.standalone.stack import Stack
from shared.contracts.failures import TransientFailure
from shared.kit.bus import Heard

pytestmark = pytest.mark.integration


@pytest.fixture
async def own_kafka(tmp_path: Path) -> AsyncIterator[Stack]:
    """A Kafka that may be killed; its supervisor starts it again on the same port and data."""
    stack = Stack(tmp_path / "kafka", only=("kafka",))
    await asyncio.to_thread(stack.start)
    yield stack
    await asyncio.to_thread(stack.stop)


async def test_a_killed_broker_loses_nothing_that_was_said_and_consumers_go_on(
    own_kafka: Stack, make_ground: Any, said: Any, until: Any
) -> None:
    ground = await make_ground(own_kafka.endpoints.kafka)
    heard: set[str] = set()
    acknowledged: set[str] = set()

    async def keep(batch: Sequence[Heard]) -> None:
        heard.update(message.envelope.subject for message in batch)

    listening = await ground.hearing(keep)
    speaking = ground.bus()
    await speaking.start()
    ended = asyncio.Event()

    async def speak() -> None:
        number = 0
        while not ended.is_set():
            runs = [f"run-{number}-{part}" for part in range(5)]
            number += 1
            while True:
                try:
                    await speaking.say([(ground.topic, said(run)) for run in runs])
                except TransientFailure:
                    await asyncio.sleep(0.1)
                else:
                    break
            acknowledged.update(runs)
            await asyncio.sleep(0.01)

    work = asyncio.create_task(speak())
    for _kill in range(2):
        before = len(acknowledged)
        await until(lambda before=before: len(acknowledged) > before + 50)
        dead = own_kafka.kill("kafka")
        await asyncio.to_thread(own_kafka.until_restarted, "kafka", dead)
        before = len(acknowledged)
        await until(lambda before=before: len(acknowledged) > before + 50)
    ended.set()
    await work
    await until(lambda: acknowledged <= heard)
    assert listening.is_ready()
    await ground.close()


async def test_a_bus_waits_for_a_broker_that_is_not_there_yet_and_for_topics(
    own_kafka: Stack, make_ground: Any, said: Any, until: Any
) -> None:
    ground = await make_ground(own_kafka.endpoints.kafka)
    dead = own_kafka.kill("kafka")
    heard: list[Heard] = []

    async def keep(batch: Sequence[Heard]) -> None:
        heard.extend(batch)

    bus = ground.bus()
    bus.hear([ground.topic], ground.group, keep)
    starting = asyncio.create_task(bus.start())
    assert not bus.is_ready()
    with pytest.raises(TransientFailure):
        await bus.say([(ground.topic, said("run-0"))])
    await asyncio.to_thread(own_kafka.until_restarted, "kafka", dead)
    await starting
    assert bus.is_ready()
    await bus.say([(ground.topic, said("run-1"))])
    await until(lambda: heard)
    await ground.close()
