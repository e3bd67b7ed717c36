"""When keys were last used: written at most once a minute per key, never on a call's own way."""

import asyncio
from datetime import datetime, timedelta

import structlog

from shared.kit.documents import Collection
from shared.kit.failures import StoreUnavailable

LEAST_INTERVAL = timedelta(minutes=1)
WRITE_EVERY_SECONDS = 1.0
MOST_REMEMBERED = 100_000

log = structlog.get_logger()


class KeyUsage:
    """Notes uses in memory and writes them from time to time."""

    def __init__(self, keys: Collection) -> None:
        self._keys = keys
        self._written: dict[str, datetime] = {}
        self._unwritten: dict[str, datetime] = {}

    def note(self, key_id: str, now: datetime) -> None:
        """A key was used."""
        written = self._written.get(key_id)
        if written is None or now - written >= LEAST_INTERVAL:
            self._written[key_id] = now
            self._unwritten[key_id] = now

    async def run(self) -> None:
        """Write what was noted, until cancelled."""
        while True:
            await asyncio.sleep(WRITE_EVERY_SECONDS)
            noted, self._unwritten = self._unwritten, {}
            for key_id, used_at in noted.items():
                try:
                    await self._write(key_id, used_at)
                except StoreUnavailable as error:
                    log.warning("the last use of a key was not written", key_id=key_id, error=str(error))
            if len(self._written) > MOST_REMEMBERED:
                self._written.clear()

    async def _write(self, key_id: str, used_at: datetime) -> None:
        key = await self._keys.get(key_id)
        if key is None or (key["last_used_at"] is not None and used_at - key["last_used_at"] < LEAST_INTERVAL):
            return
        key["last_used_at"] = used_at
        await self._keys.replace(key)  # lost to an operator's change: the next use is written
