"""Nothing that was stored to be said is lost, whoever dies and whoever else writes."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.envelope import Envelope, decode
from shared.contracts.failures import TransientFailure
from shared.contracts.ids import new_id
from shared.contracts.instants import now
from shared.contracts.topics import RUN_FACTS
from shared.kit.bus.messages import MessageTooLarge, Outgoing
from shared.kit.documents import Collection, Range
from shared.kit.outbox import NO_DUE, Relay, speak

LONG_AGO = timedelta(minutes=5)


class RecordingBus:
    """Remembers what was said; may be told to fail, to wait, or to let something happen while it speaks."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.batches: list[int] = []
        self.is_down = False
        self.refused: set[str] = set()
        self.meanwhile: Callable[[], Awaitable[object]] | None = None
        self._spoke = asyncio.Condition()

    async def say_raw(self, messages: Sequence[Outgoing]) -> None:
        if self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        await asyncio.sleep(0)
        if self.is_down:
            raise TransientFailure("the bus is down")
        ids = [decode(message.value).id for message in messages]
        if self.refused & set(ids):
            raise MessageTooLarge("one is too large")
        self.said += ids
        self.batches.append(len(ids))
        async with self._spoke:
            self._spoke.notify_all()

    async def until_said(self, count: int) -> None:
        async with self._spoke:
            await self._spoke.wait_for(lambda: len(self.said) >= count)


@pytest.fixture
def bus() -> RecordingBus:
    return RecordingBus()


@pytest.fixture
def relay(collection: Collection, bus: RecordingBus) -> Relay:
    return Relay([collection], bus)


@pytest.fixture(autouse=True)
async def _index(collection: Collection) -> None:
    await collection.ensure_index(("outbox_due_at", 1))


def envelope(name: str) -> Envelope:
    return Envelope(
        id=name,
        source="/rushes/test",
        type="dev.rushes.test.v1",
        subject="a",
        time=now(),
        dataschema="test",
        data={},
        correlationid="a",
    )


def speaking(name: str, *messages: str, ago: timedelta = LONG_AGO) -> dict[str, Any]:
    document: dict[str, Any] = {"_id": name, "revision": 0}
    speak(document, [(RUN_FACTS, envelope(message)) for message in messages], now() - ago)
    return document


async def say_more(collection: Collection, name: str, message: str) -> None:
    document = await collection.get(name)
    assert document is not None
    speak(document, [(RUN_FACTS, envelope(message))], now() - LONG_AGO)
    assert await collection.replace(document)


async def outbox(collection: Collection, name: str) -> list[str]:
    document = await collection.get(name)
    assert document is not None
    assert (document["outbox_due_at"] == NO_DUE) is (document["outbox"] == [])
    return [entry["id"] for entry in document["outbox"]]


async def test_what_nobody_published_is_published_by_another_relay(
    collection: Collection, bus: RecordingBus, relay: Relay
) -> None:
    await collection.insert(speaking("a", "1", "2"))
    await collection.insert(speaking("b", "3"))
    await relay.sweep()
    assert sorted(bus.said) == ["1", "2", "3"]
    assert bus.batches == [3]
    assert await outbox(collection, "a") == await outbox(collection, "b") == []


async def test_its_writer_is_given_time_to_publish_it(collection: Collection, bus: RecordingBus, relay: Relay) -> None:
    await collection.insert(speaking("a", "1", ago=timedelta(0)))
    await relay.sweep()
    assert bus.said == []
    assert await outbox(collection, "a") == ["1"]


async def test_what_was_published_is_only_cleared(collection: Collection, bus: RecordingBus, relay: Relay) -> None:
    document = speaking("a", "1", "2")
    await collection.insert(document)
    await relay.publish(collection, document)
    assert bus.said == ["1", "2"]
    await relay.sweep()
    assert bus.said == ["1", "2"]
    assert await outbox(collection, "a") == []
    assert (await collection.get("a") or {})["revision"] == 1


async def test_who_dies_between_saying_and_clearing_is_followed_by_another(
    collection: Collection, bus: RecordingBus, relay: Relay
) -> None:
    document = speaking("a", "1")
    await collection.insert(document)
    await Relay([collection], bus).publish(collection, document)
    await relay.sweep()
    assert bus.said == ["1", "1"]
    assert await outbox(collection, "a") == []


async def test_the_next_change_takes_it_out(collection: Collection, bus: RecordingBus, relay: Relay) -> None:
    document = speaking("a", "1")
    await collection.insert(document)
    await relay.publish(collection, document)
    document["title"] = "changed"
    relay.settle(document)
    assert await collection.replace(document)
    assert await outbox(collection, "a") == []
    await relay.sweep()
    assert bus.said == ["1"]


async def test_a_change_that_was_too_late_settles_again(
    collection: Collection, bus: RecordingBus, relay: Relay
) -> None:
    document = speaking("a", "1")
    await collection.insert(document)
    await relay.publish(collection, document)
    await say_more(collection, "a", "2")
    relay.settle(document)
    assert not await collection.replace(document)
    document = await collection.get("a") or {}
    relay.settle(document)
    assert await collection.replace(document)
    assert await outbox(collection, "a") == ["2"]
    await relay.sweep()
    assert bus.said == ["1", "2"]


