import asyncio
from collections.abc import Sequence

import pytest

from services.webhook_dispatcher.lots import Lots
from shared.contracts.failures import TransientFailure


class Doubling:
    """Doubles numbers when it is let, and remembers which came together; of odd ones there is trouble."""

    def __init__(self) -> None:
        self.lots: list[list[int]] = []
        self.may_go_on = asyncio.Event()

    async def act(self, numbers: Sequence[int]) -> list[int]:
        self.lots.append(list(numbers))
        await self.may_go_on.wait()
        if any(number % 2 for number in numbers):
            raise TransientFailure("odd")
        return [2 * number for number in numbers]


async def put(lots: Lots[int, int], *numbers: int) -> list[asyncio.Task[int]]:
    """Tasks that wait for their result."""
    tasks = [asyncio.create_task(lots.put(number)) for number in numbers]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_what_comes_meanwhile_goes_together() -> None:
    doubling = Doubling()
    lots = Lots(doubling.act)
    waiting = [*await put(lots, 2), *await put(lots, 4, 6), *await put(lots, 8)]
    doubling.may_go_on.set()
    assert await asyncio.gather(*waiting) == [4, 8, 12, 16]
    assert doubling.lots == [[2], [4, 6, 8]]
    assert await lots.put(10) == 20
    assert doubling.lots[2:] == [[10]]


async def test_trouble_is_everyones_in_its_lot_and_nobody_elses() -> None:
    doubling = Doubling()
    lots = Lots(doubling.act)
    waiting = [*await put(lots, 1), *await put(lots, 2, 4)]
    doubling.may_go_on.set()
    with pytest.raises(TransientFailure):
        await waiting[0]
    assert await asyncio.gather(*waiting[1:]) == [4, 8]


async def test_who_gives_up_stops_nobody() -> None:
    doubling = Doubling()
    lots = Lots(doubling.act)
    first, second, third = [*await put(lots, 2), *await put(lots, 4, 6)]
    first.cancel()
    second.cancel()
    doubling.may_go_on.set()
    assert await third == 12
    assert doubling.lots == [[2], [4, 6]]
