"""A run, as facts arrive: in order, out of order, twice, late, from dead workers."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.core.endings import result_of
from services.gateway.core.fold import MAXIMUM_ATTEMPTS, Change, begin, fold
from services.gateway.core.planner import ready
from services.gateway.core.resources import insights_parameters, new_run_of_video, new_video
from services.gateway.core.run import NEVER, stage_of
from services.gateway.core.sweep import sweep
from shared.contracts.artifacts import ArtifactReference, SourceReference
from shared.contracts.events import (
    RunCompleted,
    RunFailed,
    StageCompleted,
    StageFailed,
    StageOffered,
    StageProgressed,
    StageStarted,
    VideoAnalysisCompleted,
    VideoAnalysisFailed,
    VideoReady,
)
from shared.contracts.failures import FailureCode

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
INSIGHTS = {
    "sections": [{"id": "s1", "title": "Overview", "content": "They spoke.", "evidence": []}],
    "events": [
        {"id": "e1", "type": "question", "title": "t", "description": "d", "start_seconds": 1.0, "end_seconds": 2.0}
    ],
}


def artifact(stage):
    return ArtifactReference(stage=stage, version=1, address="a" * 64, files=("report.json",))


def video():
    return new_video(
        "video",
        organization_id="organization",
        title="call.mp4",
        filename="call.mp4",
        source=SourceReference(bucket="rushes-media", key="k", size_bytes=1, sha256="0" * 64),
        owner_id=None,
        deal_id=None,
        now=NOON,
        deadline_seconds=1800,
    )


def analysis(kind="analysis"):
    return begin(
        new_run_of_video(
            "analysis",
            kind=kind,
            video=video(),
            inputs={"ingest": artifact("ingest").model_dump()},
            now=NOON,
            deadline_seconds=1800,
        ),
        NOON,
    )


def started(stage, attempt=1, kind="analysis"):
    return StageStarted(run_id="analysis", run_kind=kind, stage=stage, attempt=attempt, worker="w")


def progressed(stage, progress, attempt=1):
    return StageProgressed(run_id="analysis", run_kind="analysis", stage=stage, attempt=attempt, progress=progress)


def completed(stage, attempt=1, kind="analysis"):
    return StageCompleted(
        run_id="analysis",
        run_kind=kind,
        stage=stage,
        attempt=attempt,
        artifact=artifact(stage),
        reused=False,
        duration_seconds=1.0,
    )


def failed(stage, attempt=1, *, transient, code=FailureCode.ANALYSIS_FAILED):
    return StageFailed(
        run_id="analysis",
        run_kind="analysis",
        stage=stage,
        attempt=attempt,
        code=code,
        message="No.",
        transient=transient,
    )


def apply(document, *facts, at=NOON + timedelta(seconds=5)):
    """The document after the facts, and all events said on the way."""
    events = []
    for fact in facts:
        change = fold(document, fact, at, INSIGHTS if fact.stage == "insights" else None)
        if change is not None:
            document = change.document
            events.extend(change.events)
    return document, events


def offered(events):
    return [(event.stage, event.attempt) for event in events if isinstance(event, StageOffered)]


def test_a_new_analysis_offers_the_stages_that_wait_for_nothing():
    change = analysis()
    assert offered(change.events) == [("video_analysis", 1), ("transcription", 1)]
    assert change.document["attention_at"] == NOON + timedelta(seconds=30)
    offer = next(event for event in change.events if isinstance(event, StageOffered))
    assert offer.inputs == {"ingest": artifact("ingest")}


def test_a_stage_is_offered_once_all_that_it_waits_for_is_complete():
    document, events = apply(analysis().document, completed("transcription"))
    assert offered(events) == []
    document, events = apply(document, completed("video_analysis"))
    assert offered(events) == [("insights", 1)]
    assert set(events[0].inputs) == {"ingest", "video_analysis", "transcription"}
    assert ready(document["run"]) == []


def test_each_stage_is_offered_with_what_the_run_tells_it():
    document = new_run_of_video(
        "analysis",
        kind="analysis",
        video=video(),
        inputs={},
        now=NOON,
        deadline_seconds=1800,
        parameters={"insights": {"checklist": []}},
    )
    del (without := {**document, "run": {**document["run"]}})["run"]["parameters"]
    for begun, told in ((document, {"checklist": []}), (without, {})):
        change = begin(begun, NOON)
        document, events = apply(change.document, completed("transcription"), completed("video_analysis"))
        offers = [event for event in (*change.events, *events) if isinstance(event, StageOffered)]
        assert {offer.stage: offer.parameters for offer in offers} == {
            "video_analysis": {},
            "transcription": {},
            "insights": told,
        }


def test_a_checklist_is_told_only_when_it_is_to_be_evaluated():
    items = [{"item_id": "budget", "title": "Budget", "description": None, "phrases": []}]
    organization = {"settings": {"checklist_enabled": True, "checklist": items}}
    assert insights_parameters(organization) == {"checklist": items}
    organization["settings"]["checklist_enabled"] = False
    assert insights_parameters(organization) == {}


def test_a_result_has_a_checklist_exactly_when_the_report_has_one():
    evaluation = {"item_id": "i", "title": "t", "passed": True, "score": 80, "reason": "r"}
    report = INSIGHTS | {"checklist": {"items": [evaluation | {"evidence": []}]}}
    assert result_of(report)["checklist"] == {"items": [evaluation]}
    assert "checklist" not in result_of(INSIGHTS)
    assert "checklist" not in result_of(INSIGHTS | {"checklist": None})


def test_the_last_stage_completes_the_run_with_its_result_in_one_step():
    document, events = apply(
        analysis().document, completed("transcription"), completed("video_analysis"), completed("insights")
    )
    assert document["status"] == "completed"
    assert document["result"]["summary"]["sections"] == [{"id": "s1", "title": "Overview", "content": "They spoke."}]
    assert document["run"]["progress_percent"] == 100
    assert document["attention_at"] == NEVER
    assert [type(event) for event in events[1:]] == [RunCompleted, VideoAnalysisCompleted]
    assert "result" not in events[-1].data
    assert events[-1].data["status"] == "completed"


FACTS = [
    started("video_analysis"),
    progressed("video_analysis", 0.5),
    completed("video_analysis"),
    started("transcription"),
    progressed("transcription", 0.3),
    progressed("transcription", 0.9),
    completed("transcription"),
]


@given(st.permutations(FACTS), st.integers(0, 2**16))
def test_any_order_and_any_repetition_lead_to_the_same_offers(order, seed):
    again = random.Random(seed)
    document, events = apply(analysis().document, *order, *again.choices(order, k=4))
    assert offered(events) == [("insights", 1)]
    document, events = apply(document, completed("insights"), completed("insights"), *order)
    assert document["status"] == "completed"
    assert [type(event) for event in events] == [RunCompleted, VideoAnalysisCompleted]


@given(st.permutations(FACTS))
def test_progress_never_falls_and_is_100_only_at_the_end(order):
    document = analysis().document
    seen = [0]
    for fact in order:
        document, _ = apply(document, fact)
        seen.append(document["run"]["progress_percent"])
    assert seen == sorted(seen)
    assert seen[-1] < 100


def test_a_retried_stage_does_not_take_progress_back():
    document, _ = apply(analysis().document, progressed("transcription", 0.9))
    before = document["run"]["progress_percent"]
    document, _ = apply(document, failed("transcription", transient=True))
    assert document["run"]["progress_percent"] == before > 0


def test_the_stage_shown_moves_in_the_documented_order():
    document = analysis().document
    assert document["run"]["current_stage"] is None
    shown = []
    for fact in (completed("transcription"), completed("video_analysis"), started("insights"), completed("insights")):
        document, _ = apply(document, fact)
        shown.append(document["run"]["current_stage"])
    assert shown == ["video_analysis", "insights", "insights", None]


def test_a_permanent_failure_ends_the_run_and_is_told():
    document, events = apply(analysis().document, failed("transcription", transient=False, code=FailureCode.UNREADABLE))
    assert document["status"] == "failed"
    assert document["error"] == {"code": "analysis_failed", "message": "No."}
    assert [type(event) for event in events] == [RunFailed, VideoAnalysisFailed]
    assert events[-1].data["error"]["code"] == "analysis_failed"


def test_a_transient_failure_is_offered_again_until_the_attempts_are_used_up():
    document = analysis().document
    for attempt in range(1, MAXIMUM_ATTEMPTS):
        document, events = apply(document, failed("transcription", attempt, transient=True))
        assert offered(events) == [("transcription", attempt + 1)]
    document, _ = apply(document, failed("transcription", MAXIMUM_ATTEMPTS, transient=True))
    assert document["status"] == "failed"


@pytest.mark.parametrize(
    "fact",
    [completed("transcription"), failed("transcription", transient=False), progressed("transcription", 1.0)],
    ids=lambda fact: type(fact).__name__,
)
def test_facts_of_a_stale_attempt_change_nothing(fact):
    document, _ = apply(analysis().document, failed("transcription", transient=True))
    assert fold(document, fact, NOON) is None


def test_a_result_after_the_deadline_does_not_complete_the_run():
    document, _ = apply(analysis().document, completed("transcription"), completed("video_analysis"))
    late = NOON + timedelta(seconds=1800)
    document, events = apply(document, completed("insights"), at=late)
    assert (document["status"], document["error"]["code"]) == ("failed", "timeout")
    assert "result" not in document
    assert fold(document, completed("insights"), late) is None
    assert isinstance(events[-1], VideoAnalysisFailed)


def test_a_failed_analysis_that_never_started_has_no_start():
    _, events = apply(analysis().document, failed("transcription", transient=False))
    assert "started_at" not in events[-1].data
    assert "finished_at" in events[-1].data


def test_a_prepared_video_is_ready_and_announced():
    change = begin(video(), NOON)
    assert offered(change.events) == [("ingest", 1)]
    document = fold(change.document, started("ingest", kind="preparation"), NOON).document
    assert document["status"] == "preparing"
    done = fold(document, completed("ingest", kind="preparation"), NOON, {"duration_seconds": 12.5})
    assert isinstance(done, Change)
    assert (done.document["status"], done.document["duration_seconds"]) == ("ready", 12.5)
    assert [type(event) for event in done.events] == [RunCompleted, VideoReady]
    assert done.events[-1].data["status"] == "ready"


def test_a_video_that_cannot_be_read_is_rejected_with_a_code_of_the_contract():
    document = begin(video(), NOON).document
    for attempt in range(1, MAXIMUM_ATTEMPTS + 1):
        fact = failed("ingest", attempt, transient=True, code=FailureCode.OUT_OF_MEMORY)
        document = fold(document, fact, NOON).document
    assert (document["status"], document["error"]["code"]) == ("rejected", "unreadable")


class TestSweep:
    def test_nothing_is_done_before_its_time(self):
        assert sweep(analysis().document, NOON + timedelta(seconds=29)) is None

    def test_an_unclaimed_offer_is_repeated_with_growing_pauses(self):
        change = sweep(analysis().document, NOON + timedelta(seconds=30))
        assert offered(change.events) == [("video_analysis", 1), ("transcription", 1)]
        assert change.document["attention_at"] == NOON + timedelta(seconds=30 + 60)

    def test_a_silent_stage_gets_its_next_attempt(self):
        document, _ = apply(analysis().document, started("transcription"), completed("video_analysis"), at=NOON)
        change = sweep(document, NOON + timedelta(seconds=30))
        assert offered(change.events) == [("transcription", 2)]
        assert stage_of(change.document["run"], "transcription")["status"] == "offered"

    def test_a_stage_that_stays_silent_ends_the_run(self):
        document, at = analysis().document, NOON
        for attempt in range(1, MAXIMUM_ATTEMPTS + 1):
            document, _ = apply(document, started("transcription", attempt), completed("video_analysis"), at=at)
            at += timedelta(seconds=30)
            document = sweep(document, at).document
        assert (document["status"], document["error"]["code"]) == ("failed", "internal_error")

    def test_the_deadline_ends_the_run_whatever_it_does(self):
        document, _ = apply(analysis().document, started("transcription"))
        change = sweep(document, NOON + timedelta(seconds=1800))
        assert (change.document["status"], change.document["error"]["code"]) == ("failed", "timeout")
        assert sweep(change.document, NOON + timedelta(days=1)) is None


def test_only_an_analysis_ends_with_an_event_of_the_platform():
    for kind, said in (("analysis", 2), ("processing", 1), ("job", 1)):
        document = analysis(kind).document
        for stage in document["run"]["stages"]:
            stage["status"] = "started"
            stage["attempt"] = 1
        for stage in [one["stage"] for one in document["run"]["stages"]]:
            change = fold(document, completed(stage, kind=kind), NOON)
            document = change.document
        assert document["status"] == "completed"
        assert len(change.events) == said
