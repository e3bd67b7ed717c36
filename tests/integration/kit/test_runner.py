"""A worker on the real parts, as a process of its own that may be ended in any way."""

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from deploy.standalone.stack import StackParts
from shared.contracts.artifacts import ARTIFACTS_BUCKET, MEDIA_BUCKET
from shared.contracts.events import Event, StageCompleted, StageFailed, StageProgressed, StageStarted
from shared.contracts.failures import FailureCode
from shared.contracts.topics import STAGE_FACTS
from shared.kit.bus import Bus, Heard
from shared.kit.objects import Objects
from shared.testkit.offers import SOURCE_KEY, HeardOffer, offered
from shared.testkit.patience import until
from shared.testkit.stages import PlayReport

pytestmark = pytest.mark.integration

PATIENCE_SECONDS = 60


@dataclass
class Gateway:
    """Says offers and hears the facts of its own runs, as the gateway does."""

    bus: Bus
    objects: Objects
    facts: dict[str, list[Event]] = field(default_factory=dict)

    async def hear(self, batch: list[Heard]) -> None:
        for heard in batch:
            if heard.event.subject in self.facts:
                self.facts[heard.event.subject].append(heard.event)

    async def offer(self, *offers: HeardOffer) -> None:
        for heard in offers:
            self.facts.setdefault(heard.event.run_id, [])
        await self.bus.say([(heard.event.topic, heard.envelope) for heard in offers])

    def of(self, heard: HeardOffer, *kinds: type[Event]) -> list[Any]:
        return [fact for fact in self.facts[heard.event.run_id] if isinstance(fact, kinds)]

    async def until(self, heard: HeardOffer, *kinds: type[Event]) -> Any:
        async def look() -> list[Any]:
            return [fact for fact in self.of(heard, *kinds) if fact.attempt == heard.event.attempt]

        return (await until(look, seconds=PATIENCE_SECONDS))[0]

    async def report(self, completed: StageCompleted) -> PlayReport:
        stored = await self.objects.get_bytes(ARTIFACTS_BUCKET, completed.artifact.key("report.json"))
        return PlayReport.model_validate_json(stored)


@pytest.fixture(scope="module")
async def gateway(stack_parts: StackParts) -> AsyncIterator[Gateway]:
    bus = Bus(bootstrap_servers=stack_parts.kafka, service="test")
    objects = Objects.connect(stack_parts.s3, stack_parts.s3_access_key_id, stack_parts.s3_secret_access_key)
    gateway = Gateway(bus, objects)
    bus.hear([STAGE_FACTS], "gateway", gateway.hear)
    await bus.start()
    yield gateway
    await bus.stop()
    await objects.close()


@dataclass
class Worker:
    """A worker process that can be ended and started again."""

    environment: dict[str, str]
    log_file: Path
    port: int
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log_file.open("ab") as log:
            command = (sys.executable, "-m", "shared.testkit.play_worker")
            self.process = await asyncio.create_subprocess_exec(*command, env=self.environment, stdout=log, stderr=log)
        await until(self._is_ready, seconds=PATIENCE_SECONDS)

    async def end(self, number: int) -> int:
        assert self.process
        if self.process.returncode is None:
            self.process.send_signal(number)
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.process.wait()

    async def get(self, path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.status, await answer.text()

    async def _is_ready(self) -> bool:
        assert self.process
        assert self.process.returncode is None, self.log_file.read_text()
        try:
            return (await self.get("/health/ready"))[0] == 200
        except aiohttp.ClientError:
            return False

    def lines(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self.log_file.read_bytes().splitlines() if line.startswith(b"{")]


@pytest.fixture
async def worker(stack_parts: StackParts, tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Worker]:
    (tmp_path / "models").mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "KAFKA_BOOTSTRAP_SERVERS": stack_parts.kafka,
        "MONGODB_URI": stack_parts.mongodb,
        "MONGODB_DATABASE": stack_parts.mongodb_database,
        "S3_ENDPOINT_URL": stack_parts.s3,
        "S3_ACCESS_KEY_ID": stack_parts.s3_access_key_id,
        "S3_SECRET_ACCESS_KEY": stack_parts.s3_secret_access_key,
        "RUSHES_MODELS_DIR": str(tmp_path / "models"),
        "RUSHES_WORK_DIR": str(tmp_path / "work"),
        "METRICS_PORT": str(unused_tcp_port),
        "WORKER_PROCESSES": "1",
    }
    worker = Worker(environment, tmp_path / "log", unused_tcp_port)
    await worker.start()
    yield worker
    await worker.end(signal.SIGKILL)


