import asyncio
from datetime import timedelta

from shared.contracts.instants import now
from shared.kit.claims import claim
from shared.kit.documents import Collection


async def test_exactly_one_has_it(collection: Collection) -> None:
    expires_at = now() + timedelta(hours=1)
    claimants = [f"worker {n}" for n in range(20)]
    won = await asyncio.gather(
        *(claim(collection, "run:stage:1", owner=name, expires_at=expires_at) for name in claimants)
    )
    assert won.count(True) == 1
    assert (await collection.get("run:stage:1") or {})["owner"] == claimants[won.index(True)]
    assert await claim(collection, "run:stage:2", owner=claimants[0], expires_at=expires_at)


async def test_an_offer_that_comes_twice_is_worked_once(collection: Collection) -> None:
    expires_at = now() + timedelta(hours=1)
    assert await claim(collection, "run:stage:1", owner="worker", expires_at=expires_at)
    assert not await claim(collection, "run:stage:1", owner="worker", expires_at=expires_at)
