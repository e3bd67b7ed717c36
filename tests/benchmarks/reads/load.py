"""A closed loop of readers, each of any of the URLs in a file, one a line; says how many they were.

`python -m tests.benchmarks.reads.load FILE TOKEN CONNECTIONS SECONDS`
"""

import asyncio
import random
import sys
import time
from pathlib import Path

import aiohttp
import orjson
import uvloop


async def read(session: aiohttp.ClientSession, urls: list[str], headers: dict[str, str], until: float) -> list[float]:
    seconds = []
    while (began := time.perf_counter()) < until:
        async with session.get(random.choice(urls), headers=headers) as response:
            if response.status != 200:
                raise RuntimeError(f"{response.status}: {await response.text()}")
            await response.read()
        seconds.append(time.perf_counter() - began)
    return seconds


async def main(urls: list[str], token: str, connections: int, seconds: float) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections)) as session:
        began = time.perf_counter()
        readers = await asyncio.gather(*(read(session, urls, headers, began + seconds) for _ in range(connections)))
    took = sorted(one for reader in readers for one in reader)
    print(
        orjson.dumps(
            {
                "requests": len(took),
                "seconds": time.perf_counter() - began,
                "p50_seconds": took[len(took) // 2],
                "p95_seconds": took[len(took) * 95 // 100],
            }
        ).decode()
    )


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]).read_text().split(), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
