"""Six stages that do nothing, through everything that a stage has around it, against six hops of bare Kafka."""

import asyncio
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaProducer

from deploy.standalone.settings import PARTS
from deploy.standalone.stack import Stack
from deploy.standalone.topics import create_topics
from services.gateway.core.resources import new_video
from shared.contracts.artifacts import MEDIA_BUCKET, SourceReference
from shared.contracts.ids import new_id
from shared.contracts.instants import now
from shared.contracts.topics import RUN_FACTS
from shared.kit.documents import Documents
from shared.testkit.client import Client, Tenant
from tests.benchmarks.children import OURS, child, environment_on, free_port, local_url, started
from tests.benchmarks.ear import Ear
from tests.benchmarks.hops import bare, owed
from tests.benchmarks.hops.marks import FILE_VARIABLE
from tests.benchmarks.hops.plan import STAGES, topics
from tests.benchmarks.hops.timeline import STEPS, medians
from tests.benchmarks.measuring import cpu_seconds_by_name, milliseconds, percentile, used_between
from tests.benchmarks.sections import Goal, Section, Table

TITLE = "Hops"
RUNS = 150
WARM_UP_RUNS = 10
RUN_SECONDS = 30.0
OFFER_BYTES = 600
MOST_TIMES = 5.0
MOST_SECONDS = 0.050
ENDED = ("dev.rushes.run.completed.v1", "dev.rushes.run.failed.v1")


@dataclass
class Found:
    """Seconds of each run, and the marks of the measured ones."""

    ours: list[float] = field(default_factory=list)
    with_request: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    owed: list[float] = field(default_factory=list)
    run_ids: list[str] = field(default_factory=list)
    cpu_seconds: dict[str, float] = field(default_factory=dict)


class Ours:
    """Runs of the real machinery, one at a time."""

    def __init__(self, client: Client, tenant: Tenant, documents: Documents, ear: Ear) -> None:
        self._client = client
        self._tenant = tenant
        self._videos = documents.collection("videos")
        self._runs = documents.collection("runs")
        self._ear = ear

    async def once(self) -> tuple[str, float, float]:
        """A run of a video that nobody has seen: its id, and seconds from its creation and from the request."""
        video = ready_video(self._tenant.organization_id)
        await self._videos.insert(video)
        listening = asyncio.create_task(self._ear.until(lambda envelope: envelope.type in ENDED))
        asked_at = time.time()
        made = await self._client.post(self._tenant, f"/videos/{video['_id']}/analyses")
        envelope, ended_at = await listening
        run = await self._runs.get(made["id"])
        if run is None or envelope.subject != run["_id"] or envelope.type != ENDED[0]:
            raise RuntimeError(f"the run did not complete: {envelope}")
        return run["_id"], ended_at - run["created_at"].timestamp(), ended_at - asked_at


def ready_video(organization_id: str) -> dict[str, Any]:
    """A video as it is after its preparation, with a digest of its own: no artifact is found, all are made."""
    source = SourceReference(bucket=MEDIA_BUCKET, key=new_id(), size_bytes=1, sha256=secrets.token_hex(32))
    video = new_video(
        new_id(),
        organization_id=organization_id,
        title="hops",
        filename="hops.mp4",
        source=source,
        owner_id=None,
        deal_id=None,
        now=now(),
        deadline_seconds=3600.0,
    )
    video["run"] |= {"status": "completed", "progress_percent": 100, "stages": []}
    return video | {"status": "ready", "duration_seconds": 1.0}


async def bare_once(speaker: AIOKafkaProducer, ear: Ear) -> float:
    """One message through all hops: seconds until it is heard behind the last."""
    message = secrets.token_bytes(OFFER_BYTES)
    asked_at = time.time()
    await speaker.send(bare.TOPIC_NAMES[0], message)
    while True:
        heard, at = await ear.bytes()
        if heard == message:
            return at - asked_at


async def owed_once(speaker: AIOKafkaProducer, ear: Ear) -> float:
    """One message through what six stages owe: seconds until it is heard behind the last."""
    run_id = new_id()
    message = orjson.dumps({"run": run_id, "revision": 0, "filler": "x" * OFFER_BYTES})
    asked_at = time.time()
    await speaker.send(owed.TOPIC_NAMES[0], message)
    while True:
        heard, at = await ear.bytes()
        if orjson.loads(heard)["run"] == run_id:
            return at - asked_at


async def measure(folder: Path, scale: float) -> Section:
    """Both kinds of runs in turns."""
    stack = Stack(folder / "data", only=PARTS, environment=OURS)
    marks = {name: folder / f"marks-{name}.json" for name in ("gateway", "workers")}
    async with started(stack):
        await create_topics(stack.parts.kafka, [*topics(), *bare.TOPICS, *owed.TOPICS])
        found = await _interleaved(stack, folder, marks, max(4, round(RUNS * scale)))
    places: dict[str, dict[str, float]] = {run_id: {} for run_id in found.run_ids}
    for file in marks.values():
        for run_id, noted in orjson.loads(file.read_bytes()).items():
            if run_id in places:
                places[run_id] |= noted
    return section(found, medians(list(places.values())))


