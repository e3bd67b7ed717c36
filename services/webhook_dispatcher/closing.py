"""The end of an endpoint, disabled or deleted at once, and then no delivery of it stays pending; and its reopening."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from services.webhook_dispatcher.core import deliveries, endpoints
from services.webhook_dispatcher.core.deliveries import Document
from services.webhook_dispatcher.mouth import Mouth
from services.webhook_dispatcher.store import Store
from shared.contracts.failures import TransientFailure

BATCH = 100
LOOK_SECONDS = 10.0
"""Between two looks for what a process that died has left open."""

log = structlog.get_logger()


class Closing:
    """Ends endpoints; each step can be repeated, and `run` goes on where a process died."""

    def __init__(self, store: Store, mouth: Mouth, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._mouth = mouth
        self._clock = clock

    async def disable(self, endpoint_id: str, change: Callable[[Document], Document | None], *, at: datetime) -> bool:
        """Change an endpoint in a way that may disable it; whether it is now out of use."""

        def spoken(known: Document | None) -> Document | None:
            changed = None if known is None else change(known)
            if changed is not None and changed["state"] == "disabled":
                self._mouth.speak_of_disabling(changed, at=at)
            return changed

        changed = await self._store.change_endpoint(endpoint_id, spoken)
        if changed is None:
            known = await self._store.endpoint(endpoint_id)
            return known is None or known["state"] != "enabled"
        if changed["state"] == "enabled":
            return False
        log.warning("endpoint disabled", endpoint_id=endpoint_id, reason=changed["disabled_reason"])
        await self._mouth.publish_endpoint(changed)
        await self.close(changed)
        return True

    async def reopen(self, endpoint_id: str, *, at: datetime) -> None:
        """Enable an endpoint that is disabled."""

        def spoken(known: Document | None) -> Document | None:
            changed = endpoints.enabled(known, at=at)
            if changed is not None:
                self._mouth.speak_of_enabling(changed, at=at)
            return changed

        changed = await self._store.change_endpoint(endpoint_id, spoken)
        if changed is not None:
            log.info("endpoint enabled", endpoint_id=endpoint_id)
            await self._mouth.publish_endpoint(changed)

    async def run(self) -> None:
        """Close every endpoint that somebody has begun to close, for as long as the process lives."""
        while True:
            try:
                for endpoint in await self._store.closing_endpoints():
                    await self.close(endpoint)
            except TransientFailure as failure:
                log.warning("endpoints that are out of use cannot be closed", error=str(failure))
            await asyncio.sleep(LOOK_SECONDS)

    async def close(self, endpoint: Document) -> None:
        """End the pending deliveries of an endpoint that is out of use: failed when disabled, dropped when deleted."""
        if endpoint["state"] == "deleted":
            await self._store.drop_pending(endpoint["_id"])
        else:
            # Those in the hands of a process see for themselves that the endpoint is out of use.
            while pending := await self._store.free_pending(endpoint["_id"], limit=BATCH):
                await self.end(pending, is_deleted=False)
        await self._store.change_endpoint(endpoint["_id"], _closed)

    async def end(self, pending: Sequence[Document], *, is_deleted: bool) -> None:
        """End deliveries of an endpoint that is out of use."""
        if is_deleted:
            for delivery in pending:
                await self._store.drop(delivery)
            return
        at = self._clock()
        ended = [deliveries.finished(delivery, succeeded=False, at=at) for delivery in pending]
        for delivery in ended:
            self._mouth.speak_of_exhaustion(delivery, at=at)
        for stored in await self._store.replace_all(ended):
            await self._mouth.publish_delivery(stored)


def _closed(endpoint: Document | None) -> Document | None:
    if endpoint is None or not endpoint["is_closing"]:
        return None
    return endpoint | {"is_closing": False}
