"""The token buckets of all keys, kept in the store: however many gateways there are, a key has one bucket."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from services.gateway.core.token_bucket import Bucket, Rate, seconds_until_full, take
from services.gateway.store import Document
from shared.kit.documents import Collection, DuplicateId

FORGOTTEN_AFTER = timedelta(minutes=1)
"""A bucket that has been full for so long is deleted; clocks differ by less than half of it."""
MOST_SEEN = 100_000
"""Buckets kept in memory; beyond it they are forgotten and read again."""

_Waits = list[asyncio.Future[int]]


class Buckets:
    """Tokens taken by compare-and-swap; calls of one key that come at the same time take theirs together."""

    def __init__(self, collection: Collection, clock: Callable[[], datetime]) -> None:
        self._collection = collection
        self._clock = clock
        self._waiting: dict[tuple[str, Rate], _Waits] = {}
        self._takers: dict[tuple[str, Rate], asyncio.Task[None]] = {}
        self._seen: dict[str, Document] = {}
        """Buckets as this gateway stored them: one that has changed since costs a refused replace, never a token."""

    async def take(self, key_id: str, rate: Rate) -> int:
        """Take a token; the seconds to wait for one, 0 when there was one. Another rate begins with a full bucket.

        Raises:
            StoreUnavailable: Nobody can say.
        """
        place = (key_id, rate)
        loop = asyncio.get_running_loop()
        wait: asyncio.Future[int] = loop.create_future()
        self._waiting.setdefault(place, []).append(wait)
        if place not in self._takers:
            self._takers[place] = loop.create_task(self._take_for_all(place))
        return await wait

    async def _take_for_all(self, place: tuple[str, Rate]) -> None:
        try:
            while waits := self._waiting.pop(place, None):
                await self._take_together(*place, waits)
        finally:
            del self._takers[place]

    async def _take_together(self, key_id: str, rate: Rate, waits: _Waits) -> None:
        try:
            seconds = await self._taken(key_id, rate, len(waits))
        except Exception as error:  # noqa: BLE001  it is handed to everyone who waits
            for wait in waits:
                if not wait.done():
                    wait.set_exception(error)
            return
        for wait, wait_seconds in zip(waits, seconds, strict=True):
            if not wait.done():
                wait.set_result(wait_seconds)

    async def _taken(self, key_id: str, rate: Rate, count: int) -> list[int]:
        """What each of so many takers must wait, however many other gateways take at the same time."""
        kept = self._last_seen(key_id)
        while True:
            kept = kept or await self._collection.get(key_id)
            bucket, seconds = _bucket_in(kept, rate), []
            now = self._clock()
            for _ in range(count):
                taken = take(bucket, rate, now.timestamp())
                bucket = taken.bucket
                seconds.append(taken.wait_seconds)
            if bucket is None or await self._kept(kept, key_id, bucket, rate, now):
                return seconds
            kept = None

    def _last_seen(self, key_id: str) -> Document | None:
        """The bucket as it was stored here, unless it may have been deleted since and begun anew."""
        seen = self._seen.pop(key_id, None)
        return seen if seen is not None and self._clock() < seen["expires_at"] - FORGOTTEN_AFTER / 2 else None

    async def _kept(self, before: Document | None, key_id: str, bucket: Bucket, rate: Rate, now: datetime) -> bool:
        document = {
            "_id": key_id,
            "revision": 1 if before is None else before["revision"],
            "tokens": bucket.tokens,
            "as_of_seconds": bucket.at_seconds,
            "per_minute": rate.per_minute,
            "burst": rate.burst,
            "expires_at": now + timedelta(seconds=seconds_until_full(bucket, rate)) + FORGOTTEN_AFTER,
        }
        if before is not None:
            if not await self._collection.replace(document):
                return False
        else:
            try:
                await self._collection.insert(document)
            except DuplicateId:
                return False
        if len(self._seen) >= MOST_SEEN:
            self._seen.clear()
        self._seen[key_id] = document
        return True


def _bucket_in(kept: Document | None, rate: Rate) -> Bucket | None:
    if kept is None or Rate(kept["per_minute"], kept["burst"]) != rate:
        return None
    return Bucket(kept["tokens"], kept["as_of_seconds"])
