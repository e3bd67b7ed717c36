"""Webhooks through the dispatcher, against a loop that does what every delivery needs and nothing else."""

import asyncio
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.standalone.settings import PARTS
from deploy.standalone.stack import Stack
from services.webhook_dispatcher.core.deliveries import NEVER
from shared.contracts.instants import now
from shared.contracts.topics import DELIVERIES
from shared.kit.bus import Bus
from shared.kit.documents import Collection, Documents, Range
from shared.testkit.patience import until
from shared.testkit.tenant import Tenant
from tests.benchmarks.children import OURS, child, environment_on, free_port, local_url, started
from tests.benchmarks.deliveries.events import said
from tests.benchmarks.deliveries.receiving import receiving
from tests.benchmarks.ear import Ear
from tests.benchmarks.measuring import cpu_seconds
from tests.benchmarks.sections import Goal, Section, Table

TITLE = "Deliveries"
EVENTS = 2000
ROUNDS = 4
ENDPOINTS = 4
AT_ONCE_PER_ENDPOINT = 8
WARM_UP_EVENTS = 50
ROUND_SECONDS = 200.0
LEAST_SHARE = 0.80
SUCCEEDED = b"dev.rushes.delivery.succeeded.v1"
PACKAGE = "tests.benchmarks.deliveries"


@dataclass(frozen=True)
class Round:
    """What one side did in one round."""

    deliveries: int
    seconds: float
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """Deliveries for each second."""
        return self.deliveries / self.seconds

    @property
    def per_cpu_second(self) -> float:
        """Deliveries for each second of the process's processor time."""
        return self.deliveries / self.cpu_seconds


@dataclass(frozen=True)
class Place:
    """Where both sides deliver to, and what they need for it."""

    stack: Stack
    folder: Path
    ca_file: Path
    port: int

    def urls(self, organization_id: str) -> list[str]:
        """The endpoints of an organization."""
        return [f"https://localhost:{self.port}/{organization_id}/{number}" for number in range(ENDPOINTS)]


class Ours:
    """The dispatcher, told of events on the bus as the gateway tells it."""

    def __init__(self, tenant: Tenant, ear: Ear, rows: Collection, pid: int) -> None:
        self._tenant = tenant
        self._ear = ear
        self._rows = rows
        self._pid = pid

    async def once(self, events: int) -> Round:
        """Say the events and wait until every delivery of them is stored as finished."""
        messages = said(self._tenant.organization_id, events)
        used, began = cpu_seconds(self._pid), time.perf_counter()
        heard = asyncio.create_task(self._heard(events * ENDPOINTS))
        await self._tenant.bus.say(messages)
        async with asyncio.timeout(ROUND_SECONDS):
            await heard
            await until(self._is_done, seconds=ROUND_SECONDS)
        seconds = time.perf_counter() - began
        return Round(events * ENDPOINTS, seconds, cpu_seconds(self._pid) - used)

    async def _heard(self, deliveries: int) -> None:
        while deliveries:
            # Not decoded: hearing must not take the processor from the one that is measured.
            message, _ = await self._ear.bytes()
            deliveries -= SUCCEEDED in message

    async def _is_done(self) -> bool:
        return await self._rows.find_one({"due_at": Range(lt=NEVER)}) is None


async def measure(folder: Path, scale: float) -> Section:
    """Deliver in turns."""
    events = max(20, round(EVENTS * scale / ROUNDS))
    stack = Stack(folder / "data", only=PARTS, environment=OURS)
    async with started(stack), receiving(folder) as (ca_file, port):
        ours, bare = await _rounds(Place(stack, folder, ca_file, port), events)
    return section(ours, bare)


