import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.contracts.artifacts import ARTIFACTS_BUCKET, MEDIA_BUCKET
from shared.contracts.envelope import MalformedMessage
from shared.contracts.events import (
    RunCreated,
    StageCompleted,
    StageFailed,
    StageProgressed,
    StageStarted,
)
from shared.contracts.failures import FailureCode, TransientFailure
from shared.contracts.instants import now
from shared.kit.compute import Beginning, Compute
from shared.kit.runner import voice
from shared.testkit.offers import SOURCE_KEY, HeardOffer, MemoryWorker, offered


@pytest.fixture(scope="module")
async def compute(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Compute]:
    models = tmp_path_factory.mktemp("models")
    async with Compute(Beginning(service="test", warm=(), models_dir=models), processes=1) as running:
        yield running


@pytest.fixture
async def worker(compute: Compute, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MemoryWorker]:
    monkeypatch.setattr(voice, "WORTH_A_WORD_SECONDS", 0.0)
    worker = MemoryWorker(compute, tmp_path)
    yield worker
    await worker.runner.stop()


async def test_an_offer_becomes_an_artifact_and_facts(worker: MemoryWorker) -> None:
    heard = offered(word="x", size_bytes=10)
    completed = await worker.end_of(heard)
    assert isinstance(completed, StageCompleted)
    assert not completed.reused
    assert completed.artifact.files == ("data.bin", "report.json")
    assert worker.report(completed).word == "x"
    assert worker.objects.puts[-1] == completed.artifact.key("report.json")
    assert worker.objects.content_types[ARTIFACTS_BUCKET, completed.artifact.key("report.json")] == "application/json"
    started = worker.speaker.said[0]
    assert started.event == StageStarted(
        run_id=heard.event.subject, run_kind="analysis", stage="ingest", attempt=1, worker="worker-1"
    )
    assert all(said.envelope.causationid == heard.envelope.id for said in worker.speaker.said)
    assert all(said.envelope.correlationid == heard.envelope.correlationid for said in worker.speaker.said)
    assert worker.claims.owners == {f"{heard.event.run_id}:ingest:1": "worker-1"}


async def test_work_that_is_over_at_once_says_so_and_nothing_else(
    worker: MemoryWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice, "WORTH_A_WORD_SECONDS", 60.0)
    await worker.end_of(offered(word="quick"))
    assert [type(said.event) for said in worker.speaker.said] == [StageCompleted]


def starts(worker: MemoryWorker) -> list[tuple[str, str]]:
    return [
        (said.envelope.id, event.worker)
        for said in worker.speaker.said
        if isinstance(event := said.event, StageStarted)
    ]


async def test_an_offer_heard_twice_is_worked_on_once(worker: MemoryWorker) -> None:
    heard = offered(word="x")
    await worker.hear(heard, heard)
    await worker.ends(1)
    await worker.hear(heard)
    await worker.end_of(offered(word="another"))
    assert len(worker.speaker.events(StageCompleted)) == 2
    assert [worker for _, worker in starts(worker)].count("worker-1") == 2
    assert len(dict(starts(worker))) == 2


async def test_an_offer_that_another_worker_claimed_is_let_be_and_its_start_said(worker: MemoryWorker) -> None:
    heard = offered()
    worker.claims.owners[f"{heard.event.run_id}:ingest:1"] = "worker-2"
    await worker.hear(heard)
    assert [name for _, name in starts(worker)] == ["unknown"]
    await worker.end_of(offered(run_id=heard.event.run_id, attempt=2))
    assert [fact.attempt for fact in worker.speaker.events(StageStarted, StageCompleted)] == [1, 2, 2]  # type: ignore[attr-defined]


async def test_an_artifact_that_exists_is_reused(worker: MemoryWorker) -> None:
    first = await worker.end_of(offered(word="same", size_bytes=10))
    stored = len(worker.objects.puts)
    second = await worker.end_of(offered(word="same", size_bytes=10))
    assert second.reused
    assert second.artifact == first.artifact
    assert len(worker.objects.puts) == stored


async def test_two_runs_that_want_the_same_artifact_make_it_once(compute: Compute, tmp_path: Path) -> None:
    worker = MemoryWorker(compute, tmp_path, slots=2)
    await worker.runner.take()
    await worker.runner.hear(offered(word="same", behaviour="slow", seconds=0.3))
    # The second one comes while the only process is taken, as it can between a look at the room and the offer.
    await worker.runner._slots.acquire()
    worker.runner._holds_slot = True
    await worker.runner.hear(offered(word="same", behaviour="slow", seconds=0.3))
    completed = await worker.ends(2)
    assert [fact.reused for fact in completed] == [False, True]
    assert completed[0].artifact == completed[1].artifact
    await worker.runner.stop()


