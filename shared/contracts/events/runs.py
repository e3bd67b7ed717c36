"""A run as a whole: what the gateway says of preparations, analyses and scorings alike."""

from typing import ClassVar

from shared.contracts.events.event import Event
from shared.contracts.failures import FailureCode
from shared.contracts.instants import Instant
from shared.contracts.plans import RunKind
from shared.contracts.topics import RUN_FACTS, Topic


class RunFact(Event):
    """What all facts of a run say.

    Attributes:
        video_id: Null for the scoring of a deal.
        deal_id: Of a scoring alone.
    """

    topics: ClassVar[tuple[Topic, ...]] = (RUN_FACTS,)

    run_id: str
    run_kind: RunKind
    organization_id: str
    video_id: str | None = None
    deal_id: str | None = None


class RunCreated(RunFact):
    """A run was asked for."""

    event_type: ClassVar[str] = "dev.rushes.run.created.v1"

    deadline_at: Instant


class RunCompleted(RunFact):
    """Every stage of the plan is complete."""

    event_type: ClassVar[str] = "dev.rushes.run.completed.v1"

    duration_seconds: float


class RunFailed(RunFact):
    """The run has ended without a result."""

    event_type: ClassVar[str] = "dev.rushes.run.failed.v1"

    code: FailureCode
    message: str
