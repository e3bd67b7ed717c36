"""The topic table: what is said where, by whom, and how long it is kept."""

from dataclasses import dataclass

from shared.contracts.plans import STAGES

HOUR = 1
DAY = 24 * HOUR


@dataclass(frozen=True)
class Topic:
    """One Kafka topic.

    Attributes:
        spreads: Its records are keyed by message, not by subject: what is said again comes to another partition.
    """

    name: str
    said_by: str
    key: str
    partitions: int
    standalone_partitions: int
    retention_hours: int
    meaning: str
    spreads: bool = False

    def record_key(self, *, message_id: str, subject: str) -> str:
        """The key of the Kafka record of a message."""
        return message_id if self.spreads else subject


def offers(stage: str) -> Topic:
    """The topic on which runs of one stage are offered to its workers."""
    return Topic(
        name=f"rushes.offers.{stage.replace('_', '-')}.v1",
        said_by="gateway",
        key="message id",
        partitions=12,
        standalone_partitions=2,
        retention_hours=2 * DAY,
        meaning=f"Offers of the stage {stage}.",
        spreads=True,
    )


def dead_letters(group: str) -> Topic:
    """The topic of the messages that a consumer group could not handle."""
    return Topic(
        name=f"rushes.dlq.{group.replace('_', '-')}.v1",
        said_by=group,
        key="as received",
        partitions=1,
        standalone_partitions=1,
        retention_hours=30 * DAY,
        meaning=f"Messages that {group} could not handle, each with its reason.",
    )


STAGE_FACTS = Topic(
    name="rushes.stages.v1",
    said_by="every stage service",
    key="run id",
    partitions=12,
    standalone_partitions=2,
    retention_hours=2 * DAY,
    meaning="What happened to a stage of a run.",
)
RUN_FACTS = Topic(
    name="rushes.runs.v1",
    said_by="gateway",
    key="run id",
    partitions=6,
    standalone_partitions=1,
    retention_hours=7 * DAY,
    meaning="What happened to a run as a whole.",
)
PUBLIC_EVENTS = Topic(
    name="rushes.events.v1",
    said_by="gateway",
    key="run or video id",
    partitions=6,
    standalone_partitions=1,
    retention_hours=7 * DAY,
    meaning="What other systems may follow; the data is the body of the webhook.",
)
ENDPOINTS = Topic(
    name="rushes.endpoints.v1",
    said_by="gateway",
    key="endpoint id",
    partitions=3,
    standalone_partitions=1,
    retention_hours=7 * DAY,
    meaning="Webhook endpoints and allowlists, for the webhook dispatcher alone: it carries signing secrets.",
)
DELIVERIES = Topic(
    name="rushes.deliveries.v1",
    said_by="webhook_dispatcher",
    key="endpoint id",
    partitions=6,
    standalone_partitions=1,
    retention_hours=7 * DAY,
    meaning="What became of webhook deliveries and their endpoints.",
)

GROUPS = ("gateway", "webhook_dispatcher", *STAGES)

TOPICS: tuple[Topic, ...] = (
    *(offers(stage) for stage in STAGES),
    STAGE_FACTS,
    RUN_FACTS,
    PUBLIC_EVENTS,
    ENDPOINTS,
    DELIVERIES,
    *(dead_letters(group) for group in GROUPS),
)