async def test_inputs_are_fetched_as_the_stage_reads_them(compute: Compute, tmp_path: Path) -> None:
    worker = MemoryWorker(compute, tmp_path, name="insights", reads=("ingest/audio.*", "transcription", "source"))
    worker.objects.objects[MEDIA_BUCKET, SOURCE_KEY] = b"abc"
    ingest = worker.put_artifact("ingest", {"report.json": b"1", "audio.flac": b"2", "proxy.mp4": b"3"})
    transcription = worker.put_artifact("transcription", {"report.json": b"4"})
    inputs = {"ingest": ingest, "transcription": transcription, "video_analysis": ingest}
    report = worker.report(await worker.end_of(offered(stage="insights", inputs=inputs)))
    assert report.source_bytes == 3
    assert report.heard == {"ingest": "1", "transcription": "4"}
    assert report.files == ("ingest/audio.flac", "ingest/report.json", "transcription/report.json")
    await worker.runner.stop()


@pytest.mark.parametrize("what", ["source", "input file", "input in the offer"])
async def test_what_is_missing_is_a_permanent_failure(compute: Compute, tmp_path: Path, what: str) -> None:
    worker = MemoryWorker(compute, tmp_path, name="insights", reads=("ingest", "source"))
    artifact = worker.put_artifact("ingest", {"report.json": b"1"})
    if what != "source":
        worker.objects.objects[MEDIA_BUCKET, SOURCE_KEY] = b"abc"
    if what == "input file":
        worker.objects.objects.pop((ARTIFACTS_BUCKET, artifact.key("report.json")))
    inputs = {} if what == "input in the offer" else {"ingest": artifact}
    failed = await worker.end_of(offered(stage="insights", inputs=inputs))
    assert (failed.code, failed.transient) == (FailureCode.INTERNAL_ERROR, False)
    await worker.runner.stop()


@pytest.mark.parametrize(
    ("behaviour", "code", "transient"),
    [
        ("permanent", FailureCode.UNREADABLE, False),
        ("unexpected", FailureCode.INTERNAL_ERROR, True),
        ("crash", FailureCode.WORKER_LOST, True),
        ("memory", FailureCode.OUT_OF_MEMORY, True),
    ],
)
async def test_work_that_fails_is_said_with_its_code(
    worker: MemoryWorker, behaviour: str, code: FailureCode, *, transient: bool
) -> None:
    size = {"size_bytes": 400 << 20, "seconds": 60} if behaviour == "memory" else {}
    failed = await worker.end_of(offered(behaviour=behaviour, **size))
    assert isinstance(failed, StageFailed)
    assert (failed.code, failed.transient) == (code, transient)
    assert not worker.objects.puts
    assert isinstance(await worker.end_of(offered(word="next")), StageCompleted)


async def test_a_pool_process_killed_during_work_is_said_at_once(worker: MemoryWorker) -> None:
    first = await worker.end_of(offered())
    pid = worker.report(first).pid
    heard = offered(behaviour="endless")
    await worker.hear(heard)
    await worker.until_working()
    os.kill(pid, signal.SIGKILL)
    failed = (await worker.ends(2))[-1]
    assert (failed.code, failed.transient) == (FailureCode.WORKER_LOST, True)
    assert (await worker.end_of(offered(run_id=heard.event.subject, attempt=2, word="2"))).attempt == 2


async def test_parameters_that_do_not_fit_are_a_permanent_failure(worker: MemoryWorker) -> None:
    failed = await worker.end_of(offered(nonsense=True))
    assert (failed.code, failed.transient) == (FailureCode.INTERNAL_ERROR, False)


async def test_an_offer_past_its_deadline_is_not_worked_on(worker: MemoryWorker) -> None:
    await worker.hear(offered(seconds_left=-1))
    await worker.end_of(offered())
    assert len(worker.claims.owners) == 1
    assert len(worker.speaker.events(StageStarted)) == 1


async def test_work_ends_with_its_runs_deadline(worker: MemoryWorker) -> None:
    failed = await worker.end_of(offered(behaviour="endless", seconds_left=0.5))
    assert (failed.code, failed.transient) == (FailureCode.TIMEOUT, False)
    assert isinstance(await worker.end_of(offered()), StageCompleted)


async def test_work_ends_with_its_stages_deadline(compute: Compute, tmp_path: Path) -> None:
    worker = MemoryWorker(compute, tmp_path, deadline_seconds=0.3)
    failed = await worker.end_of(offered(behaviour="endless"))
    assert (failed.code, failed.transient) == (FailureCode.TIMEOUT, False)
    await worker.runner.stop()


