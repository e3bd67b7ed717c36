"""A page of a long list, against the same page of a short one."""

import secrets
import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import orjson

from deploy.standalone.settings import PARTS
from deploy.standalone.stack import Stack
from services.gateway.core.pagination import Position, write_cursor
from shared.testkit.client import Client
from tests.benchmarks.children import OURS, Child, child, environment_on, free_port, local_url, started
from tests.benchmarks.lists.rows import APART, Lists
from tests.benchmarks.measuring import cpu_seconds, milliseconds, percentile
from tests.benchmarks.sections import Goal, Section, Table

TITLE = "Lists"
PAGE = 100
FEW = 100
MANY = 100_000
ROUNDS = 6
REQUESTS = 50
WARM_UP_REQUESTS = 10
MOST_TIMES = 2.0


@dataclass(frozen=True)
class Turn:
    """What one list took in one turn, by request."""

    seconds: tuple[float, ...]
    gateway_cpu_seconds: float
    store_cpu_seconds: float

    @property
    def cpu_seconds(self) -> float:
        """Of the gateway and the store."""
        return self.gateway_cpu_seconds + self.store_cpu_seconds


@dataclass(frozen=True)
class Target:
    """A page that can be asked for."""

    gateway: Child
    url: str
    key: str


@dataclass(frozen=True)
class Served:
    """A database with so many rows of each list, and a gateway on it."""

    gateway: Child
    port: int
    key: str
    lists: Lists

    def targets(self, cursor: str | None = None) -> dict[str, Target]:
        """A page of each list, by the list's name: the first one, or the one after the cursor."""
        query = f"?limit={PAGE}" + ("" if cursor is None else f"&cursor={cursor}")
        return {
            one.name: Target(self.gateway, local_url(self.port, one.path + query), self.key) for one in self.lists.all
        }


Turns = dict[tuple[str, str], list[Turn]]
"""By list and by what is asked for."""


async def measure(folder: Path, scale: float) -> Section:
    """Ask in turns for pages of short and of long lists."""
    stack = Stack(folder / "data", only=PARTS, environment=OURS)
    many = max(10 * FEW, round(MANY * scale))
    async with started(stack), AsyncExitStack() as serving:
        short, long = [await _served(stack, count, folder, serving) for count in (FEW, many)]
        middle = long.lists.now - APART * (many // 2)
        targets = {
            f"of {FEW:,}": short.targets(),
            f"of {many:,}": long.targets(),
            f"of {many:,}, from the middle": long.targets(write_cursor(Position(middle, "z"))),
        }
        turns = await _turns(targets, stack.pids()["mongodb"], max(2, round(ROUNDS * min(1.0, scale * 4))))
    return section(turns, [one.name for one in short.lists.all], list(targets))


async def _served(stack: Stack, count: int, folder: Path, serving: AsyncExitStack) -> Served:
    database, token, port = f"lists_{count}", secrets.token_urlsafe(32), free_port()
    environment = environment_on(stack, ADMIN_TOKEN=token, GATEWAY_PORT=str(port), MONGODB_DATABASE=database)
    gateway = await serving.enter_async_context(child("services.gateway", environment=environment, folder=folder))
    await gateway.until_answering(local_url(port, "/health/ready"))
    async with Client(local_url(port), token) as client:
        tenant = await client.tenant("lists")
    lists = Lists(tenant.organization_id)
    began = time.monotonic()
    await lists.store(stack.parts.mongodb, database, count)
    print(f"{count} rows of each list stored in {time.monotonic() - began:.0f} s", flush=True)
    return Served(gateway, port, tenant.key, lists)


async def _turns(targets: dict[str, dict[str, Target]], store_pid: int, rounds: int) -> Turns:
    turns: Turns = defaultdict(list)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as session:
        for number in range(1 + rounds):
            for name in next(iter(targets.values())):
                for asked, pages in targets.items():
                    requests = REQUESTS if number else WARM_UP_REQUESTS
                    turn = await _turn(session, pages[name], store_pid, requests)
                    if number:
                        turns[name, asked].append(turn)
    return turns


async def _turn(session: aiohttp.ClientSession, target: Target, store_pid: int, requests: int) -> Turn:
    before, store_before = cpu_seconds(target.gateway.pid), cpu_seconds(store_pid)
    seconds = []
    for _ in range(requests):
        began = time.perf_counter()
        async with session.get(target.url, headers={"Authorization": f"Bearer {target.key}"}) as response:
            body = await response.read()
        seconds.append(time.perf_counter() - began)
    shown = orjson.loads(body)
    if len(shown.get("data", ())) != PAGE:
        raise RuntimeError(f"no page of {PAGE}: {body[:500]!r}")
    return Turn(
        tuple(seconds),
        (cpu_seconds(target.gateway.pid) - before) / requests,
        (cpu_seconds(store_pid) - store_before) / requests,
    )


def section(turns: Turns, lists: Sequence[str], asked: Sequence[str]) -> Section:
    """The figures as text."""
    short, *longer = asked
    by_cpu = {(name, one): _times(turns, name, short, one, by="cpu") for name in lists for one in longer}
    by_clock = {(name, one): _times(turns, name, short, one, by="clock") for name in lists for one in longer}
    return Section(
        title=TITLE,
        method=(
            f"Pages of {PAGE} through the gateway, asked for one after another over one connection, of lists that have "
            f"{FEW:,} rows and of lists that have {MANY:,}: two databases of one store, each with a gateway of its "
            "own; every check of a call is made. From the middle: with a cursor that half of the rows come before. "
            f"{len(turns[lists[0], short])} turns each, {REQUESTS} requests a turn; processor time is that of the "
            "gateway and of the store for each request, and medians of the turns are shown."
        ),
        tables=[
            (
                "",
                Table(
                    (f"{PAGE} {name}", "p50 ms", "p95 ms", "gateway cpu ms", "store cpu ms"),
                    [_row(one, turns[name, one]) for one in asked],
                ),
            )
            for name in lists
        ],
        goals=[
            _goal("processor time of the first page", by_cpu, longer[0]),
            _goal("p50 of the first page", by_clock, longer[0]),
            _goal("processor time of a page from the middle", by_cpu, longer[1]),
        ],
    )


def _times(turns: Turns, name: str, short: str, long: str, *, by: str) -> float:
    """How many times what the short list took the long one does: the median of the turns beside each other."""
    pairs = zip(turns[name, short], turns[name, long], strict=True)
    if by == "cpu":
        return statistics.median(other.cpu_seconds / one.cpu_seconds for one, other in pairs)
    return statistics.median(statistics.median(other.seconds) / statistics.median(one.seconds) for one, other in pairs)


def _goal(what: str, times: dict[tuple[str, str], float], asked: str) -> Goal:
    worst, most = max(((name, value) for (name, one), value in times.items() if one == asked), key=lambda one: one[1])
    return Goal(
        f"{what}: at most {MOST_TIMES:.0f} times that of {FEW:,} rows",
        f"{most:.2f} times ({worst})",
        most <= MOST_TIMES,
    )


def _row(asked: str, turns: Sequence[Turn]) -> tuple[str, ...]:
    seconds = [one for turn in turns for one in turn.seconds]
    return (
        asked,
        milliseconds(percentile(seconds, 50)),
        milliseconds(percentile(seconds, 95)),
        milliseconds(statistics.median(turn.gateway_cpu_seconds for turn in turns)),
        milliseconds(statistics.median(turn.store_cpu_seconds for turn in turns)),
    )
