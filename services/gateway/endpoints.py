"""Keep endpoints in step with what the webhook dispatcher says of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.gateway.store import Store
from shared.contracts.events import EndpointDisabled, EndpointEnabled
from shared.kit.bus import Heard


@dataclass(frozen=True)
class Endpoints:
    """The gateway's side of webhook endpoints."""

    store: Store
    clock: Callable[[], datetime]

    async def hear(self, batch: Sequence[Heard]) -> None:
        """Show endpoints as disabled once the dispatcher has given them up, and as enabled once it uses them again."""
        for heard in batch:
            if isinstance(heard.event, EndpointDisabled):
                await self._become(heard.event.endpoint_id, "disabled", heard.event.reason, heard.event.disabled_at)
            elif isinstance(heard.event, EndpointEnabled):
                await self._become(heard.event.endpoint_id, "enabled", None, heard.event.enabled_at)

    async def _become(self, endpoint_id: str, status: str, reason: str | None, at: datetime) -> None:
        while (endpoint := await self.store.endpoints.get(endpoint_id)) is not None:
            if endpoint["status"] == "deleted" or at <= endpoint["status_at"]:
                return
            endpoint |= {
                "status": status,
                "disabled_reason": reason,
                "status_at": at,
                "updated_at": self.clock(),
            }
            if await self.store.endpoints.replace(endpoint):
                return
