"""A read of one resource through the gateway, against a bare route that reads one document."""

import secrets
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
from tests.benchmarks.reads.documents import Stored, store_analysis
from tests.benchmarks.reads.gateway import FILE_VARIABLE
from tests.benchmarks.sections import Goal, Section, Table

TITLE = "Reads"
ROUNDS = 7
ROUND_SECONDS = 4.0
CONNECTIONS = 16
LEAST_SHARE = 0.70
PACKAGE = "tests.benchmarks.reads"
OURS_NAME = "gateway: GET /v1/videos/{v}/analyses/{a}"
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
    url: str
    token: str = ""


async def measure(folder: Path, scale: float) -> Section:
    """Read in turns from the gateway and the bare routes; then once from a gateway under the profiler."""
    stack = Stack(folder / "data", only=PARTS, environment=OURS)
    rounds: dict[str, list[Round]] = defaultdict(list)
    seconds = max(1.0, ROUND_SECONDS * min(1.0, scale * 3))
    async with started(stack):
        store_pid = stack.pids()["mongodb"]
        token, port, bare_port = secrets.token_urlsafe(32), free_port(), free_port()
        environment = environment_on(stack, ADMIN_TOKEN=token, GATEWAY_PORT=str(port))
        parts = stack.parts
        async with (
            child(f"{PACKAGE}.gateway", environment=environment, folder=folder) as gateway,
            child(
                *(f"{PACKAGE}.bare", parts.mongodb, parts.mongodb_database, str(bare_port)),
                environment=environment,
                folder=folder,
            ) as bare,
        ):
            await gateway.until_answering(local_url(port, "/health/ready"))
            await bare.until_answering(local_url(bare_port, "/health"))
            key, stored = await _prepared(stack, port, token)
            path = f"/v1/videos/{stored.video_id}/analyses/{stored.analysis_id}"
            targets = {
                OURS_NAME: Target(gateway, local_url(port, path), key),
                LEAN: Target(bare, local_url(bare_port, f"/lean/{stored.analysis_id}")),
                PLAIN: Target(bare, local_url(bare_port, f"/plain/{stored.analysis_id}")),
            }
            for number in range(1 + max(2, round(ROUNDS * scale))):
                for name, target in targets.items():
                    round_ = await _round(target, store_pid, seconds, folder)
                    if number:  # the first one warms up
                        rounds[name].append(round_)
        profiled = await _profiled(environment, port, targets[OURS_NAME], seconds, folder)
        size_bytes = await _size_bytes(stack, stored)
    return section(rounds, profiled, size_bytes)


async def _prepared(stack: Stack, port: int, token: str) -> tuple[str, Stored]:
    """A key, and an analysis that it may read."""
    async with Client(local_url(port), token) as client:
        tenant = await client.tenant("reads")
    documents = Documents.connect(stack.parts.mongodb, stack.parts.mongodb_database)
    stored = await store_analysis(documents, tenant.organization_id)
    await documents.close()
    return tenant.key, stored


async def _size_bytes(stack: Stack, stored: Stored) -> int:
    async with AsyncMongoClient[dict[str, object]](stack.parts.mongodb) as client:
        document = await client[stack.parts.mongodb_database]["runs"].find_one({"_id": stored.analysis_id})
    return len(bson.encode(document or {}))


async def _round(target: Target, store_pid: int, seconds: float, folder: Path) -> Round:
    before, store_before = cpu_seconds(target.server.pid), cpu_seconds(store_pid)
    loading = child(
        *(f"{PACKAGE}.load", target.url, target.token, str(CONNECTIONS), str(seconds)),
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
        await _round(Target(gateway, target.url, target.token), gateway.pid, 2 * seconds, folder)
    print("\n".join(profile.top(file)), flush=True)
    return profile.shares(file)


def section(rounds: Mapping[str, list[Round]], profiled: list[tuple[str, float]], size_bytes: int) -> Section:
    """The figures as text."""
    ratios = [
        ours.per_cpu_second / bare.per_cpu_second for ours, bare in zip(rounds[OURS_NAME], rounds[LEAN], strict=True)
    ]
    share = statistics.median(ratios)
    of_plain = statistics.median(
        ours.per_cpu_second / bare.per_cpu_second for ours, bare in zip(rounds[OURS_NAME], rounds[PLAIN], strict=True)
    )
    return Section(
        title=TITLE,
        method=(
            f"{CONNECTIONS} connections of one client process that each ask again as soon as they are answered, in "
            f"{len(ratios)} rounds that take turns. The gateway checks key, organization, scope and whose resource it "
            "is, and presents the analysis; the bare routes read the same document "
            f"({size_bytes / 1000:.1f} kB of BSON) of the same store with one `find_one` of PyMongo and give all of "
            "it, without a key, in a process with the same server (uvicorn, uvloop, httptools, no access log). What "
            "counts is requests for each second of the server process's processor time; medians of the rounds."
        ),
        tables=[
            (
                "",
                Table(
                    ("", "requests / cpu s", "requests / s", "p50 ms", "p95 ms", "store cpu ms / request"),
                    [_row(name, rounds[name]) for name in (OURS_NAME, LEAN, PLAIN)],
                ),
            ),
            (
                "Where the gateway's time goes under the profiler, which makes small functions look larger than they "
                "are:",
                Table(("part", "share"), [(name, f"{part:.0%}") for name, part in profiled if part >= 0.005]),
            ),
        ],
        goals=[
            Goal(
                f"at least {LEAST_SHARE:.0%} of the bare route's requests for each cpu-second",
                f"{share:.0%} (rounds {min(ratios):.0%} to {max(ratios):.0%})",
                share >= LEAST_SHARE,
            )
        ],
        remarks=[f"Against the route that leaves the JSON to FastAPI it is {of_plain:.0%}."],
    )


def _row(name: str, rounds: list[Round]) -> tuple[str, ...]:
    return (
        name,
        f"{statistics.median(one.per_cpu_second for one in rounds):.0f}",
        f"{statistics.median(one.requests / one.seconds for one in rounds):.0f}",
        milliseconds(statistics.median(one.p50_seconds for one in rounds)),
        milliseconds(statistics.median(one.p95_seconds for one in rounds)),
        milliseconds(statistics.median(one.store_cpu_seconds / one.requests for one in rounds)),
    )
