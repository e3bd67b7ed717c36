"""What is heard, translated into calls."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import orjson

from services.webhook_dispatcher.core.deliveries import Document
from services.webhook_dispatcher.fan_out import FanOut, new_message
from services.webhook_dispatcher.registry import Registry
from services.webhook_dispatcher.requests import Requests
from shared.contracts.events import (
    AllowlistChanged,
    DeliveryRequested,
    EndpointDeleted,
    EndpointRegistered,
    Event,
    PublicEvent,
)
from shared.kit.bus import Heard


class Handlers:
    """One for each topic."""

    def __init__(self, registry: Registry, requests: Requests, fan_out: FanOut) -> None:
        self._fan_out = fan_out
        self._endpoint_handlers: dict[type[Event], Callable[[Heard, Any], Awaitable[None]]] = {
            EndpointRegistered: lambda heard, fact: registry.register(fact, said_at=heard.envelope.time),
            EndpointDeleted: lambda heard, fact: registry.delete(fact, said_at=heard.envelope.time),
            AllowlistChanged: lambda _, fact: registry.allow(fact),
            DeliveryRequested: lambda _, fact: requests.begin(fact),
        }

    async def hear_endpoints(self, batch: Sequence[Heard]) -> None:
        """Facts of endpoints and allowlists, in their order."""
        for heard in batch:
            await self._endpoint_handlers[type(heard.event)](heard, heard.event)

    async def hear_public_events(self, batch: Sequence[Heard]) -> None:
        """Public events, all at once."""
        await self._fan_out.spread([_message(heard) for heard in batch if isinstance(heard.event, PublicEvent)])


def _message(heard: Heard) -> Document:
    return new_message(
        message_id=heard.envelope.id,
        organization_id=heard.envelope.organizationid or "",
        event_type=heard.envelope.data["type"],
        body=orjson.dumps(heard.envelope.data),
        occurred_at=heard.envelope.time,
    )