async def _interleaved(stack: Stack, folder: Path, marks: Mapping[str, Path], count: int) -> Found:
    token, port, metrics_port = secrets.token_urlsafe(32), free_port(), free_port()
    for_gateway = environment_on(
        stack, ADMIN_TOKEN=token, GATEWAY_PORT=str(port), **{FILE_VARIABLE: str(marks["gateway"])}
    )
    for_workers = environment_on(stack, METRICS_PORT=str(metrics_port), **{FILE_VARIABLE: str(marks["workers"])})
    kafka = stack.parts.kafka
    package = "tests.benchmarks.hops"
    speaker = bare.producer(kafka)
    documents = Documents.connect(stack.parts.mongodb, stack.parts.mongodb_database)
    async with (
        child(f"{package}.gateway", environment=for_gateway, folder=folder) as gateway,
        child(f"{package}.workers", environment=for_workers, folder=folder) as workers,
        child(f"{package}.bare", kafka, environment=for_gateway, folder=folder, speaks=True) as bare_hops,
        child(f"{package}.owed", environment=for_gateway, folder=folder, speaks=True) as owed_hops,
        speaker,
        Ear(kafka, RUN_FACTS.name) as ear,
        Ear(kafka, bare.TOPIC_NAMES[-1]) as bare_ear,
        Ear(kafka, owed.TOPIC_NAMES[-1]) as owed_ear,
        Client(local_url(port), token) as client,
    ):
        await bare_hops.said()
        await owed_hops.said()
        await gateway.until_answering(local_url(port, "/health/ready"))
        await workers.until_answering(local_url(metrics_port, "/health/ready"))
        ours = Ours(client, await client.tenant("hops"), documents, ear)
        found = Found()
        pids = stack.pids() | {"gateway": gateway.pid, "workers": workers.pid}
        used: dict[str, float] = {}
        for number in range(WARM_UP_RUNS + count):
            if number == WARM_UP_RUNS:
                used = cpu_seconds_by_name(pids)
            async with asyncio.timeout(RUN_SECONDS):
                run_id, seconds, with_request = await ours.once()
                bare_seconds = await bare_once(speaker, bare_ear)
                owed_seconds = await owed_once(speaker, owed_ear)
            if number >= WARM_UP_RUNS:
                found.run_ids.append(run_id)
                found.ours.append(seconds)
                found.with_request.append(with_request)
                found.bare.append(bare_seconds)
                found.owed.append(owed_seconds)
        found.cpu_seconds = used_between(used, cpu_seconds_by_name(pids))
        await documents.close()
    return found


def section(found: Found, steps: Mapping[str, float]) -> Section:
    """The figures as text."""
    p50, bare_p50, owed_p50 = (percentile(one, 50) for one in (found.ours, found.bare, found.owed))
    times = p50 / bare_p50
    rows = [
        _row("six hops of bare aiokafka", found.bare),
        _row("what six stages owe, by bare clients", found.owed),
        _row("six stages, from the run's creation", found.ours),
        _row("six stages, from the sending of its request", found.with_request),
    ]
    total = sum(steps.values())
    step_rows = [
        (name, milliseconds(steps[name]), f"{100 * steps[name] / total:.0f} %") for _, name in STEPS if name in steps
    ]
    hops = len(STAGES) * len(found.ours)
    cpu_rows = [(name, milliseconds(used / hops)) for name, used in found.cpu_seconds.items()]
    return Section(
        title=TITLE,
        method=(
            f"{len(found.ours)} runs, one at a time, of a plan of six stages in a row that do nothing, with the "
            "gateway and one worker as processes of their own and all that a stage has around it: outbox and relay, "
            "Kafka, claim, pool process, artifact in the object store, fold, compare-and-swap. Each run has an input "
            "of its own, so that nothing is reused. Time runs until the terminal fact is heard on Kafka. In turns with "
            "them as many messages through six pairs of a consumer and a producer in one other process, which hear "
            "and say on and do nothing else (acks=all, idempotent, as the bus); and what six stages owe, by bare "
            "clients in one process: for each stage two messages, a claim inserted while the artifact is looked for, "
            "the report stored, and the run replaced. That is the floor of this design on this machine."
        ),
        tables=[
            ("", Table(("milliseconds", "p50", "p95", "best"), rows)),
            (
                f"Where the time of one hop goes (medians over {hops} hops):",
                Table(("step", "ms", "share"), step_rows),
            ),
            (
                "Processor time of one hop, by process with its children; for Kafka and the stores bare hops too:",
                Table(("process", "cpu ms"), cpu_rows),
            ),
        ],
        goals=[
            Goal(f"at most {MOST_TIMES:g} times bare Kafka (p50)", f"{times:.1f} times", times <= MOST_TIMES),
            Goal(f"p50 of at most {MOST_SECONDS * 1000:.0f} ms", f"{milliseconds(p50)} ms", p50 <= MOST_SECONDS),
        ],
        remarks=[
            (
                f"What is owed costs bare clients {owed_p50 / bare_p50:.1f} times six bare hops; the whole machinery "
                f"takes {p50 / owed_p50:.1f} times what is owed (docs/decisions/0063)."
            ),
        ],
    )


def _row(name: str, seconds: list[float]) -> tuple[str, ...]:
    return (
        name,
        milliseconds(percentile(seconds, 50)),
        milliseconds(percentile(seconds, 95)),
        milliseconds(min(seconds)),
    )


assert len(STAGES) == 6, "the texts say six"
