import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from deploy.standalone.stack import StackParts
from services.gateway.core.token_bucket import Rate
from services.gateway.http.buckets import Buckets
from shared.contracts.ids import new_id
from shared.kit.documents import Collection, Documents

SLOW = Rate(per_minute=60, burst=30)


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 31, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
async def collection(stack_parts: StackParts) -> AsyncIterator[Collection]:
    documents = Documents.connect(stack_parts.mongodb, stack_parts.mongodb_database)
    yield documents.collection(f"buckets_{new_id().replace('-', '')}")
    await documents.close()


async def test_gateways_in_turns_give_away_the_burst_and_no_more(collection: Collection) -> None:
    clock = Clock()
    gateways = [Buckets(collection, clock) for _ in range(2)]
    waits = [await gateways[number % 2].take("key", SLOW) for number in range(40)]
    assert [wait == 0 for wait in waits] == [True] * 30 + [False] * 10
    clock.pass_by(5)
    waits = [await gateways[number % 2].take("key", SLOW) for number in range(10)]
    assert waits.count(0) == 5


async def test_gateways_at_once_give_away_the_burst_and_no_more(collection: Collection) -> None:
    clock = Clock()
    gateways = [Buckets(collection, clock) for _ in range(3)]
    for _ in range(3):
        waits = await asyncio.gather(*(gateways[number % 3].take("key", SLOW) for number in range(90)))
        assert waits.count(0) == 30
        clock.pass_by(30)


async def test_a_bucket_that_was_forgotten_and_begun_anew_is_not_believed(collection: Collection) -> None:
    clock = Clock()
    one, other = Buckets(collection, clock), Buckets(collection, clock)
    assert await one.take("key", SLOW) == 0
    clock.pass_by(3600)
    await collection.delete({"_id": "key"})  # as expiry does
    waits = await asyncio.gather(*(other.take("key", SLOW) for _ in range(SLOW.burst)))
    assert waits.count(0) == SLOW.burst
    assert (await collection.get("key") or {})["revision"] == 1
    assert await one.take("key", SLOW) > 0


async def test_another_rate_is_taken_from_anew(collection: Collection) -> None:
    clock = Clock()
    buckets = Buckets(collection, clock)
    once = Rate(per_minute=1, burst=1)
    assert [await buckets.take("key", once) for _ in range(2)] == [0, 60]
    assert await buckets.take("key", SLOW) == 0
    assert await buckets.take("another key", once) == 0
