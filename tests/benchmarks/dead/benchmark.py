"""How long live endpoints wait while others are dead."""

import asyncio
import ssl
import statistics
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import aiohttp

from deploy.standalone.settings import PARTS
from deploy.standalone.stack import Stack
from services.webhook_dispatcher.core.deliveries import NEVER
from shared.contracts.instants import now
from shared.kit.bus import Bus
from shared.kit.documents import Documents, Range
from shared.testkit.patience import until
from shared.testkit.tenant import Tenant
from tests.benchmarks.children import OURS, child, environment_on, free_port, local_url, started
from tests.benchmarks.deliveries.events import said
from tests.benchmarks.deliveries.receiving import receiving
from tests.benchmarks.measuring import cpu_seconds, percentile
from tests.benchmarks.sections import Goal, Section, Table

TITLE = "Dead endpoints"
DELIVERIES = 5000
ENDPOINTS = 50
DEAD_SHARE = 0.2
ROUNDS = 3
ROUND_SECONDS = 120.0
LOOK_SECONDS = 0.25
WARM_UP_EVENTS = 5
MOST_TIMES = 2.0

Others = Literal["dead", "alive", "absent"]
"""What a fifth of the endpoints is."""

SHOWN: dict[Others, str] = {
    "dead": "a fifth of the endpoints is dead",
    "alive": "all of them are alive",
    "absent": "the dead fifth is not there",
}


@dataclass(frozen=True)
class Round:
    """What the live endpoints saw of one burst.

    Attributes:
        delays_seconds: From the saying of the events to the arrival of each delivery.
        cpu_seconds: Of the dispatcher, until the last one.
    """

    delays_seconds: tuple[float, ...]
    cpu_seconds: float


@dataclass(frozen=True)
class Burst:
    """Says events to a dispatcher and looks at what arrives."""

    bus: Bus
    session: aiohttp.ClientSession
    documents: Documents
    dispatcher_pid: int
    port: int
    dead_port: int

    async def once(self, events: int, others: Others) -> Round:
        """Owe an organization's endpoints that many events at once, and wait until the live ones have all of them."""
        tenant = Tenant(self.bus)
        await tenant.allow("localhost")
        urls = self._urls(tenant.path, others)
        endpoints = [(await tenant.register(url, created_at=now()))[0] for url in urls]
        await until(lambda: self._knows(tenant, len(urls)), seconds=ROUND_SECONDS)
        await self._look()
        messages = said(tenant.organization_id, events)
        expected = events * sum("/live" in url or "/other" in url for url in urls)
        arrived: list[tuple[str, float]] = []
        used, began = cpu_seconds(self.dispatcher_pid), time.time()
        await self.bus.say(messages)
        async with asyncio.timeout(ROUND_SECONDS):
            while len(arrived) < expected:
                await asyncio.sleep(LOOK_SECONDS)
                arrived += await self._look()
        used = cpu_seconds(self.dispatcher_pid) - used
        for endpoint_id in endpoints:
            await tenant.delete(endpoint_id)
        await until(self._is_quiet, seconds=ROUND_SECONDS)
        return Round(tuple(at - began for path, at in arrived if "/live" in path), used)

    def _urls(self, path: str, others: Others) -> list[str]:
        """Live ones, and a fifth that is something else."""
        fifth = round(ENDPOINTS * DEAD_SHARE)
        place = f"https://localhost:{self.port}{path}"
        live = [f"{place}/live/{number}" for number in range(ENDPOINTS - fifth)]
        if others == "absent":
            return live
        if others == "alive":
            return live + [f"{place}/other/{number}" for number in range(fifth)]
        kinds = (f"{place}/hanging", f"{place}/failing", f"https://localhost:{self.dead_port}{path}/refused")
        return [f"{kinds[number % len(kinds)]}/{number}" for number in range(fifth)] + live

    async def _look(self) -> list[tuple[str, float]]:
        async with self.session.get(f"https://localhost:{self.port}/") as response:
            return [(path, at) for path, at in await response.json(content_type=None)]

    async def _knows(self, tenant: Tenant, count: int) -> bool:
        known = {"organization_id": tenant.organization_id, "state": "enabled", "is_caught_up": True}
        return len(await self.documents.collection("dispatcher_endpoints").find(known)) == count

    async def _is_quiet(self) -> bool:
        return await self.documents.collection("deliveries").find_one({"due_at": Range(lt=NEVER)}) is None


