"""Waiting for what will be so: tests look, they never guess how long something takes."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 20.0

V = TypeVar("V")


async def until(
    look: Callable[[], Awaitable[V | None]], *, seconds: float = PATIENCE_SECONDS, every_seconds: float = LOOK_SECONDS
) -> V:
    """What `look` returns, once that is true; TimeoutError when it does not become so."""
    async with asyncio.timeout(seconds):
        while not (found := await look()):  # noqa: ASYNC110  what is looked at is elsewhere and tells nobody
            await asyncio.sleep(every_seconds)
        return found
