"""What became of a webhook message at one endpoint, and of the endpoint."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.events.event import Event
from shared.contracts.instants import Instant
from shared.contracts.topics import DELIVERIES, Topic

DeliveryError = Literal[
    "timeout", "connection_failed", "tls_failed", "dns_failed", "target_forbidden", "host_not_allowed"
]
DisabledReason = Literal["gone", "failing"]


class Attempt(BaseModel):
    """One POST of a delivery.

    Attributes:
        response_status: Null when no response came; `error` then says why.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    at: Instant
    response_status: int | None
    error: DeliveryError | None
    duration_ms: int


class DeliveryFact(Event):
    """What all facts of a delivery say.

    Attributes:
        attempts: How many there have been.
        history: All of them, in order.
    """

    topics: ClassVar[tuple[Topic, ...]] = (DELIVERIES,)
    subject_field: ClassVar[str] = "endpoint_id"

    delivery_id: str
    endpoint_id: str
    organization_id: str
    message_id: str
    message_type: str
    attempts: int
    history: tuple[Attempt, ...] = ()
    created_at: Instant | None = None


class DeliveryAttempted(DeliveryFact):
    """An attempt failed, and there will be another one."""

    event_type: ClassVar[str] = "dev.rushes.delivery.attempted.v1"

    next_attempt_at: Instant


class DeliverySucceeded(DeliveryFact):
    """The endpoint answered 2xx."""

    event_type: ClassVar[str] = "dev.rushes.delivery.succeeded.v1"

    response_status: int
    finished_at: Instant | None = None


class DeliveryExhausted(DeliveryFact):
    """The last attempt failed, or the endpoint was disabled meanwhile."""

    event_type: ClassVar[str] = "dev.rushes.delivery.exhausted.v1"

    response_status: int | None
    error: DeliveryError | None
    finished_at: Instant | None = None


class EndpointDisabled(Event):
    """The endpoint gets no new deliveries."""

    event_type: ClassVar[str] = "dev.rushes.endpoint.disabled.v1"
    topics: ClassVar[tuple[Topic, ...]] = (DELIVERIES,)
    subject_field: ClassVar[str] = "endpoint_id"

    endpoint_id: str
    organization_id: str
    reason: DisabledReason
    disabled_at: Instant


class EndpointEnabled(Event):
    """A disabled endpoint answered a test with 2xx and gets new deliveries again."""

    event_type: ClassVar[str] = "dev.rushes.endpoint.enabled.v1"
    topics: ClassVar[tuple[Topic, ...]] = (DELIVERIES,)
    subject_field: ClassVar[str] = "endpoint_id"

    endpoint_id: str
    organization_id: str
    enabled_at: Instant