async def measure(folder: Path, scale: float) -> Section:
    """Let bursts of the three kinds take turns."""
    events = max(4, round(DELIVERIES * scale / ENDPOINTS))
    stack = Stack(folder / "data", only=PARTS, environment=OURS)
    async with (
        started(stack),
        receiving(folder) as (ca_file, port),
        _bursts(stack, folder, ca_file, port) as burst,
    ):
        await burst.once(WARM_UP_EVENTS, "alive")
        rounds: dict[Others, list[Round]] = defaultdict(list)
        for _ in range(ROUNDS):
            for others in SHOWN:
                rounds[others].append(await burst.once(events, others))
    return section(rounds, events * ENDPOINTS)


@asynccontextmanager
async def _bursts(stack: Stack, folder: Path, ca_file: Path, port: int) -> AsyncIterator[Burst]:
    parts, metrics_port = stack.parts, free_port()
    environment = environment_on(
        stack,
        METRICS_PORT=str(metrics_port),
        WEBHOOK_CA_FILE=str(ca_file),
        WEBHOOK_ALLOW_PRIVATE_TARGETS="true",
    )
    documents = Documents.connect(parts.mongodb, parts.mongodb_database)
    bus = Bus(bootstrap_servers=parts.kafka, service="benchmark")
    connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=ca_file))
    dispatching = child("services.webhook_dispatcher", environment=environment, folder=folder)
    async with dispatching as dispatcher, aiohttp.ClientSession(connector=connector) as session:
        await dispatcher.until_answering(local_url(metrics_port, "/health/ready"))
        await bus.start()
        yield Burst(bus, session, documents, dispatcher.pid, port, free_port())
        await bus.stop()
    await documents.close()


def section(rounds: Mapping[Others, Sequence[Round]], pending: int) -> Section:
    """The figures as text."""
    dead = round(ENDPOINTS * DEAD_SHARE)
    times = statistics.median(
        percentile(one.delays_seconds, 95) / percentile(other.delays_seconds, 95)
        for one, other in zip(rounds["dead"], rounds["alive"], strict=True)
    )
    return Section(
        title=TITLE,
        method=(
            f"{pending // ENDPOINTS} events of one organization with {ENDPOINTS} endpoints are said at once: "
            f"{pending:,} deliveries are pending. {dead} of the endpoints are dead, turn about one that never answers, "
            "one that answers 500, and one whose port refuses connections, each on the usual schedule; the other "
            f"{ENDPOINTS - dead} answer 200 at once. The delay is from the saying until the POST arrives at one of "
            f"those {ENDPOINTS - dead}. In turns with it the same with those {dead} alive, and without them; medians "
            f"of {len(rounds['dead'])} rounds. The dispatcher has its default settings."
        ),
        tables=[
            (
                "",
                Table(
                    ("seconds until a live endpoint has it", "p50", "p95", "last", "dispatcher cpu s"),
                    [_row(sentence, rounds[others]) for others, sentence in SHOWN.items()],
                ),
            )
        ],
        goals=[
            Goal(
                f"p95 with dead endpoints: at most {MOST_TIMES:.0f} times that with all alive",
                f"{times:.2f} times",
                times <= MOST_TIMES,
            )
        ],
        remarks=["Each dead endpoint has at most eight attempts open, and one after its first failure (0044)."],
    )


def _row(sentence: str, rounds: Sequence[Round]) -> tuple[str, ...]:
    delays = [
        f"{statistics.median(percentile(one.delays_seconds, percent) for one in rounds):.2f}" for percent in (50, 95)
    ]
    last = statistics.median(max(one.delays_seconds) for one in rounds)
    return (sentence, *delays, f"{last:.2f}", f"{statistics.median(one.cpu_seconds for one in rounds):.1f}")