async def test_a_change_while_the_sweep_speaks_loses_nothing(
    collection: Collection, bus: RecordingBus, relay: Relay
) -> None:
    await collection.insert(speaking("a", "1"))
    bus.meanwhile = lambda: say_more(collection, "a", "2")
    await relay.sweep()
    assert await outbox(collection, "a") == ["1", "2"]
    await relay.sweep()
    assert bus.said == ["1", "2"]
    assert await outbox(collection, "a") == []


async def test_two_relays_clear_once(collection: Collection) -> None:
    buses = [RecordingBus(), RecordingBus()]
    names = [f"d{n}" for n in range(20)]
    await collection.insert_missing([speaking(name, name) for name in names])
    await asyncio.gather(*(Relay([collection], bus).sweep() for bus in buses))
    assert {*buses[0].said, *buses[1].said} == set(names)
    for name in names:
        assert await outbox(collection, name) == []
        assert (await collection.get(name) or {})["revision"] == 1


async def test_a_bus_that_is_down_loses_nothing(collection: Collection, bus: RecordingBus, relay: Relay) -> None:
    document = speaking("a", "1")
    await collection.insert(document)
    bus.is_down = True
    await relay.publish(collection, document)
    relay.hurry(collection, document)
    with pytest.raises(TransientFailure):
        await relay.sweep()
    assert await outbox(collection, "a") == ["1"]
    bus.is_down = False
    await relay.sweep()
    assert bus.said == ["1"]
    assert await outbox(collection, "a") == []


async def test_hurried_documents_are_said_together(collection: Collection, bus: RecordingBus, relay: Relay) -> None:
    documents = [speaking(f"d{n}", f"{n}") for n in range(10)]
    for document in documents:
        await collection.insert(document)
        relay.hurry(collection, document)
    relay.hurry(collection, documents[0])
    await bus.until_said(10)
    assert sorted(bus.said) == [f"{n}" for n in range(10)]
    await relay.sweep()
    assert len(bus.said) == 10
    assert await outbox(collection, "d9") == []


async def test_the_sweep_leaves_what_is_on_its_way(collection: Collection, bus: RecordingBus, relay: Relay) -> None:
    document = speaking("a", "1")
    await collection.insert(document)
    acknowledged, asked = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        asked.set()
        await acknowledged.wait()

    bus.meanwhile = slowly
    relay.hurry(collection, document)
    await asked.wait()
    assert not await relay.sweep()
    assert await outbox(collection, "a") == ["1"]
    acknowledged.set()
    await bus.until_said(1)
    await relay.sweep()
    assert bus.said == ["1"]
    assert await outbox(collection, "a") == []


async def test_what_kafka_refuses_stands_in_nobodys_way(
    collection: Collection, bus: RecordingBus, relay: Relay
) -> None:
    bus.refused = {"large"}
    await collection.insert(speaking("a", "1", "large", "2"))
    await collection.insert(speaking("b", "3"))
    await relay.sweep()
    assert set(bus.said) == {"1", "2", "3"}
    assert await outbox(collection, "a") == ["large"]
    assert await outbox(collection, "b") == []
    assert await collection.find({"outbox_due_at": Range(lte=now())}) == []


async def test_more_than_one_batch_is_taken_at_once(collection: Collection, bus: RecordingBus, relay: Relay) -> None:
    await collection.insert_missing([speaking(f"d{n:03}", f"{n}") for n in range(250)])
    sweeps = 1
    while await relay.sweep():
        sweeps += 1
    assert sweeps == 3
    assert len(bus.said) == 250
    assert await collection.find({"outbox_due_at": Range(lte=now())}) == []


async def test_under_writers_relays_and_a_failing_bus_everything_is_said(collection: Collection) -> None:
    dice = random.Random(7)
    bus = RecordingBus()
    relays = [Relay([collection], bus), Relay([collection], bus)]
    await collection.insert_missing([speaking(f"d{n}") for n in range(4)])
    written: list[str] = []

    async def write(writer: int) -> None:
        for _ in range(15):
            bus.is_down = dice.random() < 0.3
            message = new_id()
            while True:
                document = await collection.get(f"d{dice.randrange(4)}") or {}
                relays[writer % 2].settle(document)
                speak(document, [(RUN_FACTS, envelope(message))], now() - LONG_AGO)
                if await collection.replace(document):
                    break
            written.append(message)
            if dice.random() < 0.7:
                relays[writer % 2].hurry(collection, document)

    running = [asyncio.create_task(relay.run()) for relay in relays]
    await asyncio.gather(*(write(writer) for writer in range(4)))
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)

    bus.is_down = False
    survivor = Relay([collection], bus)
    while await collection.find({"outbox_due_at": Range(lte=now())}):
        await survivor.sweep()
    assert len(written) == 60
    assert set(written) == set(bus.said)
    assert [await outbox(collection, f"d{n}") for n in range(4)] == [[]] * 4
