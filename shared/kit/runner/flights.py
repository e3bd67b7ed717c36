"""Single flight: who wants an artifact that is being made in this process waits for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Flights:
    """One lock for each address, as long as someone wants it."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._wanted: dict[str, int] = {}

    @asynccontextmanager
    async def alone(self, address: str) -> AsyncIterator[None]:
        """Be the only one with this address."""
        lock = self._locks.setdefault(address, asyncio.Lock())
        self._wanted[address] = self._wanted.get(address, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._wanted[address] -= 1
            if not self._wanted[address]:
                del self._wanted[address], self._locks[address]
