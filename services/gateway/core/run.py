"""The run inside a resource's document: what state each of its stages is in."""

from datetime import UTC, datetime
from typing import Any, Literal, TypedDict

from shared.contracts.artifacts import ArtifactReference
from shared.contracts.plans import PLANS, Plan, RunKind

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Stands where a date must be and nothing is due."""

StageStatus = Literal["waiting", "offered", "started", "completed"]


class StageState(TypedDict):
    """One stage of a run.

    Attributes:
        attempt: The newest attempt, 0 before the first offer.
        offers: How often the newest attempt was offered.
        heard_at: The last sign of life: its offer or the newest fact of its newest attempt.
        progress: 0 to 1, of the newest attempt.
    """

    stage: str
    status: StageStatus
    attempt: int
    offers: int
    heard_at: datetime
    progress: float
    artifact: dict[str, Any] | None


class RunState(TypedDict):
    """One execution of a plan.

    Attributes:
        status: `landing` is a scoring whose result is decided and not yet with its deal (`core/scorings.py`).
        inputs: Artifacts that earlier runs of the video have made, by stage.
        parameters: What this run tells its stages, by stage; each offer of a stage carries its own.
        attention_at: When the sweeper must look at it; NEVER once it has ended.
        progress_percent: What clients see; it never falls.
    """

    kind: RunKind
    status: Literal["processing", "landing", "completed", "failed"]
    stages: list[StageState]
    inputs: dict[str, Any]
    parameters: dict[str, Any]
    deadline_at: datetime
    progress_percent: int
    current_stage: str | None


def new_run(
    kind: RunKind,
    *,
    inputs: dict[str, Any],
    now: datetime,
    deadline_at: datetime,
    parameters: dict[str, Any] | None = None,
) -> RunState:
    """A run of that kind's plan in which nothing has been offered yet."""
    return {
        "kind": kind,
        "status": "processing",
        "stages": [
            {
                "stage": step.stage,
                "status": "waiting",
                "attempt": 0,
                "offers": 0,
                "heard_at": now,
                "progress": 0.0,
                "artifact": None,
            }
            for step in PLANS[kind].steps
        ],
        "inputs": inputs,
        "parameters": parameters or {},
        "deadline_at": deadline_at,
        "progress_percent": 0,
        "current_stage": None,
    }


def copied(document: dict[str, Any]) -> dict[str, Any]:
    """A resource with a run that can be folded into while the given one stays as it is.

    What lies deeper than a stage's fields is replaced whole by whoever changes it, so it is shared.
    """
    run: RunState = document["run"]
    return {**document, "run": {**run, "stages": [{**stage} for stage in run["stages"]]}}


def plan_of(run: RunState) -> Plan:
    """The plan that the run executes."""
    return PLANS[run["kind"]]


def stage_of(run: RunState, name: str) -> StageState | None:
    """The state of that stage; None when the plan has no such stage."""
    return next((stage for stage in run["stages"] if stage["stage"] == name), None)


def artifacts_of(run: RunState) -> dict[str, ArtifactReference]:
    """Every artifact at hand, by stage: those of earlier runs and of this one's completed stages."""
    own = {stage["stage"]: stage["artifact"] for stage in run["stages"] if stage["artifact"] is not None}
    return {stage: ArtifactReference.model_validate(artifact) for stage, artifact in (run["inputs"] | own).items()}
