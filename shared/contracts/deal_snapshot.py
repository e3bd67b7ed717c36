"""A deal as it stood at one instant, with what happened in it: the source that a scoring reads."""

from pydantic import BaseModel, ConfigDict

from shared.contracts.instants import Instant

SNAPSHOTS = "deal_snapshots"
"""The folder of the snapshots in the bucket of artifacts; each lies there under its own digest."""

MOST_ACTIVITIES = 1000
"""The newest are read: no rule looks further back than a deal with so many does."""
MOST_CONVERSATIONS = 100
LONGEST_BODY = 4000
"""Characters of an activity's body: rules look for words in it, and a mail says early what it is about."""


class DealFacts(BaseModel):
    """The deal itself; what is unknown is null."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    created_at: Instant
    product_id: str | None = None
    owner_id: str | None = None
    forecast_amount: float | None = None
    close_at: Instant | None = None


class ActivityFacts(BaseModel):
    """Something that happened in the deal or, after the snapshot's instant, is planned."""

    model_config = ConfigDict(frozen=True)

    id: str
    type: str
    title: str | None = None
    body: str | None = None
    actor_id: str | None = None
    occurred_at: Instant


class HeardEvent(BaseModel):
    """An event of a conversation's analysis, as the platform face shows it."""

    model_config = ConfigDict(frozen=True)

    id: str
    type: str
    title: str
    description: str
    start_seconds: float
    end_seconds: float


class ConversationFacts(BaseModel):
    """A video of the deal.

    Attributes:
        arrived_at: When its file came: nothing says when it was recorded.
        analysis_id: Its latest completed analysis; null when it has none, and then nobody knows what was said.
        events: Of that analysis.
    """

    model_config = ConfigDict(frozen=True)

    video_id: str
    title: str
    arrived_at: Instant
    analysis_id: str | None = None
    events: tuple[HeardEvent, ...] = ()


class DealSnapshot(BaseModel):
    """All that a scoring knows.

    Attributes:
        taken_at: The present of the scoring.
        activities: The newest first, at most `MOST_ACTIVITIES`.
        conversations: The newest first, at most `MOST_CONVERSATIONS`.
    """

    model_config = ConfigDict(frozen=True)

    taken_at: Instant
    deal: DealFacts
    activities: tuple[ActivityFacts, ...] = ()
    conversations: tuple[ConversationFacts, ...] = ()
