"""How busy the cores are while stages that do not wait for each other run, through the real stack."""

import asyncio
import contextlib
import os
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from deploy.standalone.settings import PARTS
from deploy.standalone.stack import Stack
from shared.contracts.topics import RUN_FACTS
from shared.testkit.client import Client
from tests.benchmarks.analysis import meter
from tests.benchmarks.children import OURS, child, environment_on, free_port, local_url, started
from tests.benchmarks.ear import Ear
from tests.benchmarks.engine.models import COMPILED_DIR, MODELS_DIR
from tests.benchmarks.measuring import cpu_seconds
from tests.benchmarks.sections import Goal, Table

COMPLETED, FAILED = "dev.rushes.run.completed.v1", "dev.rushes.run.failed.v1"
SHORT_CLIP = Path(__file__).parents[2] / "data" / "short_call.mp4"
RUN_SECONDS = 400.0
SAMPLE_SECONDS = 0.1
LEAST_SHARE = 0.8
"""Of two cores: the rest of the stack and the moments between stages take theirs."""

Samples = list[tuple[float, float]]
"""Instants of the monotonic clock, and the processor seconds that the workers had used."""


@dataclass(frozen=True)
class Busy:
    """What was seen while at least as many stages ran as there are cores."""

    cores: int
    spans: Mapping[str, tuple[float, float]]
    overlap_seconds: float
    cpu_seconds: float

    @property
    def share(self) -> float:
        """Of the cores' time."""
        return self.cpu_seconds / (self.overlap_seconds * self.cores) if self.overlap_seconds > 0 else 0.0

    def table(self) -> Table:
        """When each stage ran."""
        began = min(start for start, _ in self.spans.values())
        rows = [
            (name, f"{start - began:.1f}", f"{end - began:.1f}")
            for name, (start, end) in sorted(self.spans.items(), key=lambda item: item[1])
        ]
        return Table(("stage", "from, s", "until, s"), rows)

    def goal(self) -> Goal:
        """Both cores busy."""
        return Goal(
            f"{self.cores} cores busy while independent stages run: at least {LEAST_SHARE:.0%}",
            f"{self.share:.0%} over {self.overlap_seconds:.0f} s",
            self.share >= LEAST_SHARE,
        )


async def measure(clip: Path, folder: Path) -> Busy:
    """Prepare a video, then run every stage on it, as many at once as do not wait."""
    stack, lines = Stack(folder / "data", only=PARTS, environment=OURS), folder / "meter.jsonl"
    token, port, metrics_port = secrets.token_urlsafe(32), free_port(), free_port()
    ours = {"RUSHES_MODELS_DIR": str(MODELS_DIR), "NUMBA_CACHE_DIR": str(COMPILED_DIR)}
    async with started(stack):
        for_gateway = environment_on(stack, ADMIN_TOKEN=token, GATEWAY_PORT=str(port))
        for_workers = environment_on(stack, METRICS_PORT=str(metrics_port), **ours)
        async with (
            child("tests.benchmarks.engine.gateway", environment=for_gateway, folder=folder) as gateway,
            child("tests.benchmarks.analysis.workers", str(lines), environment=for_workers, folder=folder) as workers,
            Ear(stack.parts.kafka, RUN_FACTS.name) as ear,
            Client(local_url(port), token) as client,
        ):
            await gateway.until_answering(local_url(port, "/health/ready"))
            await workers.until_answering(local_url(metrics_port, "/health/ready"))
            tenant = await client.tenant("cores")
            for file in (SHORT_CLIP, clip):  # whatever happens only once has happened with the first
                video = await client.upload(tenant, file)
                await _ended(ear, video["id"])
                async with _sampled(workers.pid) as samples:
                    analysis = await client.post(tenant, f"/videos/{video['id']}/analyses")
                    await _ended(ear, analysis["id"])
    spans = {
        name: (line["began_seconds"], line["began_seconds"] + line["wall_seconds"])
        for name, line in meter.read(lines).items()
        if name != "ingest"
    }
    return busy(spans, samples, len(os.sched_getaffinity(0)))


def busy(spans: Mapping[str, tuple[float, float]], samples: Samples, cores: int) -> Busy:
    """Add up the stretches in which at least as many stages ran as there are cores."""
    edges = sorted({edge for span in spans.values() for edge in span})
    overlap = used = 0.0
    for start, end in pairwise(edges):
        if sum(began <= start and end <= ended for began, ended in spans.values()) >= cores:
            overlap += end - start
            used += _used(samples, end) - _used(samples, start)
    return Busy(cores, spans, overlap, used)


def _used(samples: Samples, at: float) -> float:
    """Processor seconds at an instant, between two samples by the straight line."""
    for (before, least), (after, most) in pairwise(samples):
        if before <= at <= after:
            return least + (most - least) * (at - before) / (after - before)
    return samples[0][1] if at < samples[0][0] else samples[-1][1]


@asynccontextmanager
async def _sampled(pid: int) -> AsyncIterator[Samples]:
    samples: Samples = []

    async def sample() -> None:
        while True:
            samples.append((time.monotonic(), cpu_seconds(pid)))
            await asyncio.sleep(SAMPLE_SECONDS)

    sampling = asyncio.create_task(sample())
    try:
        yield samples
    finally:
        sampling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sampling
        samples.append((time.monotonic(), cpu_seconds(pid)))


async def _ended(ear: Ear, run_id: str) -> None:
    async with asyncio.timeout(RUN_SECONDS):
        envelope, _ = await ear.until(
            lambda envelope: envelope.subject == run_id and envelope.type in (COMPLETED, FAILED)
        )
    if envelope.type == FAILED:
        raise RuntimeError(f"the run failed: {envelope.data}")
