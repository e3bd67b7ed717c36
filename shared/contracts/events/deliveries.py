"""What became of a webhook message at one endpoint, and of the endpoint."""

from typing import ClassVar, Literal

from shared.contracts.events.event import Event
from shared.contracts.instants import Instant
from shared.contracts.topics import DELIVERIES, Topic

DeliveryError = Literal[
    "timeout", "connection_failed", "tls_failed", "dns_failed", "target_forbidden", "host_not_allowed"
]
DisabledReason = Literal["gone", "failing"]


class DeliveryFact(Event):
    """What all facts of a delivery say."""

    topics: ClassVar[tuple[Topic, ...]] = (DELIVERIES,)
    subject_field: ClassVar[str] = "endpoint_id"

    delivery_id: str
    endpoint_id: str
    organization_id: str
    message_id: str
    message_type: str
    attempts: int


class DeliverySucceeded(DeliveryFact):
    """The endpoint answered 2xx."""

    event_type: ClassVar[str] = "dev.rushes.delivery.succeeded.v1"

    response_status: int


class DeliveryExhausted(DeliveryFact):
    """The last attempt failed, or the endpoint was disabled meanwhile."""

    event_type: ClassVar[str] = "dev.rushes.delivery.exhausted.v1"

    response_status: int | None
    error: DeliveryError | None


class EndpointDisabled(Event):
    """The endpoint gets no new deliveries."""

    event_type: ClassVar[str] = "dev.rushes.endpoint.disabled.v1"
    topics: ClassVar[tuple[Topic, ...]] = (DELIVERIES,)
    subject_field: ClassVar[str] = "endpoint_id"

    endpoint_id: str
    organization_id: str
    reason: DisabledReason
    disabled_at: Instant
