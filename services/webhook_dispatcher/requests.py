"""Deliveries that somebody has asked for: tests, and messages once more."""

from services.webhook_dispatcher.core.deliveries import requested_delivery
from services.webhook_dispatcher.dispatcher import Dispatcher
from services.webhook_dispatcher.fan_out import new_message
from services.webhook_dispatcher.store import Store
from shared.contracts.events import DeliveryRequested


class Requests:
    """Makes the deliveries; each has the id it was promised with, so a request that is heard again changes nothing."""

    def __init__(self, store: Store, dispatcher: Dispatcher) -> None:
        self._store = store
        self._dispatcher = dispatcher

    async def begin(self, fact: DeliveryRequested) -> None:
        """Owe the message; an endpoint that is out of use, or a body that is gone, ends it without an attempt."""
        if fact.body is not None:
            message = new_message(
                message_id=fact.message_id,
                organization_id=fact.organization_id,
                event_type=fact.message_type,
                body=fact.body.encode(),
                occurred_at=fact.requested_at,
            )
            await self._store.keep_messages([message])
        await self._dispatcher.begin([requested_delivery(fact)])
