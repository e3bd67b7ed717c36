"""A scoring as a run: it offers one stage, its result is decided before it counts, and a failure touches no deal."""

from datetime import UTC, datetime, timedelta

import pytest

from services.gateway.core import scorings
from services.gateway.core.fold import begin, fold
from services.gateway.core.resources import new_deal, new_scoring
from services.gateway.core.sweep import sweep
from shared.contracts.artifacts import ArtifactReference, SourceReference
from shared.contracts.events import (
    DealScoringCompleted,
    DealScoringFailed,
    RunCreated,
    RunFailed,
    StageCompleted,
    StageFailed,
    StageOffered,
)
from shared.contracts.failures import FailureCode

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SOURCE = SourceReference(bucket="rushes-artifacts", key="deal_snapshots/x.json", size_bytes=2, sha256="0" * 64)
FACTOR = {"factor_id": "recency", "score": 70, "completion": 100, "reason": "Because."}


@pytest.fixture
def deal():
    return new_deal(
        "deal",
        organization_id="organization",
        title="Acme",
        product_id=None,
        owner_id=None,
        forecast_amount=None,
        close_date=None,
        probability=5,
        created_at=NOON,
    )


@pytest.fixture
def begun(deal):
    return begin(new_scoring("scoring", deal=deal, source=SOURCE, now=NOON, deadline_seconds=60), NOON)


def identity():
    return {"run_id": "scoring", "run_kind": "scoring", "stage": "scoring", "attempt": 1}


def completed():
    artifact = ArtifactReference(stage="scoring", version=1, address="a" * 64, files=("report.json",))
    return StageCompleted(**identity(), artifact=artifact, reused=False, duration_seconds=0.1)


def folded(begun, fact=None, at=NOON + timedelta(seconds=1)):
    return fold(begun.document, fact or completed(), at, {"probability": 62, "factors": [FACTOR]})


def test_a_new_scoring_offers_its_stage_with_the_snapshot_as_source(begun):
    created, offered = begun.events
    assert isinstance(created, RunCreated)
    assert (created.run_kind, created.deal_id, created.video_id) == ("scoring", "deal", None)
    assert isinstance(offered, StageOffered)
    assert (offered.stage, offered.source, offered.video_id, offered.inputs) == ("scoring", SOURCE, None, {})


def test_a_result_is_decided_before_anybody_is_told_or_shown(begun):
    change = folded(begun)
    assert change.events == ()
    assert change.document["status"] == "processing"
    assert scorings.is_landing(change.document)
    assert change.document["run"]["progress_percent"] < 100
    assert change.document["attention_at"] <= NOON + timedelta(seconds=1)


def test_what_is_decided_neither_facts_nor_the_deadline_can_change(begun):
    document = folded(begun).document
    late = NOON + timedelta(hours=1)
    failed = StageFailed(**identity(), code=FailureCode.SCORING_FAILED, message="No.", transient=False)
    assert fold(document, failed, late) is None
    assert fold(document, completed(), late) is None
    assert sweep(document, late) is None


def test_landing_gives_the_deal_the_result_and_leaves_the_rest(begun, deal):
    before = dict(deal)
    scoring = folded(begun).document
    at = NOON + timedelta(seconds=2)
    assert not scorings.has_landed(deal, scoring)
    scorings.land(deal, scoring, at)
    assert scorings.has_landed(deal, scoring)
    assert (deal["probability"], deal["updated_at"]) == (62, at)
    ((factor_id, factor),) = ((one.pop("id"), one) for one in deal["score_factors"])
    assert factor == FACTOR
    assert len(factor_id) == 32
    changed = {"probability", "score_factors", "scoring_id", "scored_at", "updated_at"}
    assert {name: deal[name] for name in deal if name not in changed} == {
        name: before[name] for name in before if name not in changed
    }


def test_closed_it_says_what_its_get_shows_without_the_result(begun):
    scoring = folded(begun).document
    at = NOON + timedelta(seconds=2)
    scorings.close(scoring, at)
    said = scorings.completed(scoring)
    assert isinstance(said, DealScoringCompleted)
    assert said.timestamp == at
    assert list(said.data) == ["id", "deal_id", "status", "created_at", "started_at", "finished_at", "updated_at"]
    assert said.data["finished_at"] == said.data["updated_at"] == "2026-01-31T12:00:02.000Z"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        (FailureCode.SCORING_FAILED, "scoring_failed"),
        (FailureCode.TIMEOUT, "timeout"),
        (FailureCode.OUT_OF_MEMORY, "internal_error"),
    ],
)
def test_a_failure_has_a_code_of_the_closed_list(begun, code, shown):
    change = folded(begun, StageFailed(**identity(), code=code, message="No.", transient=False))
    run_failed, said = change.events
    assert isinstance(run_failed, RunFailed)
    assert isinstance(said, DealScoringFailed)
    assert said.data["error"] == {"code": shown, "message": "No."}
    assert "result" not in said.data


def test_a_result_that_comes_after_the_deadline_does_not_count(begun):
    change = folded(begun, at=NOON + timedelta(seconds=60))
    assert change.document["status"] == "failed"
    assert change.document["error"]["code"] == "timeout"
