"""How a preparation, an analysis and a scoring begin, gather their results, and end."""

from datetime import datetime
from typing import Any

from services.gateway.core import scorings
from services.gateway.core.run import NEVER, RunState, artifacts_of
from services.gateway.faces.platform import present_analysis, present_video
from shared.contracts.events import (
    Event,
    RunCompleted,
    RunCreated,
    RunFailed,
    VideoAnalysisCompleted,
    VideoAnalysisFailed,
    VideoReady,
)
from shared.contracts.failures import MEDIA_CODES, FailureCode

Document = dict[str, Any]

EVALUATION_MEMBERS = ("item_id", "title", "passed", "score", "reason")

TIMED_OUT = (FailureCode.TIMEOUT, "The run did not end before its deadline.")


def created(document: Document) -> tuple[Event, ...]:
    """What is said of a run that was just made."""
    return (RunCreated(**identity(document), deadline_at=document["run"]["deadline_at"]),)


def start(document: Document, now: datetime) -> None:
    """The first worker has begun."""
    document["started_at"] = now
    if document["run"]["kind"] == "preparation":
        document["status"] = "preparing"


def absorb(document: Document, stage: str, report: dict[str, Any] | None) -> None:
    """Take into the resource what a completed stage's report contributes to it."""
    if report is None:
        return
    if stage == "ingest":
        document["duration_seconds"] = report["duration_seconds"]
    elif stage == "insights":
        document["result"] = result_of(report)
    elif stage == "scoring":
        document["report"] = report


def result_of(report: dict[str, Any]) -> dict[str, Any]:
    """The analysis' result on the platform face (contract, 8.2)."""
    shown = ("id", "type", "title", "description", "start_seconds", "end_seconds")
    result: dict[str, Any] = {
        "summary": {
            "sections": [{name: section[name] for name in ("id", "title", "content")} for section in report["sections"]]
        },
        "events": [{name: event[name] for name in shown} for event in report["events"]],
    }
    if (checklist := report.get("checklist")) is not None:
        result["checklist"] = {
            "items": [{name: item[name] for name in EVALUATION_MEMBERS} for item in checklist["items"]]
        }
    return result


def complete(document: Document, now: datetime) -> tuple[Event, ...]:
    """End the run well; state, result and public event in one step. A scoring ends later, with its deal."""
    run: RunState = document["run"]
    if run["kind"] == "scoring":
        scorings.decide(document, now)
        return ()
    close(document, "completed", now)
    fact = run_completed(document, now)
    if run["kind"] == "preparation":
        document["status"] = "ready"
        return (fact, VideoReady(timestamp=now, data=present_video(document)))
    document["status"] = "completed"
    if run["kind"] != "analysis":
        return (fact,)
    return (fact, VideoAnalysisCompleted(timestamp=now, data=present_analysis(document, with_result=False)))


def run_completed(document: Document, now: datetime) -> RunCompleted:
    """The fact that the run has ended well."""
    return RunCompleted(**identity(document), duration_seconds=max(0.0, (now - document["created_at"]).total_seconds()))


def fail(document: Document, code: FailureCode, message: str, *, now: datetime) -> tuple[Event, ...]:
    """End the run without a result."""
    run: RunState = document["run"]
    close(document, "failed", now)
    shown = public_code(run["kind"], code)
    document["error"] = {"code": shown.value, "message": message}
    document.pop("result", None)
    fact = RunFailed(**identity(document), code=shown, message=message)
    if run["kind"] == "preparation":
        document["status"] = "rejected"
        return (fact,)
    document["status"] = "failed"
    if run["kind"] == "scoring":
        return (fact, scorings.failed(document))
    if run["kind"] != "analysis":
        return (fact,)
    return (fact, VideoAnalysisFailed(timestamp=now, data=present_analysis(document, with_result=False)))


def close(document: Document, status: str, now: datetime) -> None:
    """What every ending sets."""
    run = document["run"]
    run["status"] = status
    run["current_stage"] = None
    if status == "completed":
        run["progress_percent"] = 100
    document["attention_at"] = NEVER
    document["finished_at"] = now
    document["updated_at"] = now


def public_code(kind: str, code: FailureCode) -> FailureCode:
    """The code a client sees: each resource has a closed list (contract, 6.3 and 7)."""
    if kind == "preparation":
        return code if code in MEDIA_CODES else FailureCode.UNREADABLE
    if code in (FailureCode.TIMEOUT, FailureCode.ANALYSIS_FAILED, FailureCode.SCORING_FAILED):
        return code
    if code in MEDIA_CODES:
        return FailureCode.ANALYSIS_FAILED
    return FailureCode.INTERNAL_ERROR


def identity(document: Document) -> dict[str, Any]:
    """The fields that every run fact has."""
    return {
        "run_id": document["_id"],
        "run_kind": document["run"]["kind"],
        "organization_id": document["organization_id"],
        "video_id": video_of(document),
        "deal_id": document.get("deal_id") if document["run"]["kind"] == "scoring" else None,
    }


def video_of(document: Document) -> str | None:
    """The id of the video that the run is about; a preparation's is its own, a scoring is about none."""
    video_id: str | None = document["_id"] if document["run"]["kind"] == "preparation" else document["video_id"]
    return video_id


def ingest_artifact(video: Document) -> dict[str, Any]:
    """What a prepared video gives to its analyses, by stage."""
    return {name: artifact.model_dump(mode="json") for name, artifact in artifacts_of(video["run"]).items()}
