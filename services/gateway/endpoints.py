"""Keep endpoints in step with what the webhook dispatcher says of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.gateway.store import Store
from shared.contracts.events import EndpointDisabled
from shared.kit.bus import Heard


@dataclass(frozen=True)
class Endpoints:
    """The gateway's side of webhook endpoints."""

    store: Store
    clock: Callable[[], datetime]

    async def hear(self, batch: Sequence[Heard]) -> None:
        """Show endpoints as disabled once the dispatcher has given them up."""
        for heard in batch:
            if isinstance(heard.event, EndpointDisabled):
                await self._disable(heard.event)

    async def _disable(self, fact: EndpointDisabled) -> None:
        while (endpoint := await self.store.endpoints.get(fact.endpoint_id)) is not None:
            if endpoint["status"] != "enabled":
                return
            endpoint |= {"status": "disabled", "disabled_reason": fact.reason, "updated_at": self.clock()}
            if await self.store.endpoints.replace(endpoint):
                return