async def _rounds(place: Place, events: int) -> tuple[list[Round], list[Round]]:
    parts, metrics_port = place.stack.parts, free_port()
    environment = environment_on(
        place.stack,
        METRICS_PORT=str(metrics_port),
        WEBHOOK_CA_FILE=str(place.ca_file),
        WEBHOOK_ALLOW_PRIVATE_TARGETS="true",
        WEBHOOK_DISPATCHER_ATTEMPTS_PER_ENDPOINT=str(AT_ONCE_PER_ENDPOINT),
    )
    documents = Documents.connect(parts.mongodb, parts.mongodb_database)
    bus = Bus(bootstrap_servers=parts.kafka, service="benchmark")
    ours: list[Round] = []
    bare: list[Round] = []
    dispatching = child("services.webhook_dispatcher", environment=environment, folder=place.folder)
    async with dispatching as dispatcher, Ear(parts.kafka, DELIVERIES.name) as ear:
        await dispatcher.until_answering(local_url(metrics_port, "/health/ready"))
        await bus.start()
        tenant = Tenant(bus)
        await tenant.allow("localhost")
        for url in place.urls(tenant.organization_id):
            await tenant.register(url, created_at=now())
        dispatch = Ours(tenant, ear, documents.collection("deliveries"), dispatcher.pid)
        await dispatch.once(WARM_UP_EVENTS)
        for _ in range(ROUNDS):
            ours.append(await dispatch.once(events))
            bare.append(await _bare(place, events * ENDPOINTS, environment))
        await bus.stop()
    await documents.close()
    return ours, bare


async def _bare(place: Place, deliveries: int, environment: Mapping[str, str]) -> Round:
    parts = place.stack.parts
    looping = child(
        *(f"{PACKAGE}.bare", parts.mongodb, parts.mongodb_database, str(place.ca_file)),
        *(str(deliveries), str(ENDPOINTS * AT_ONCE_PER_ENDPOINT), *place.urls("bare")),
        environment=environment,
        folder=place.folder,
        speaks=True,
    )
    async with looping as loop, asyncio.timeout(ROUND_SECONDS):
        return Round(**await loop.said())


def section(ours: list[Round], bare: list[Round]) -> Section:
    """The figures as text."""
    by_cpu = [one.per_cpu_second / other.per_cpu_second for one, other in zip(ours, bare, strict=True)]
    by_clock = [one.per_second / other.per_second for one, other in zip(ours, bare, strict=True)]
    share, share_by_clock = statistics.median(by_cpu), statistics.median(by_clock)
    return Section(
        title=TITLE,
        method=(
            f"{sum(one.deliveries for one in ours) // ENDPOINTS} events of one organization with {ENDPOINTS} endpoints "
            f"of one https receiver (a process of its own that answers 200 and counts), in {len(ours)} rounds: from "
            "the saying of the events on Kafka until every delivery has been said and stored as succeeded. The "
            "dispatcher hears, keeps each message, makes a row for each delivery, checks the target's name and "
            "address, signs, posts, says the success on Kafka, and stores the row; rows and facts that come together "
            "go together. In turns with it a loop in bare aiohttp and PyMongo with as many at once "
            f"({ENDPOINTS * AT_ONCE_PER_ENDPOINT}) that inserts a document, signs, posts to the same receiver and "
            "replaces the document, one question to the store for each. Processor time is that of the process that "
            "delivers."
        ),
        tables=[
            (
                "",
                Table(
                    ("medians of the rounds", "deliveries / cpu s", "deliveries / s"),
                    [_row("webhook dispatcher", ours), _row("bare loop", bare)],
                ),
            )
        ],
        goals=[
            Goal(
                f"at least {LEAST_SHARE:.0%} of the bare loop's deliveries for each cpu-second",
                f"{share:.0%} (rounds {min(by_cpu):.0%} to {max(by_cpu):.0%})",
                share >= LEAST_SHARE,
            )
        ],
        remarks=[f"By the clock it is {share_by_clock:.0%}."],
    )


def _row(name: str, rounds: list[Round]) -> tuple[str, ...]:
    return (
        name,
        f"{statistics.median(one.per_cpu_second for one in rounds):.0f}",
        f"{statistics.median(one.per_second for one in rounds):.0f}",
    )
