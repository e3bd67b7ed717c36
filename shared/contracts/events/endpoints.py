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
    created_at: Instant


class EndpointDeleted(Event):
    """An endpoint is gone; its pending deliveries are dropped."""

    event_type: ClassVar[str] = "dev.rushes.endpoint.deleted.v1"
    topics: ClassVar[tuple[Topic, ...]] = (ENDPOINTS,)
    subject_field: ClassVar[str] = "endpoint_id"

    endpoint_id: str
    organization_id: str


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
