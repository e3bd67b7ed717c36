"""Webhook endpoints and allowlists, as the gateway's clients and operators want them."""

from typing import ClassVar

from pydantic import Field

from shared.contracts.events.event import Event
from shared.contracts.instants import Instant
from shared.contracts.topics import ENDPOINTS, Topic


class EndpointRegistered(Event):
    """An endpoint is to be told of the organization's public events from `created_at` on.

    Attributes:
        secrets: What signs each message, newest first.
        secrets_until: Until when each of them signs, null for as long as there is none newer; empty: all for ever.
        events: The event names it wants; empty: all of them.
    """

    event_type: ClassVar[str] = "dev.rushes.endpoint.registered.v1"
    topics: ClassVar[tuple[Topic, ...]] = (ENDPOINTS,)
    subject_field: ClassVar[str] = "endpoint_id"

    endpoint_id: str
    organization_id: str
    url: str
    events: tuple[str, ...]
    secrets: tuple[str, ...] = Field(repr=False)
    secrets_until: tuple[Instant | None, ...] = ()
    created_at: Instant


class EndpointDeleted(Event):
    """An endpoint is gone; its pending deliveries are dropped."""

    event_type: ClassVar[str] = "dev.rushes.endpoint.deleted.v1"
    topics: ClassVar[tuple[Topic, ...]] = (ENDPOINTS,)
    subject_field: ClassVar[str] = "endpoint_id"

    endpoint_id: str
    organization_id: str


class DeliveryRequested(Event):
    """A delivery that somebody has asked for: a test, or a message once more.

    Attributes:
        body: What is sent, as JSON text; null: the message as it was sent before.
        tries_once: No retries, and to a disabled endpoint too; a success enables it.
    """

    event_type: ClassVar[str] = "dev.rushes.delivery.requested.v1"
    topics: ClassVar[tuple[Topic, ...]] = (ENDPOINTS,)
    subject_field: ClassVar[str] = "endpoint_id"

    delivery_id: str
    endpoint_id: str
    organization_id: str
    message_id: str
    message_type: str
    body: str | None
    tries_once: bool
    requested_at: Instant


class AllowlistChanged(Event):
    """The hostnames that an organization's endpoints may have.

    Attributes:
        revision: Rises with each change; an older one changes nothing.
    """

    event_type: ClassVar[str] = "dev.rushes.allowlist.changed.v1"
    topics: ClassVar[tuple[Topic, ...]] = (ENDPOINTS,)
    subject_field: ClassVar[str] = "organization_id"

    organization_id: str
    hostnames: tuple[str, ...]
    revision: int