async def test_light_work_waits_for_no_pool_process(compute: Compute, tmp_path: Path) -> None:
    busy, light = MemoryWorker(compute, tmp_path / "busy"), MemoryWorker(compute, tmp_path / "light", is_light=True)
    await busy.hear(offered(behaviour="endless"))
    await busy.until_working()
    completed = await light.end_of(offered(word="x"))
    assert light.report(completed).word == "x"
    assert not busy.speaker.events(StageCompleted, StageFailed)
    failed = await light.end_of(offered(behaviour="unexpected"))
    assert (failed.code, failed.transient) == (FailureCode.INTERNAL_ERROR, True)
    await light.runner.stop()
    await busy.runner.stop()


async def test_the_end_of_the_worker_is_said_at_once(worker: MemoryWorker) -> None:
    await worker.hear(offered(behaviour="endless"))
    await worker.until_working()
    await worker.runner.stop()
    (failed,) = worker.speaker.events(StageFailed)
    assert isinstance(failed, StageFailed)
    assert (failed.code, failed.transient) == (FailureCode.WORKER_LOST, True)
    with pytest.raises(TransientFailure):
        await worker.runner.hear(offered())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(worker.runner.take(), 0.05)


async def test_an_upload_that_ended_before_the_report_is_completed_by_the_next_attempt(
    compute: Compute, tmp_path: Path
) -> None:
    dying = MemoryWorker(compute, tmp_path / "1")
    dying.objects.writable = 1
    heard = offered(word="x", size_bytes=10)
    await dying.hear(heard)
    async with asyncio.timeout(30):
        while not dying.objects.puts:  # noqa: ASYNC110  the stand-in has no event for it
            await asyncio.sleep(0.02)
    await dying.runner.stop()
    assert [key.rpartition("/")[2] for key in dying.objects.puts] == ["data.bin"]

    worker = MemoryWorker(compute, tmp_path / "2")
    worker.objects.objects = dying.objects.objects
    completed = await worker.end_of(offered(run_id=heard.event.subject, attempt=2, word="x", size_bytes=10))
    assert not completed.reused
    assert completed.artifact.files == ("data.bin", "report.json")
    await worker.runner.stop()


async def test_a_store_that_is_away_for_a_moment_ends_no_attempt(worker: MemoryWorker) -> None:
    worker.objects.failures = 2
    worker.speaker.failures = 2
    assert isinstance(await worker.end_of(offered(word="x")), StageCompleted)


async def test_a_claim_that_cannot_be_made_leaves_the_offer_to_be_heard_again(worker: MemoryWorker) -> None:
    worker.claims.failures = 1
    heard = offered(word="x")
    with pytest.raises(TransientFailure):
        await worker.hear(heard)
    assert isinstance(await worker.end_of(heard), StageCompleted)


async def test_what_is_no_offer_of_the_stage_is_refused(worker: MemoryWorker) -> None:
    created = RunCreated(run_id="1", run_kind="analysis", organization_id="2", video_id="3", deadline_at=now())
    envelope = created.enclose(source="gateway", time=now(), correlation_id="1")
    for heard in (HeardOffer(envelope, created), offered(stage="transcription")):  # type: ignore[arg-type]
        with pytest.raises(MalformedMessage):
            await worker.hear(heard)
    assert isinstance(await worker.end_of(offered()), StageCompleted)


async def test_no_more_offers_are_taken_than_there_are_slots(worker: MemoryWorker) -> None:
    await worker.hear(offered(behaviour="slow", seconds=0.5))
    taking = asyncio.create_task(worker.runner.take())
    await worker.until_working()
    assert not taking.done()
    await worker.ends(1)
    await taking


async def test_progress_is_the_heartbeat(worker: MemoryWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(voice, "LONGEST_SILENCE_SECONDS", 0.1)
    await worker.end_of(offered(behaviour="slow", seconds=1.5, steps=3))
    said = [fact.progress for fact in worker.speaker.events(StageProgressed)]  # type: ignore[attr-defined]
    assert said == sorted(said)
    assert {0.0} < set(said) <= {0.0, 1 / 3, 2 / 3, 1.0}
    assert len(said) > len(set(said))
    ids = [said.envelope.id for said in worker.speaker.said]
    assert len(ids) == len(set(ids))


async def test_nothing_of_a_task_stays_on_disk(worker: MemoryWorker) -> None:
    await worker.end_of(offered(size_bytes=10))
    await worker.end_of(offered(behaviour="crash"))
    async with asyncio.timeout(30):
        while worker.task_directories():  # noqa: ASYNC110  removed by a thread
            await asyncio.sleep(0.02)