def unique() -> str:
    """A word that no artifact was made with before: the stack outlives the test."""
    return secrets.token_hex(8)


async def test_offers_said_twice_become_one_artifact_each_and_a_second_stage_reads_the_first(
    gateway: Gateway, worker: Worker
) -> None:
    ingest = offered(word=unique(), size_bytes=10)
    await gateway.offer(ingest, ingest)
    first = await gateway.until(ingest, StageCompleted)
    assert first.artifact.files == ("data.bin", "report.json")

    await gateway.objects.put_bytes(MEDIA_BUCKET, SOURCE_KEY, b"abc", "video/mp4")
    insights = offered(stage="insights", word=unique(), inputs={"ingest": first.artifact})
    await gateway.offer(insights, ingest, insights)
    second = await gateway.until(insights, StageCompleted)
    report = await gateway.report(second)
    assert report.files == ("ingest/data.bin", "ingest/report.json")
    assert report.source_bytes == 3

    again = offered(**ingest.event.parameters)
    await gateway.offer(again)
    assert (await gateway.until(again, StageCompleted)).reused
    for offer in (ingest, insights):
        assert [fact.worker for fact in gateway.of(offer, StageStarted)].count("unknown") > 0
        assert len({fact.worker for fact in gateway.of(offer, StageStarted)} - {"unknown"}) <= 1
    assert len(gateway.of(ingest, StageCompleted)) == len(gateway.of(insights, StageCompleted)) == 1

    status, metrics = await worker.get("/metrics")
    assert status == 200
    assert 'rushes_stage_duration_seconds_count{outcome="reused",stage="ingest"} 1.0' in metrics
    assert 'rushes_stage_offers_total{answer="taken",stage="ingest"}' in metrics
    ended = [line for line in worker.lines() if line["event"] == "stage_ended"]
    assert {line["run_id"] for line in ended} == {offer.event.run_id for offer in (ingest, insights, again)}


async def test_a_worker_that_is_told_to_end_says_so_and_ends_in_order(gateway: Gateway, worker: Worker) -> None:
    heard = offered(behaviour="endless", word=unique())
    await gateway.offer(heard)
    await gateway.until(heard, StageProgressed)
    assert await worker.end(signal.SIGTERM) == 0
    failed = await gateway.until(heard, StageFailed)
    assert (failed.code, failed.transient) == (FailureCode.WORKER_LOST, True)
    assert list((worker.log_file.parent / "work").iterdir()) == []


async def test_the_next_worker_goes_on_after_one_that_was_killed(gateway: Gateway, worker: Worker) -> None:
    word = unique()
    heard = offered(behaviour="slow", seconds=600, word=word)
    await gateway.offer(heard)
    await gateway.until(heard, StageProgressed)
    assert await worker.end(signal.SIGKILL) == -signal.SIGKILL
    left = set((worker.log_file.parent / "work").iterdir())
    await worker.start()
    # The claim of the dead worker stands: the offer is not worked on again, its next attempt is.
    await gateway.offer(heard)
    await until(partial(said_again, gateway, heard), seconds=60)
    next_attempt = offered(run_id=heard.event.run_id, attempt=2, word=word)
    await gateway.offer(next_attempt)
    assert (await gateway.until(next_attempt, StageCompleted)).attempt == 2
    starts = [fact for fact in gateway.of(heard, StageStarted) if fact.attempt == 1]
    assert [fact.worker == "unknown" for fact in starts] == [False, True]
    assert not left & set((worker.log_file.parent / "work").iterdir())


async def said_again(gateway: Gateway, heard: HeardOffer) -> bool:
    """Whether the start of the attempt was said once more."""
    return len(gateway.of(heard, StageStarted)) > 1


async def test_input_that_cannot_be_read_ends_the_stage_and_not_the_worker(gateway: Gateway, worker: Worker) -> None:
    bad, crashing = offered(behaviour="permanent", word=unique()), offered(behaviour="crash", word=unique())
    good = offered(word=unique())
    await gateway.offer(bad, crashing, good)
    failed = await gateway.until(bad, StageFailed)
    assert (failed.code, failed.message, failed.transient) == (FailureCode.UNREADABLE, "This is no video.", False)
    assert (await gateway.until(crashing, StageFailed)).code == FailureCode.WORKER_LOST
    assert await gateway.until(good, StageCompleted)
    assert worker.process
    assert worker.process.returncode is None
