import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from shared.contracts.envelope import encode
from shared.contracts.events import StageProgressed
from shared.contracts.failures import TransientFailure
from shared.contracts.ids import derived_id
from shared.kit.bus import Heard, MessageTooLarge, Outgoing

pytestmark = pytest.mark.integration


class Kept:
    """A handler that keeps what it hears, by the id of the message."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.effects: dict[str, str] = {}

    async def __call__(self, batch: Sequence[Heard]) -> None:
        for message in batch:
            self.heard.append(message)
            self.effects.setdefault(derived_id(message.envelope.id), message.envelope.subject)


async def test_what_is_said_is_heard_by_each_group_from_the_beginning(ground: Any, said: Any, until: Any) -> None:
    speaker = ground.bus()
    await speaker.start()
    await speaker.say([(ground.topic, said("run-1", 0.25))])
    kept = Kept()
    await ground.hearing(kept)
    await until(lambda: kept.heard)
    (message,) = kept.heard
    assert message.envelope.subject == "run-1"
    assert isinstance(message.event, StageProgressed)
    assert message.event.progress == 0.25


async def test_the_order_of_a_key_is_kept(ground: Any, said: Any, until: Any) -> None:
    kept = Kept()
    bus = await ground.hearing(kept, batch=7)
    for step in range(10):
        await bus.say([(ground.topic, said(f"run-{run}", step / 10)) for run in range(8)])
    await until(lambda: len(kept.heard) >= 80)
    by_run = defaultdict(list)
    for message in kept.heard:
        assert isinstance(message.event, StageProgressed)
        by_run[message.envelope.subject].append(message.event.progress)
    assert by_run == {f"run-{run}": [step / 10 for step in range(10)] for run in range(8)}


async def test_messages_that_come_twice_have_one_effect(ground: Any, said: Any, until: Any) -> None:
    kept = Kept()
    bus = await ground.hearing(kept)
    messages = [(ground.topic, said(f"run-{number}")) for number in range(20)]
    await bus.say(messages)
    await bus.say(messages)
    await until(lambda: len(kept.heard) == 40)
    assert sorted(kept.effects.values()) == sorted(f"run-{number}" for number in range(20))


async def test_what_was_handled_does_not_come_again_to_the_group(ground: Any, said: Any, until: Any) -> None:
    first, second = Kept(), Kept()
    bus = await ground.hearing(first)
    await bus.say([(ground.topic, said(f"run-{number}")) for number in range(10)])
    await until(lambda: len(first.heard) == 10)
    await bus.stop()
    again = await ground.hearing(second)
    await again.say([(ground.topic, said("run-last"))])
    await until(lambda: second.heard)
    assert [message.envelope.subject for message in second.heard] == ["run-last"]


async def test_a_batch_that_was_not_finished_comes_again_after_the_end(ground: Any, said: Any, until: Any) -> None:
    tries: list[str] = []

    async def never(batch: Sequence[Heard]) -> None:
        tries.extend(message.envelope.subject for message in batch)
        raise TransientFailure("store is away")

    bus = await ground.hearing(never)
    await bus.say([(ground.topic, said("run-1"))])
    await until(lambda: len(tries) > 1)
    await bus.stop()
    kept = Kept()
    await ground.hearing(kept)
    await until(lambda: kept.heard)
    assert not await ground.dead_letters()


async def test_a_transient_failure_loses_nothing_and_moves_nothing_on(ground: Any, said: Any, until: Any) -> None:
    kept = Kept()
    failures = 4

    async def often_away(batch: Sequence[Heard]) -> None:
        nonlocal failures
        if failures:
            failures -= 1
            raise TransientFailure("store is away")
        await kept(batch)

    bus = await ground.hearing(often_away)
    await bus.say([(ground.topic, said(f"run-{number}")) for number in range(30)])
    await until(lambda: len(kept.heard) == 30)
    assert not await ground.dead_letters()
    assert bus.is_ready()


async def test_a_malformed_message_is_buried_and_the_group_moves_on(ground: Any, said: Any, until: Any) -> None:
    kept = Kept()
    bus = await ground.hearing(kept)
    await bus.say_raw([Outgoing(ground.topic.name, "run-1", b'{"not": "an envelope"}', {"note": "from outside"})])
    await bus.say([(ground.topic, said("run-1"))])
    await until(lambda: kept.heard)
    await bus.stop()
    (letter,) = await ground.dead_letters()
    headers = {name: value.decode() for name, value in letter.headers}
    assert letter.value == b'{"not": "an envelope"}'
    assert letter.key == b"run-1"
    assert headers["reason"] == "malformed"
    assert headers["note"] == "from outside"
    assert headers["original_topic"] == ground.topic.name
    assert headers["original_offset"] == "0"
    assert {"error", "original_partition"} <= headers.keys()


async def test_a_poisoned_message_is_taken_out_of_its_batch(ground: Any, said: Any, until: Any) -> None:
    kept = Kept()

    async def fails_at_one(batch: Sequence[Heard]) -> None:
        if any(message.envelope.subject == "run-3" for message in batch):
            raise ZeroDivisionError("no frames")
        await kept(batch)

    speaker = ground.bus()
    await speaker.start()
    await speaker.say([(ground.topic, said(f"run-{number}")) for number in range(8)])
    bus = await ground.hearing(fails_at_one)
    await until(lambda: len({message.envelope.subject for message in kept.heard}) == 7)
    await bus.stop()
    (letter,) = await ground.dead_letters()
    assert letter.key == b"run-3"
    assert dict(letter.headers)["reason"] == b"handler_failed"


async def test_twenty_in_a_row_stop_the_consumer_and_make_it_not_ready(
    make_ground: Any, ground: Any, said: Any, until: Any
) -> None:
    ground = await make_ground(ground.bootstrap_servers, partitions=1)
    bus = await ground.hearing(Kept())
    await bus.say_raw([Outgoing(ground.topic.name, "run-1", b"noise") for _ in range(25)])
    await bus.say([(ground.topic, said("run-2"))])
    await until(lambda: not bus.is_ready())
    assert len(await ground.dead_letters()) == 20
    await bus.stop()

    kept = Kept()
    repaired = await ground.hearing(kept)
    await until(lambda: kept.heard)
    # A batch is handled before what could not be understood is buried; the end waits for both.
    await repaired.stop()
    assert len(await ground.dead_letters()) == 25
    await ground.close()


async def test_headers_that_are_no_text_do_not_stop_a_message(ground: Any, said: Any, until: Any) -> None:
    from aiokafka import AIOKafkaProducer  # noqa: PLC0415  only here: a stranger's producer

    stranger = AIOKafkaProducer(bootstrap_servers=ground.bootstrap_servers)
    await stranger.start()
    headers = [("reply_to", ground.topic.name.encode()), ("odd", b"\xff\xfe"), ("empty", b"")]
    await stranger.send_and_wait(ground.topic.name, encode(said("run-1")), headers=headers)
    await stranger.stop()
    kept = Kept()
    await ground.hearing(kept)
    await until(lambda: kept.heard)
    assert not await ground.dead_letters()


async def test_a_message_that_kafka_cannot_take_is_said_so_and_the_next_one_passes(
    ground: Any, said: Any, until: Any
) -> None:
    kept = Kept()
    bus = await ground.hearing(kept)
    with pytest.raises(MessageTooLarge):
        await bus.say_raw([Outgoing(ground.topic.name, "run-1", b"x" * 2_000_000)])
    await bus.say([(ground.topic, said("run-2"))])
    await until(lambda: kept.heard)


class Slots:
    """Free slots of a worker: `take` waits for one."""

    def __init__(self, free: int) -> None:
        self.free = asyncio.Semaphore(free)
        self.offers: list[str] = []

    async def take(self) -> None:
        await self.free.acquire()

    async def handle(self, offer: Heard) -> None:
        self.offers.append(offer.envelope.subject)


async def test_an_offer_is_taken_only_while_a_slot_is_free_and_none_is_lost(
    ground: Any, said: Callable[..., Any], until: Any
) -> None:
    slots = Slots(2)
    bus = ground.bus()
    bus.hear_offers(ground.topic, ground.group, slots.take, slots.handle)
    await bus.start()
    names = [f"run-{number}" for number in range(9)]
    await bus.say([(ground.topic, said(name)) for name in names])
    await until(lambda: len(slots.offers) == 2)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            await until(lambda: len(slots.offers) > 2)
    assert len(slots.offers) == 2
    for taken in range(3, 10):
        slots.free.release()
        await until(lambda taken=taken: len(slots.offers) == taken)
    assert sorted(slots.offers) == names


async def test_a_worker_that_ends_while_it_waits_for_a_slot_leaves_its_offers_to_others(
    ground: Any, said: Any, until: Any
) -> None:
    busy, idle = Slots(1), Slots(9)
    first = ground.bus()
    first.hear_offers(ground.topic, ground.group, busy.take, busy.handle)
    await first.start()
    await first.say([(ground.topic, said(f"run-{number}")) for number in range(5)])
    await until(lambda: busy.offers)
    await first.stop()
    second = ground.bus()
    second.hear_offers(ground.topic, ground.group, idle.take, idle.handle)
    await second.start()
    await until(lambda: len(idle.offers) == 4)
    assert sorted(busy.offers + idle.offers) == [f"run-{number}" for number in range(5)]
