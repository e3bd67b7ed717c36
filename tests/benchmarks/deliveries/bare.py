"""What must be done to deliver, and nothing else: insert a document, sign, POST, replace the document.

`python -m tests.benchmarks.deliveries.bare URI DATABASE CA_FILE COUNT CONCURRENCY URL…`; it says what it took.
"""

import asyncio
import secrets
import ssl
import sys
import time
from datetime import UTC, datetime
from typing import Any

import aiohttp
import orjson
import uvloop
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection

from services.webhook_dispatcher.core.signing import headers
from shared.contracts.ids import new_id, prefixed
from tests.benchmarks.deliveries.events import body, secret


class Bare:
    """A loop of deliveries, so many at once."""

    def __init__(self, session: aiohttp.ClientSession, rows: AsyncCollection[dict[str, Any]], urls: list[str]) -> None:
        self._session = session
        self._rows = rows
        self._urls = urls
        self._secret = secret()

    async def deliver(self, numbers: "asyncio.Queue[int]") -> None:
        while not numbers.empty():
            url = self._urls[numbers.get_nowait() % len(self._urls)]
            message_id, at = prefixed("msg", new_id()), datetime.now(UTC)
            row = {
                "_id": secrets.token_hex(16),
                "message_id": message_id,
                "url": url,
                "status": "pending",
                "created_at": at,
                "response_status": None,
            }
            await self._rows.insert_one(row)
            content = body(at)
            signed = headers([self._secret], message_id, int(time.time()), content)
            async with self._session.post(url, data=content, headers=signed) as response:
                await response.read()
            row |= {"status": "succeeded", "response_status": response.status, "finished_at": datetime.now(UTC)}
            await self._rows.replace_one({"_id": row["_id"]}, row)


async def main(uri: str, database: str, ca_file: str, *, count: int, concurrency: int, urls: list[str]) -> None:
    tls = ssl.create_default_context(cafile=ca_file)
    connector = aiohttp.TCPConnector(ssl=tls, limit=0)
    async with AsyncMongoClient[dict[str, Any]](uri) as client, aiohttp.ClientSession(connector=connector) as session:
        bare = Bare(session, client[database]["benchmark_bare"], urls)
        numbers: asyncio.Queue[int] = asyncio.Queue()
        for number in range(count):
            numbers.put_nowait(number)
        used, began = time.process_time(), time.perf_counter()
        await asyncio.gather(*(bare.deliver(numbers) for _ in range(concurrency)))
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - used
    print(orjson.dumps({"deliveries": count, "seconds": seconds, "cpu_seconds": cpu_seconds}).decode())


if __name__ == "__main__":
    uri, database, ca_file, count, concurrency, *urls = sys.argv[1:]
    uvloop.run(main(uri, database, ca_file, count=int(count), concurrency=int(concurrency), urls=urls))
