"""Fold facts into a resource that carries a run: pure, order-proof, repeatable.

Facts of an attempt that is not the newest change nothing; a run that has ended never changes again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.gateway.core import endings
from services.gateway.core.attention import attention_at
from services.gateway.core.planner import ready
from services.gateway.core.progress import current_stage, percent
from services.gateway.core.run import RunState, StageState, artifacts_of, copied, plan_of, stage_of
from shared.contracts.artifacts import SourceReference
from shared.contracts.events import Event, StageCompleted, StageFact, StageFailed, StageOffered, StageProgressed
from shared.contracts.failures import FailureCode

MAXIMUM_ATTEMPTS = 3

Document = dict[str, Any]
Report = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """A resource's next state, and what has to be said together with it."""

    document: Document
    events: tuple[Event, ...]


def begin(document: Document, now: datetime) -> Change:
    """Offer the first stages of a resource that was just made."""
    document = copied(document)
    return Change(document, (*endings.created(document), *advance(document, now)))


def fold(document: Document, fact: StageFact, now: datetime, report: Report | None = None) -> Change | None:
    """The resource after the fact; None when the fact changes nothing.

    Args:
        document: A video or a run of the store.
        fact: What a worker said.
        now: The gateway's present; a fact heard after the deadline ends the run as timed out.
        report: The report of the artifact, when the fact is the completion of a stage whose report
            becomes part of the resource.
    """
    run: RunState = document["run"]
    stage = stage_of(run, fact.stage)
    if run["status"] != "processing" or stage is None or not is_news(stage, fact):
        return None
    document = copied(document)
    if now >= run["deadline_at"]:
        return Change(document, endings.fail(document, *endings.TIMED_OUT, now=now))
    run = document["run"]
    stage = stage_of(run, fact.stage)
    assert stage is not None  # noqa: S101  it was there before the copy
    stage["heard_at"] = now
    if document["started_at"] is None and not isinstance(fact, StageFailed):
        endings.start(document, now)
    if isinstance(fact, StageFailed):
        return Change(document, after_failure(document, stage, fact, now))
    if isinstance(fact, StageCompleted):
        stage |= {"status": "completed", "progress": 1.0, "artifact": fact.artifact.model_dump(mode="json")}
        endings.absorb(document, fact.stage, report)
    else:
        progress = fact.progress if isinstance(fact, StageProgressed) else 0.0
        stage |= {"status": "started", "progress": max(stage["progress"], progress)}
    if all(stage["status"] == "completed" for stage in run["stages"]):
        return Change(document, endings.complete(document, now))
    return Change(document, advance(document, now))


def is_news(stage: StageState, fact: StageFact) -> bool:
    """Whether the fact is of the newest attempt and that attempt is still in flight."""
    return stage["status"] in ("offered", "started") and fact.attempt == stage["attempt"]


def after_failure(document: Document, stage: StageState, failure: StageFailed, now: datetime) -> tuple[Event, ...]:
    """Offer the next attempt of a failed stage, or end the run."""
    if not failure.transient:
        return endings.fail(document, failure.code, failure.message, now=now)
    return retry(document, stage, failure.code, failure.message, now)


def retry(document: Document, stage: StageState, code: FailureCode, message: str, now: datetime) -> tuple[Event, ...]:
    """Offer the next attempt, or end the run when there were enough."""
    if stage["attempt"] >= MAXIMUM_ATTEMPTS:
        return endings.fail(document, code, message, now=now)
    stage |= {"status": "waiting", "progress": 0.0}
    return advance(document, now)


def advance(document: Document, now: datetime) -> tuple[StageOffered, ...]:
    """Offer what is ready, and bring up to date what follows from the stages' states."""
    run: RunState = document["run"]
    offered = tuple(offer(document, stage, now) for stage in ready(run))
    refresh(document, now)
    return offered


def offer(document: Document, stage: StageState, now: datetime) -> StageOffered:
    """The next attempt of a stage as an offer."""
    stage |= {"status": "offered", "attempt": stage["attempt"] + 1, "offers": 0}
    return offer_again(document, stage, now)


def offer_again(document: Document, stage: StageState, now: datetime) -> StageOffered:
    """The same attempt once more: nobody has claimed it."""
    run: RunState = document["run"]
    stage |= {"offers": stage["offers"] + 1, "heard_at": now}
    wanted = {*run["inputs"], *plan_of(run).step(stage["stage"]).after}
    return StageOffered(
        run_id=document["_id"],
        run_kind=run["kind"],
        organization_id=document["organization_id"],
        video_id=endings.video_of(document),
        stage=stage["stage"],
        attempt=stage["attempt"],
        source=SourceReference.model_validate(document["source"]),
        inputs={name: artifact for name, artifact in artifacts_of(run).items() if name in wanted},
        # A run that began before runs had parameters has none.
        parameters=run.get("parameters", {}).get(stage["stage"], {}),
        deadline_at=run["deadline_at"],
    )


def refresh(document: Document, now: datetime) -> None:
    """Bring up to date what follows from the stages' states."""
    run: RunState = document["run"]
    run["progress_percent"] = percent(run)
    run["current_stage"] = current_stage(run)
    document["attention_at"] = attention_at(run)
    document["updated_at"] = now
