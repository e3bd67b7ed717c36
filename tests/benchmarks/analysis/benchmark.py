"""What an analysis costs from the upload to its end, against one decode of the same file, and what the second costs."""

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.standalone.settings import NAMES
from deploy.standalone.stack import Stack
from shared.contracts.topics import RUN_FACTS
from shared.testkit.client import Client, Tenant
from tests.benchmarks.analysis.clip import SECONDS, SIZE, make_clip
from tests.benchmarks.analysis.meter import read
from tests.benchmarks.children import OURS, child, environment_on, free_port, local_url, started
from tests.benchmarks.ear import Ear
from tests.benchmarks.measuring import cpu_seconds_by_name, used_between
from tests.benchmarks.sections import Goal, Section, Table

TITLE = "Analysis"
SHORT_CLIP = Path(__file__).parents[2] / "data" / "short_call.mp4"
DECODES = 3
REPEATS = 3
IDLE_SECONDS = 5.0
RUN_SECONDS = 400.0
MOST_OF_FIRST = 0.02
COMPLETED = "dev.rushes.run.completed.v1"
FAILED = "dev.rushes.run.failed.v1"
STAGES = ("ingest", "video_analysis", "transcription", "insights")


@dataclass(frozen=True)
class Cost:
    """What one video took from its upload to its completed analysis; processor time by process."""

    wall_seconds: float
    uploaded_seconds: float
    ready_seconds: float
    cpu_seconds: Mapping[str, float]

    @property
    def cpu(self) -> float:
        """Of all processes."""
        return sum(self.cpu_seconds.values())


@dataclass(frozen=True)
class Found:
    """All that was measured."""

    decodes: list[dict[str, float]]
    first: Cost
    stages: Mapping[str, Mapping[str, float]]
    repeats: list[Cost]
    idle_cpu_per_second: Mapping[str, float]


class Journey:
    """Uploads files and has them analysed."""

    def __init__(self, client: Client, tenant: Tenant, ear: Ear, pids: Mapping[str, int]) -> None:
        self._client = client
        self._tenant = tenant
        self._ear = ear
        self._pids = pids

    async def of(self, file: Path) -> Cost:
        """Upload, wait, analyse, wait; the end of each run is heard on Kafka, so that waiting costs nothing."""
        before, began = cpu_seconds_by_name(self._pids), time.monotonic()
        video = await self._client.upload(self._tenant, file)
        uploaded = time.monotonic()
        await self._ended(video["id"])
        ready = time.monotonic()
        analysis = await self._client.post(self._tenant, f"/videos/{video['id']}/analyses")
        await self._ended(analysis["id"])
        wall_seconds = time.monotonic() - began
        used = used_between(before, cpu_seconds_by_name(self._pids))
        return Cost(wall_seconds, uploaded - began, ready - began, used)

    async def idle(self) -> dict[str, float]:
        """Processor time of each process in a second in which nothing is asked."""
        before = cpu_seconds_by_name(self._pids)
        await asyncio.sleep(IDLE_SECONDS)
        used = used_between(before, cpu_seconds_by_name(self._pids))
        return {name: seconds / IDLE_SECONDS for name, seconds in used.items()}

    async def _ended(self, run_id: str) -> None:
        async with asyncio.timeout(RUN_SECONDS):
            envelope, _ = await self._ear.until(
                lambda envelope: envelope.subject == run_id and envelope.type in (COMPLETED, FAILED)
            )
        if envelope.type == FAILED:
            raise RuntimeError(f"the run failed: {envelope.data}")


async def measure(folder: Path, scale: float) -> Section:
    """Decode, analyse, decode, and analyse the same bytes again."""
    clip, meter = folder / "clip.mp4", folder / "meter.jsonl"
    await make_clip(clip)
    without_workers = tuple(name for name in NAMES if name != "workers")
    stack = Stack(folder / "data", only=without_workers, environment=OURS)
    metrics_port = free_port()
    async with started(stack):
        environment = environment_on(stack, METRICS_PORT=str(metrics_port), NUMBA_CACHE_DIR=str(stack.layout.compiled))
        async with (
            child("tests.benchmarks.analysis.workers", str(meter), environment=environment, folder=folder) as workers,
            Client(stack.url, stack.admin_token) as client,
            Ear(stack.parts.kafka, RUN_FACTS.name) as ear,
        ):
            await workers.until_answering(local_url(metrics_port, "/health/ready"))
            pids = stack.pids() | {"workers": workers.pid}
            journey = Journey(client, await client.tenant("analysis"), ear, pids)
            await journey.of(SHORT_CLIP)  # whatever happens only once has happened
            idle = await journey.idle()
            decodes = [await _decode(clip, folder)]
            first = await journey.of(clip)
            stages = read(meter)
            repeats = []
            for _ in range(max(1, round(REPEATS * scale))):
                repeats.append(await journey.of(clip))
                if len(decodes) < DECODES:
                    decodes.append(await _decode(clip, folder))
    return section(Found(decodes, first, stages, repeats, idle), clip.stat().st_size)


