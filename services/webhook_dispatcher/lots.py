"""What comes while one lot is under way goes together, as the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Lots(Generic[Item, Result]):
    """Items handed to one act together: alone when little is going on, many at a time when much is."""

    def __init__(self, act: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]]) -> None:
        """`act` answers for each item, in their order; what it raises is raised to everyone who waits for that lot."""
        self._act = act
        self._next: list[tuple[Item, asyncio.Future[Result]]] = []
        self._acting: asyncio.Task[None] | None = None

    async def put(self, item: Item) -> Result:
        """The result of the item; whoever gives up waiting does not stop its lot."""
        loop = asyncio.get_running_loop()
        result: asyncio.Future[Result] = loop.create_future()
        self._next.append((item, result))
        if self._acting is None:
            self._acting = loop.create_task(self._act_on_lots())
        return await result

    async def _act_on_lots(self) -> None:
        try:
            while lot := self._next:
                self._next = []
                await self._act_on(lot)
        finally:
            self._acting = None

    async def _act_on(self, lot: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        waiting = [result for _, result in lot]
        try:
            results = await self._act([item for item, _ in lot])
        except Exception as error:  # noqa: BLE001  it is handed to everyone who waits
            for result in waiting:
                if not result.done():
                    result.set_exception(error)
            return
        for result, value in zip(waiting, results, strict=True):
            if not result.done():
                result.set_result(value)
