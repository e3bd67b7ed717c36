"""A read of one resource through the gateway, against a bare route that reads one document."""

import asyncio
import os
import secrets
import signal
import statistics
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import bson
from pymongo import AsyncMongoClient

from deploy.standalone.settings import PARTS
from deploy.standalone.stack import Stack
from shared.kit.documents import Documents
from shared.testkit.client import Client
from tests.benchmarks.children import OURS, Child, child, environment_on, free_port, local_url, started
from tests.benchmarks.measuring import cpu_seconds, milliseconds
from tests.benchmarks.reads import profile
from tests.benchmarks.reads.documents import Stored, store_analyses
from tests.benchmarks.reads.gateway import FILE_VARIABLE
from tests.benchmarks.sections import Goal, Section, Table

TITLE = "Reads"
ROUNDS = 6
ROUND_SECONDS = 2.5
CONNECTIONS = (16, 1)
DOCUMENTS = 64
LEAST_SHARE = 0.80
LEAST_SHOWN = 0.005
PACKAGE = "tests.benchmarks.reads"
NEVER_REFUSING = {"requests_per_minute": 1_000_000, "burst": 1_000_000}
LIMITED = "gateway: GET /v1/videos/{v}/analyses/{a}"
UNLIMITED = "the same of an organization without a rate limit"
LEAN = "bare route, orjson"
PLAIN = "bare route, FastAPI's own JSON"


@dataclass(frozen=True)
class Round:
    """What one server did in one round."""

    requests: int
    seconds: float
    cpu_seconds: float
    store_cpu_seconds: float
    p50_seconds: float
    p95_seconds: float

    @property
    def per_cpu_second(self) -> float:
        """Requests for each second of the server's processor time."""
        return self.requests / self.cpu_seconds


@dataclass(frozen=True)
class Target:
    """Something to read from."""

    server: Child
    urls: Path
    token: str = ""


Rounds = dict[tuple[str, int], list[Round]]
"""By target and number of connections."""


async def measure(folder: Path, scale: float) -> Section:
    """Read in turns from the gateway and the bare routes; then once from a gateway under the profiler."""
    stack = Stack(folder / "data", only=PARTS, environment=OURS)
    seconds = max(1.0, ROUND_SECONDS * min(1.0, scale * 3))
    async with started(stack):
        store_pid, parts = stack.pids()["mongodb"], stack.parts
        token, port, bare_port = secrets.token_urlsafe(32), free_port(), free_port()
        environment = environment_on(stack, ADMIN_TOKEN=token, GATEWAY_PORT=str(port))
        serving = child(
            *(f"{PACKAGE}.bare", parts.mongodb, parts.mongodb_database, str(bare_port)),
            environment=environment,
            folder=folder,
        )
        async with child(f"{PACKAGE}.gateway", environment=environment, folder=folder) as gateway, serving as bare:
            await gateway.until_answering(local_url(port, "/health/ready"))
            await bare.until_answering(local_url(bare_port, "/health"))
            limited, stored = await _prepared(stack, port, token, rate_limit=NEVER_REFUSING)
            unlimited, others = await _prepared(stack, port, token)
            lean, plain = (
                [local_url(bare_port, f"/{kind}/{one.analysis_id}") for one in stored] for kind in ("lean", "plain")
            )
            targets = {
                LIMITED: Target(gateway, _written(folder / "limited", _ours(port, stored)), limited),
                UNLIMITED: Target(gateway, _written(folder / "unlimited", _ours(port, others)), unlimited),
                LEAN: Target(bare, _written(folder / "lean", lean)),
                PLAIN: Target(bare, _written(folder / "plain", plain)),
            }
            rounds = await _rounds(targets, store_pid, seconds, max(2, round(ROUNDS * scale)), folder)
        profiled = await _profiled(environment, port, targets[LIMITED], seconds, folder)
        size_bytes = await _size_bytes(stack, stored[0])
    return section(rounds, profiled, size_bytes)


async def _rounds(targets: Mapping[str, Target], store_pid: int, seconds: float, count: int, folder: Path) -> Rounds:
    rounds: Rounds = defaultdict(list)
    for number in range(1 + count):
        for connections in CONNECTIONS:
            for name, target in targets.items():
                done = await _round(target, connections, store_pid, seconds, folder)
                if number:  # the first ones warm up
                    rounds[name, connections].append(done)
    return rounds


def _written(file: Path, urls: list[str]) -> Path:
    file.write_text("\n".join(urls))
    return file


def _ours(port: int, stored: list[Stored]) -> list[str]:
    return [local_url(port, f"/v1/videos/{one.video_id}/analyses/{one.analysis_id}") for one in stored]


async def _prepared(stack: Stack, port: int, token: str, **settings: object) -> tuple[str, list[Stored]]:
    """A key of an organization with these settings, and analyses that it may read."""
    async with Client(local_url(port), token) as client:
        tenant = await client.tenant("reads", **settings)
    documents = Documents.connect(stack.parts.mongodb, stack.parts.mongodb_database)
    stored = await store_analyses(documents, tenant.organization_id, DOCUMENTS)
    await documents.close()
    return tenant.key, stored