async def _decode(clip: Path, folder: Path) -> dict[str, float]:
    module = "tests.benchmarks.analysis.decode"
    async with child(module, str(clip), environment={}, folder=folder, speaks=True) as decoding:
        said: dict[str, float] = await decoding.said()
        return said


def section(found: Found, size_bytes: int) -> Section:
    """The figures as text."""
    decode_cpu = statistics.median(one["cpu_seconds"] for one in found.decodes)
    decode_wall = statistics.median(one["wall_seconds"] for one in found.decodes)
    first = found.first
    again_wall = statistics.median(one.wall_seconds for one in found.repeats)
    again_cpu = statistics.median(one.cpu for one in found.repeats)
    rows = [
        _row("one bare decode (PyAV, threads AUTO)", decode_cpu, decode_wall, decode_cpu),
        _row("the first time", first.cpu, first.wall_seconds, decode_cpu),
        _row("the same bytes again, as a new video", again_cpu, again_wall, decode_cpu),
    ]
    idle = sum(found.idle_cpu_per_second.values())
    width, height = SIZE
    return Section(
        title=TITLE,
        method=(
            f"A video of {SECONDS} s, {width} by {height}, h264 and AAC with speech ({size_bytes / 1e6:.1f} MB), from "
            "the beginning of its upload until its analysis is completed, as one client waits for it; before it a "
            "short clip, so that everything is warm. Processor time is that of every process of the stack with all "
            f"its children. The decode is a process that decodes every picture and does nothing else (median of "
            f"{len(found.decodes)}, before and after); the same bytes again is the median of {len(found.repeats)} "
            "uploads to new videos."
        ),
        tables=[
            ("", Table(("", "cpu s", "wall s", "cpu in decodes"), rows)),
            (
                "The first time by stage (in its pool process, without fetching and storing) …",
                Table(("stage", "cpu s", "wall s", "cpu in decodes"), _stage_rows(found.stages, decode_cpu)),
            ),
            (
                "… and by process, with its children, beside what it uses while nothing is asked:",
                Table(("process", "first, cpu s", "again, cpu s", "idle, % of a core"), _process_rows(found)),
            ),
        ],
        goals=[
            _share_goal("wall", again_wall, first.wall_seconds),
            _share_goal("processor time", again_cpu, first.cpu),
        ],
        remarks=[
            f"The first time: {_instants([first])}; again: {_instants(found.repeats)}.",
            (
                "Nothing is taken off for what the processes use while nothing is asked: it makes about "
                f"{idle * first.wall_seconds:.1f} s of the first time and {idle * again_wall:.2f} s "
                "of the second."
            ),
        ],
    )


def _share_goal(of: str, again: float, first: float) -> Goal:
    share = again / first
    return Goal(
        f"{of} of the same bytes again: at most {MOST_OF_FIRST:.0%} of the first time",
        f"{share:.1%}",
        share <= MOST_OF_FIRST,
    )


def _instants(costs: Sequence[Cost]) -> str:
    uploaded, ready, completed = (
        statistics.median(getattr(cost, name) for cost in costs)
        for name in ("uploaded_seconds", "ready_seconds", "wall_seconds")
    )
    return f"uploaded after {uploaded:.2f} s, ready after {ready:.2f} s, completed after {completed:.2f} s"


def _row(name: str, cpu_seconds: float, wall_seconds: float, decode_cpu: float) -> tuple[str, ...]:
    return name, f"{cpu_seconds:.2f}", f"{wall_seconds:.2f}", f"{cpu_seconds / decode_cpu:.2f}"


def _stage_rows(stages: Mapping[str, Mapping[str, float]], decode_cpu: float) -> list[tuple[str, ...]]:
    known = [(name, stages[name]) for name in STAGES if name in stages]
    return [_row(name, one["cpu_seconds"], one["wall_seconds"], decode_cpu) for name, one in known]


def _process_rows(found: Found) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name, used in found.first.cpu_seconds.items():
        again = statistics.median(one.cpu_seconds[name] for one in found.repeats)
        idle = 100 * found.idle_cpu_per_second[name]
        rows.append((name, f"{used:.2f}", f"{again:.2f}", f"{idle:.1f}"))
    return rows
