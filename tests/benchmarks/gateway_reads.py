"""GET of an analysis against a bare FastAPI route with one find_one: requests per CPU second of the serving process.

`python tests/benchmarks/gateway_reads.py URL KEY VIDEO_ID ANALYSIS_ID GATEWAY_PID MONGODB_URI DATABASE`
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import psutil
import uvicorn
from fastapi import FastAPI
from pymongo import AsyncMongoClient

SECONDS = 6.0
CONCURRENCIES = (1, 4, 16, 64)
BARE_PORT = int(os.environ.get("BARE_PORT", "18300"))


def serve_bare(mongodb: str, database: str) -> None:
    """The yardstick: one route, one read, FastAPI's own JSON."""
    app = FastAPI()
    runs = AsyncMongoClient(mongodb)[database]["runs"]

    @app.get("/v1/videos/{video_id}/analyses/{analysis_id}")
    async def get(video_id: str, analysis_id: str) -> dict:
        found = await runs.find_one({"_id": analysis_id})
        return {
            "data": {name: found[name] for name in ("_id", "video_id", "status", "created_at", "updated_at", "result")},
            "meta": {"request_id": f"req_{video_id}"},
        }

    uvicorn.run(app, port=BARE_PORT, log_level="error", access_log=False, loop="uvloop", http="httptools")


async def load(url: str, headers: dict[str, str], concurrency: int) -> int:
    """How many answers came in the time."""
    count = 0
    end = time.monotonic() + SECONDS

    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=0)) as session:

        async def caller() -> None:
            nonlocal count
            while time.monotonic() < end:
                async with session.get(url) as response:
                    assert response.status == 200, await response.text()
                    await response.read()
                count += 1

        await asyncio.gather(*(caller() for _ in range(concurrency)))
    return count


@contextmanager
def bare(mongodb: str, database: str) -> Iterator[int]:
    """The yardstick as a process of its own."""
    process = subprocess.Popen([sys.executable, __file__, "bare", mongodb, database])
    time.sleep(3)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def measure(pid: int, url: str, headers: dict[str, str], concurrency: int) -> tuple[float, float]:
    """Requests per CPU second of the process, and per second."""
    process = psutil.Process(pid)
    before = process.cpu_times()
    began = time.monotonic()
    count = asyncio.run(load(url, headers, concurrency))
    seconds = time.monotonic() - began
    after = process.cpu_times()
    return count / (after.user + after.system - before.user - before.system), count / seconds


def main() -> None:
    """Print one line for each concurrency."""
    url, key, video_id, analysis_id, pid, mongodb, database = sys.argv[1:]
    path = f"/v1/videos/{video_id}/analyses/{analysis_id}"
    headers = {"Authorization": f"Bearer {key}"}
    with bare(mongodb, database) as bare_pid:
        for concurrency in CONCURRENCIES:
            ours, ours_rate = measure(int(pid), url + path, headers, concurrency)
            yardstick, rate = measure(bare_pid, f"http://127.0.0.1:{BARE_PORT}{path}", headers, concurrency)
            print(
                f"{concurrency:3} at once: ours {ours:6.0f}/cpu s ({ours_rate:5.0f}/s), "
                f"bare {yardstick:6.0f}/cpu s ({rate:5.0f}/s): {100 * ours / yardstick:.0f} %"
            )


if __name__ == "__main__":
    serve_bare(*sys.argv[2:]) if sys.argv[1] == "bare" else main()
