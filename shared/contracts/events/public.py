"""Public events: what other systems and webhooks are told; the data is the webhook's body."""

from typing import Any, ClassVar, Literal

from shared.contracts.events.event import Event
from shared.contracts.instants import Instant
from shared.contracts.topics import PUBLIC_EVENTS, Topic

WEBHOOK_EVENTS = (
    "video.ready",
    "video.analysis.completed",
    "video.analysis.failed",
    "deal.scoring.completed",
    "deal.scoring.failed",
)
"""The names an endpoint may subscribe to (platform contract, 14.4)."""


class PublicEvent(Event):
    """The body of a webhook (platform contract, 14.5), on Kafka too.

    The envelope's id is the message id `msg_…` and its `organizationid` is always set.

    Attributes:
        timestamp: When the transition happened.
        data: The resource as its GET presents it, without `result`.
    """

    topics: ClassVar[tuple[Topic, ...]] = (PUBLIC_EVENTS,)

    timestamp: Instant
    data: dict[str, Any]

    @property
    def subject(self) -> str:
        """The id of the resource."""
        return str(self.data["id"])


class VideoReady(PublicEvent):
    """A video can be analyzed."""

    event_type: ClassVar[str] = "dev.rushes.video.ready.v1"

    type: Literal["video.ready"] = "video.ready"


class VideoAnalysisCompleted(PublicEvent):
    """An analysis succeeded."""

    event_type: ClassVar[str] = "dev.rushes.video.analysis.completed.v1"

    type: Literal["video.analysis.completed"] = "video.analysis.completed"


class VideoAnalysisFailed(PublicEvent):
    """An analysis failed for good."""

    event_type: ClassVar[str] = "dev.rushes.video.analysis.failed.v1"

    type: Literal["video.analysis.failed"] = "video.analysis.failed"


class DealScoringCompleted(PublicEvent):
    """A scoring succeeded, and its deal has the factors."""

    event_type: ClassVar[str] = "dev.rushes.deal.scoring.completed.v1"

    type: Literal["deal.scoring.completed"] = "deal.scoring.completed"


class DealScoringFailed(PublicEvent):
    """A scoring failed for good; its deal is as it was."""

    event_type: ClassVar[str] = "dev.rushes.deal.scoring.failed.v1"

    type: Literal["deal.scoring.failed"] = "deal.scoring.failed"
