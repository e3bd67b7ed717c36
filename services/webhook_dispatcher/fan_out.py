"""Brings messages and endpoints together, whichever is heard first."""

from collections.abc import Callable, Sequence
from datetime import datetime

from services.webhook_dispatcher.core import endpoints
from services.webhook_dispatcher.core.deliveries import KEPT, Document, new_delivery
from services.webhook_dispatcher.dispatcher import Dispatcher
from services.webhook_dispatcher.store import Store


def new_message(
    *, message_id: str, organization_id: str, event_type: str, body: bytes, occurred_at: datetime
) -> Document:
    """A message as it is kept: the bytes that are signed and sent, once for all endpoints."""
    return {
        "_id": message_id,
        "revision": 1,
        "organization_id": organization_id,
        "event_type": event_type,
        "body": body.decode(),
        "occurred_at": occurred_at,
        "expires_at": occurred_at + KEPT,
    }


class FanOut:
    """Makes the deliveries.

    A message is stored before the endpoints are read, and an endpoint before the messages are read: whichever comes
    second sees the first, and the delivery's derived id makes it one even when both do.
    """

    def __init__(
        self, store: Store, dispatcher: Dispatcher, *, deal_scoring: bool, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._dispatcher = dispatcher
        self._deal_scoring = deal_scoring
        self._clock = clock

    async def spread(self, messages: Sequence[Document]) -> None:
        """Owe messages to every endpoint that wants them."""
        if not messages:
            return
        await self._store.keep_messages(messages)
        await self._owe(messages, await self._store.endpoints_of({message["organization_id"] for message in messages}))

    async def catch_up(self, endpoint: Document) -> None:
        """Owe an endpoint the messages since its registration that were heard before it."""
        messages = await self._store.messages_since(endpoint["organization_id"], endpoint["created_at"])
        while messages:
            await self._owe(messages, [endpoint])
            messages = await self._store.messages_after(messages[-1])
        await self._store.change_endpoint(endpoint["_id"], _caught_up)

    async def _owe(self, messages: Sequence[Document], to: Sequence[Document]) -> None:
        at = self._clock()
        await self._dispatcher.begin(
            [
                new_delivery(message, endpoint, at=at)
                for message in messages
                for endpoint in to
                if endpoints.wants(endpoint, message, deal_scoring=self._deal_scoring)
            ]
        )


def _caught_up(endpoint: Document | None) -> Document | None:
    if endpoint is None or endpoint["is_caught_up"]:
        return None
    return endpoint | {"is_caught_up": True}
