"""A stage of a run: offered by the gateway, and what its worker says of it."""

from typing import Any, ClassVar

from pydantic import Field

from shared.contracts.artifacts import ArtifactReference, SourceReference
from shared.contracts.events.event import Event
from shared.contracts.failures import FailureCode
from shared.contracts.instants import Instant
from shared.contracts.plans import STAGES, RunKind
from shared.contracts.topics import STAGE_FACTS, Topic, offers


class StageOffered(Event):
    """Anyone with a free slot may claim this stage of this run.

    Attributes:
        video_id: Null for the scoring of a deal.
        attempt: 1 for the first; facts of an earlier attempt than the newest change nothing.
        inputs: The artifacts of the run's earlier stages, by stage.
        parameters: What this run wants otherwise than the stage's own parameters.
        deadline_at: When the run as a whole ends in failure; working past it is useless.
    """

    event_type: ClassVar[str] = "dev.rushes.stage.offered.v1"
    topics: ClassVar[tuple[Topic, ...]] = tuple(offers(stage) for stage in STAGES)

    run_id: str
    run_kind: RunKind
    organization_id: str
    video_id: str | None = None
    stage: str
    attempt: int = Field(ge=1)
    source: SourceReference
    inputs: dict[str, ArtifactReference] = Field(default_factory=dict)
    parameters: dict[str, Any] = Field(default_factory=dict)
    deadline_at: Instant

    @property
    def topic(self) -> Topic:
        """The offers' topic of the stage."""
        return offers(self.stage)


class StageFact(Event):
    """What all facts of a stage say."""

    topics: ClassVar[tuple[Topic, ...]] = (STAGE_FACTS,)

    run_id: str
    run_kind: RunKind
    stage: str
    attempt: int = Field(ge=1)


class StageStarted(StageFact):
    """A worker has claimed the offer and begun."""

    event_type: ClassVar[str] = "dev.rushes.stage.started.v1"

    worker: str


class StageProgressed(StageFact):
    """The work goes on; said at least every 5 s, so it is the heartbeat too."""

    event_type: ClassVar[str] = "dev.rushes.stage.progressed.v1"

    progress: float = Field(ge=0, le=1)


class StageCompleted(StageFact):
    """The artifact exists.

    Attributes:
        reused: It existed before; no work was done.
        duration_seconds: From the claim to the stored artifact.
    """

    event_type: ClassVar[str] = "dev.rushes.stage.completed.v1"

    artifact: ArtifactReference
    reused: bool
    duration_seconds: float = Field(ge=0)


class StageFailed(StageFact):
    """The attempt has ended without an artifact.

    Attributes:
        transient: Another attempt may succeed.
    """

    event_type: ClassVar[str] = "dev.rushes.stage.failed.v1"

    code: FailureCode
    message: str
    transient: bool
