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
    async def alone(self, address: str) -> AsyncIterator[bool]:
        """Be the only one with this address; the value says whether somebody else had it when it was asked for."""
        lock = self._locks.setdefault(address, asyncio.Lock())
        self._wanted[address] = self._wanted.get(address, 0) + 1
        try:
            is_taken = lock.locked()
            async with lock:
                yield is_taken
        finally:
            self._wanted[address] -= 1
            if not self._wanted[address]:
                del self._wanted[address], self._locks[address]
