"""Endpoints and allowlists, as the gateway says they are."""

from collections.abc import Callable
from datetime import datetime

from services.webhook_dispatcher.closing import Closing
from services.webhook_dispatcher.core import endpoints
from services.webhook_dispatcher.core.deliveries import KEPT
from services.webhook_dispatcher.fan_out import FanOut
from services.webhook_dispatcher.store import Store
from shared.contracts.events import AllowlistChanged, EndpointDeleted, EndpointRegistered


class Registry:
    """Keeps the dispatcher's own copies; facts may come twice and in any order."""

    def __init__(self, store: Store, fan_out: FanOut, closing: Closing, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._fan_out = fan_out
        self._closing = closing
        self._clock = clock

    async def register(self, fact: EndpointRegistered, *, said_at: datetime) -> None:
        """Know an endpoint, and owe it what has happened since it was made."""
        await self._store.change_endpoint(
            fact.endpoint_id, lambda known: endpoints.registered(known, fact, said_at=said_at)
        )
        endpoint = await self._store.endpoint(fact.endpoint_id)
        if endpoint is not None and not endpoint["is_caught_up"]:
            await self._fan_out.catch_up(endpoint)

    async def delete(self, fact: EndpointDeleted, *, said_at: datetime) -> None:
        """Forget an endpoint and drop what is pending for it."""
        forget_at = self._clock() + KEPT
        deleted = await self._store.change_endpoint(
            fact.endpoint_id, lambda known: endpoints.deleted(known, fact, said_at=said_at, forget_at=forget_at)
        )
        if deleted is not None:
            await self._closing.close(deleted)

    async def allow(self, fact: AllowlistChanged) -> None:
        """Know an organization's allowlist."""
        await self._store.keep_allowlist(fact.organization_id, fact.hostnames, list_revision=fact.revision)