async def _size_bytes(stack: Stack, stored: Stored) -> int:
    async with AsyncMongoClient[dict[str, object]](stack.parts.mongodb) as client:
        document = await client[stack.parts.mongodb_database]["runs"].find_one({"_id": stored.analysis_id})
    return len(bson.encode(document or {}))


async def _round(target: Target, connections: int, store_pid: int, seconds: float, folder: Path) -> Round:
    before, store_before = cpu_seconds(target.server.pid), cpu_seconds(store_pid)
    loading = child(
        *(f"{PACKAGE}.load", str(target.urls), target.token, str(connections), str(seconds)),
        environment={},
        folder=folder,
        speaks=True,
    )
    async with loading as load:
        said = await load.said()
    return Round(
        **said,
        cpu_seconds=cpu_seconds(target.server.pid) - before,
        store_cpu_seconds=cpu_seconds(store_pid) - store_before,
    )


async def _profiled(
    environment: Mapping[str, str], port: int, target: Target, seconds: float, folder: Path
) -> list[tuple[str, float]]:
    file = folder / "gateway.profile"
    under_profiler = {**environment, FILE_VARIABLE: str(file)}
    async with child(f"{PACKAGE}.gateway", environment=under_profiler, folder=folder) as gateway:
        await gateway.until_answering(local_url(port, "/health/ready"))
        same = Target(gateway, target.urls, target.token)
        await _round(same, max(CONNECTIONS), gateway.pid, 1.0, folder)
        os.kill(gateway.pid, signal.SIGUSR1)
        await _round(same, max(CONNECTIONS), gateway.pid, 2 * seconds, folder)
        os.kill(gateway.pid, signal.SIGUSR1)
        await asyncio.sleep(1.0)
    print("\n".join(profile.top(file)), flush=True)
    return profile.shares(file)


def section(rounds: Rounds, profiled: list[tuple[str, float]], size_bytes: int) -> Section:
    """The figures as text."""
    shares, alone = (_shares(rounds, LIMITED, connections) for connections in (max(CONNECTIONS), min(CONNECTIONS)))
    without, alone_without = (
        statistics.median(_shares(rounds, UNLIMITED, connections))
        for connections in (max(CONNECTIONS), min(CONNECTIONS))
    )
    share = statistics.median(shares)
    return Section(
        title=TITLE,
        method=(
            f"Connections of one client process that each ask for any of {DOCUMENTS} analyses as soon as they are "
            f"answered, in {len(shares)} rounds that take turns. The gateway checks key, organization, scope, rate "
            "limit (one that refuses nobody) and whose resource it is, and presents the analysis; the bare routes "
            f"read the same document ({size_bytes / 1000:.1f} kB of BSON) of the same store with one `find_one` of "
            "PyMongo and give all of it, without a key, in a process with the same server (uvicorn, uvloop, "
            "httptools, no access log). What counts is requests for each second of the server process's processor "
            "time; medians of the rounds."
        ),
        tables=[
            *(
                (
                    f"{connections} connection{'s' * (connections > 1)}:",
                    Table(
                        ("", "requests / cpu s", "requests / s", "p50 ms", "p95 ms", "store cpu ms / request"),
                        [_row(name, rounds[name, connections]) for name in (LIMITED, UNLIMITED, LEAN, PLAIN)],
                    ),
                )
                for connections in CONNECTIONS
            ),
            (
                (
                    "Where the gateway's processor time goes (from a profiler, which makes small functions look larger "
                    "than they are; built-in functions count for who calls them):"
                ),
                Table(("part", "share"), [(name, f"{part:.0%}") for name, part in profiled if part >= LEAST_SHOWN]),
            ),
        ],
        goals=[
            Goal(
                f"at least {LEAST_SHARE:.0%} of the bare route's requests for each cpu-second",
                f"{share:.0%} (rounds {min(shares):.0%} to {max(shares):.0%})",
                share >= LEAST_SHARE,
            )
        ],
        remarks=[
            (
                f"The goal is judged at {max(CONNECTIONS)} connections, in each round against the bare route that did "
                f"better in it. Without a rate limit, the default, it is {without:.0%}."
            ),
            (
                f"With one connection it is {statistics.median(alone):.0%}, without a rate limit {alone_without:.0%}: "
                "calls that arrive together share questions to the store, and a client that is alone has nobody to "
                "share with, while each of its requests needs key, organization and analysis, and with a limit a token."
            ),
        ],
    )


def _shares(rounds: Rounds, name: str, connections: int) -> list[float]:
    """Ours of the better bare route, round by round."""
    turns = zip(*(rounds[one, connections] for one in (name, LEAN, PLAIN)), strict=True)
    return [ours.per_cpu_second / max(lean.per_cpu_second, plain.per_cpu_second) for ours, lean, plain in turns]


def _row(name: str, rounds: list[Round]) -> tuple[str, ...]:
    return (
        name,
        f"{statistics.median(one.per_cpu_second for one in rounds):.0f}",
        f"{statistics.median(one.requests / one.seconds for one in rounds):.0f}",
        milliseconds(statistics.median(one.p50_seconds for one in rounds)),
        milliseconds(statistics.median(one.p95_seconds for one in rounds)),
        milliseconds(statistics.median(one.store_cpu_seconds / one.requests for one in rounds)),
    )
