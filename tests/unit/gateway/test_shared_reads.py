"""Reads that come together share one question, and none is answered with what was true before it was asked."""

import asyncio

import pytest

from services.gateway.http.shared_reads import MOST_VALUES, SharedReads
from shared.kit.documents import StoreUnavailable


class Slow:
    """A collection that answers when it is told to, with what it holds when it is asked."""

    def __init__(self):
        self.documents = {}
        self.asked = []
        self.gates = []

    async def find_one(self, where):
        found = await self.find(where)
        return found[0] if found else None

    async def find(self, where):
        (value,) = where.values()
        values = getattr(value, "values", (value,))
        self.asked.append(values)
        found = [dict(self.documents[one]) for one in values if one in self.documents]
        gate = asyncio.get_running_loop().create_future()
        self.gates.append(gate)
        await gate
        return found

    async def until_asked(self, times):
        while len(self.asked) < times:  # noqa: ASYNC110  it lets the reads go on
            await asyncio.sleep(0)


@pytest.fixture
def slow():
    collection = Slow()
    collection.documents = {str(number): {"_id": str(number), "value": 1} for number in range(1000)}
    return collection


async def test_what_comes_during_a_read_is_asked_for_together_after_it(slow):
    reads = SharedReads(slow)
    first = reads.load("1")
    await slow.until_asked(1)
    others = [reads.load(one) for one in ("2", "3", "2", "1", "none")]
    slow.gates[0].set_result(None)
    await slow.until_asked(2)
    slow.gates[1].set_result(None)
    assert slow.asked == [("1",), ("2", "3", "1", "none")]
    assert [(await future or {}).get("_id") for future in (first, *others)] == ["1", "2", "3", "2", "1", None]


async def test_a_read_never_shows_what_was_changed_before_it_was_asked_for(slow):
    reads = SharedReads(slow)
    early = reads.load("1")
    await slow.until_asked(1)
    slow.documents["1"]["value"] = 2
    late = reads.load("1")
    slow.gates[0].set_result(None)
    await slow.until_asked(2)
    slow.gates[1].set_result(None)
    assert ((await early)["value"], (await late)["value"]) == (1, 2)


async def test_trouble_reaches_everyone_who_waits_and_nobody_after(slow):
    reads = SharedReads(slow)
    futures = [reads.load("1"), reads.load("2")]
    await slow.until_asked(1)
    slow.gates[0].set_exception(StoreUnavailable("gone"))
    for future in futures:
        with pytest.raises(StoreUnavailable):
            await future
    later = reads.load("1")
    await slow.until_asked(2)
    slow.gates[1].set_result(None)
    assert (await later)["_id"] == "1"


async def test_who_stops_waiting_takes_nobody_along(slow):
    reads = SharedReads(slow)
    futures = [reads.load("1"), reads.load("1")]
    futures[0].cancel()
    await slow.until_asked(1)
    slow.gates[0].set_result(None)
    assert (await futures[1])["_id"] == "1"


async def test_one_question_asks_for_a_bounded_number(slow):
    reads = SharedReads(slow)
    futures = [reads.load(str(number)) for number in range(MOST_VALUES + 5)]
    for times in (1, 2):
        await slow.until_asked(times)
        slow.gates[times - 1].set_result(None)
    await asyncio.gather(*futures)
    assert [len(values) for values in slow.asked] == [MOST_VALUES, 5]
