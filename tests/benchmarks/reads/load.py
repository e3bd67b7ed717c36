"""A closed loop of readers: `python -m tests.benchmarks.reads.load URL TOKEN CONNECTIONS SECONDS`; says how many."""

import asyncio
import sys
import time

import aiohttp
import orjson
import uvloop


async def read(session: aiohttp.ClientSession, url: str, headers: dict[str, str], until: float) -> list[float]:
    seconds = []
    while (began := time.perf_counter()) < until:
        async with session.get(url, headers=headers) as response:
            if response.status != 200:
                raise RuntimeError(f"{response.status}: {await response.text()}")
            await response.read()
        seconds.append(time.perf_counter() - began)
    return seconds


async def main(url: str, token: str, connections: int, seconds: float) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections)) as session:
        began = time.perf_counter()
        readers = await asyncio.gather(*(read(session, url, headers, began + seconds) for _ in range(connections)))
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
    uvloop.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
