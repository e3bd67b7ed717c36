"""What the dispatcher keeps: endpoints, allowlists, messages and deliveries, in collections of its own."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from services.webhook_dispatcher.core.deliveries import NEVER, Document
from services.webhook_dispatcher.lots import Lots
from services.webhook_dispatcher.memory import Bodies, Fresh
from shared.kit.documents import Collection, Documents, DuplicateId, In, Range
from shared.kit.outbox import NO_DUE

PAGE = 500
UNFINISHED = Range(lt=NEVER)
"""The due time of pending rows: few among the many, found by the one index that every row pays for anyway."""


class Store:
    """The dispatcher's four collections."""

    def __init__(self, documents: Documents) -> None:
        self.endpoints: Collection = documents.collection("dispatcher_endpoints")
        self.deliveries: Collection = documents.collection("deliveries")
        self._allowlists: Collection = documents.collection("dispatcher_allowlists")
        self._messages: Collection = documents.collection("messages")
        self._fresh_endpoints: Fresh[Document | None] = Fresh()
        self._fresh_allowlists: Fresh[Sequence[str] | None] = Fresh()
        self._bodies = Bodies()
        self._replacements = Lots(self._replace)

    async def prepare(self) -> None:
        """Have the indexes."""
        await self.endpoints.ensure_index(("organization_id", 1))
        await self.endpoints.ensure_index(("outbox_due_at", 1))
        await self.endpoints.ensure_expiry("expires_at")
        await self._messages.ensure_index(("organization_id", 1), ("occurred_at", 1))
        await self._messages.ensure_expiry("expires_at")
        await self.deliveries.ensure_index(("due_at", 1))
        await self.deliveries.ensure_index(("outbox_due_at", 1))
        await self.deliveries.ensure_expiry("expires_at")

    async def endpoint(self, endpoint_id: str) -> Document | None:
        """The endpoint, at most a second old."""
        known, endpoint = self._fresh_endpoints.get(endpoint_id)
        if not known:
            endpoint = await self.endpoints.get(endpoint_id)
            self._fresh_endpoints.put(endpoint_id, endpoint)
        return endpoint

    async def endpoints_of(self, organization_ids: Iterable[str]) -> list[Document]:
        """The endpoints of these organizations, as they are now."""
        return await self.endpoints.find({"organization_id": In(*organization_ids), "state": "enabled"})

    async def enabled_endpoint_ids(self) -> list[str]:
        """All endpoints that may have something due."""
        return [endpoint["_id"] for endpoint in await self.endpoints.find({"state": "enabled"})]

    async def closing_endpoints(self) -> list[Document]:
        """The endpoints whose pending deliveries have still to be ended."""
        return await self.endpoints.find({"state": In("disabled", "deleted"), "is_closing": True})

    async def change_endpoint(
        self, endpoint_id: str, change: Callable[[Document | None], Document | None]
    ) -> Document | None:
        """Change an endpoint, or make it; returns what was stored, None when there was nothing to change."""
        while True:
            known = await self.endpoints.get(endpoint_id)
            changed = change(known)
            if changed is None:
                self._fresh_endpoints.put(endpoint_id, known)
                return None
            changed = _with_outbox(changed)
            if await self._put(self.endpoints, changed, is_new=known is None):
                self._fresh_endpoints.put(endpoint_id, changed)
                return changed

    async def allowlist(self, organization_id: str) -> Sequence[str] | None:
        """The organization's hostnames, at most a second old; None when nothing was heard of them yet."""
        known, hostnames = self._fresh_allowlists.get(organization_id)
        if not known:
            document = await self._allowlists.get(organization_id)
            hostnames = None if document is None else tuple(document["hostnames"])
            self._fresh_allowlists.put(organization_id, hostnames)
        return hostnames

    async def keep_allowlist(self, organization_id: str, hostnames: Sequence[str], *, list_revision: int) -> None:
        """Keep an organization's hostnames unless newer ones are known."""
        while True:
            known = await self._allowlists.get(organization_id)
            if known is not None and known["list_revision"] >= list_revision:
                break
            document = {
                "_id": organization_id,
                "revision": known["revision"] if known else 1,
                "hostnames": list(hostnames),
                "list_revision": list_revision,
            }
            if await self._put(self._allowlists, document, is_new=known is None):
                break
        self._fresh_allowlists.drop(organization_id)

    async def keep_messages(self, messages: Sequence[Document]) -> None:
        """Keep messages; one that is there already stays as it is."""
        await self._messages.insert_missing(messages)
        for message in messages:
            self._bodies.put(message["_id"], message["body"].encode())

    async def body(self, message_id: str) -> bytes | None:
        """The bytes of a message; None when it is no longer kept."""
        body = self._bodies.get(message_id)
        if body is None:
            message = await self._messages.get(message_id)
            if message is not None:
                body = message["body"].encode()
                self._bodies.put(message_id, body)
        return body

    async def messages_since(self, organization_id: str, since: datetime) -> list[Document]:
        """A page of the organization's messages from that instant on, oldest first."""
        return await self._messages.find(
            {"organization_id": organization_id, "occurred_at": Range(gte=since)},
            sort=(("occurred_at", 1), ("_id", 1)),
            limit=PAGE,
        )

    async def messages_after(self, message: Document) -> list[Document]:
        """The page that follows a message."""
        return await self._messages.find(
            {"organization_id": message["organization_id"]},
            either=(
                {"occurred_at": Range(gt=message["occurred_at"])},
                {"occurred_at": message["occurred_at"], "_id": Range(gt=message["_id"])},
            ),
            sort=(("occurred_at", 1), ("_id", 1)),
            limit=PAGE,
        )

    async def add_deliveries(self, deliveries: Sequence[Document]) -> list[Document]:
        """Add those that are not there yet; returns those."""
        rows = [_with_outbox(delivery) for delivery in deliveries]
        if len(rows) == 1:
            try:
                await self.deliveries.insert(rows[0])
            except DuplicateId:
                return []
            return rows
        return await self.deliveries.insert_missing(rows)

    async def due(self, at: datetime, *, limit: int, endpoint_ids: Sequence[str] | None = None) -> list[Document]:
        """The deliveries that anyone may take up, longest due first."""
        where: dict[str, object] = {"due_at": Range(lte=at)}
        if endpoint_ids is not None:
            where["endpoint_id"] = In(*endpoint_ids)
        return await self.deliveries.find(where, sort=(("due_at", 1),), limit=limit)

    async def free_pending(self, endpoint_id: str, *, limit: int) -> list[Document]:
        """Unfinished deliveries of an endpoint that are in nobody's hands."""
        return await self.deliveries.find(
            {"due_at": UNFINISHED, "endpoint_id": endpoint_id, "leased_by": ""}, limit=limit
        )

    async def replace(self, delivery: Document) -> bool:
        """Store the next state of a delivery, together with others'; False: somebody else was first, or it is gone."""
        return await self._replacements.put(delivery)

    async def replace_all(self, deliveries: Sequence[Document]) -> list[Document]:
        """Store the next states of several; returns those that were stored."""
        return await self.deliveries.replace_all(deliveries)

    async def _replace(self, deliveries: Sequence[Document]) -> list[bool]:
        replaced = {delivery["_id"] for delivery in await self.deliveries.replace_all(deliveries)}
        return [delivery["_id"] in replaced for delivery in deliveries]

    async def drop(self, delivery: Document) -> None:
        """Delete a delivery."""
        await self.deliveries.delete({"_id": delivery["_id"]})

    async def drop_pending(self, endpoint_id: str) -> None:
        """Delete the unfinished deliveries of an endpoint."""
        await self.deliveries.delete({"due_at": UNFINISHED, "endpoint_id": endpoint_id})

    @staticmethod
    async def _put(collection: Collection, document: Document, *, is_new: bool) -> bool:
        if not is_new:
            return await collection.replace(document)
        try:
            await collection.insert(document)
        except DuplicateId:
            return False
        return True


def _with_outbox(document: Document) -> Document:
    return {"outbox": [], "outbox_due_at": NO_DUE} | document
