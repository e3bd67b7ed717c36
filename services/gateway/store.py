"""The gateway's collections and their indexes."""

from dataclasses import dataclass, fields
from typing import Any, Self

from shared.kit.documents import Collection, Documents

Document = dict[str, Any]

NEWEST_FIRST = (("created_at", -1), ("_id", -1))


@dataclass(frozen=True)
class Store:
    """Every resource the gateway keeps; no other service reads these collections."""

    organizations: Collection
    keys: Collection
    members: Collection
    deals: Collection
    activities: Collection
    videos: Collection
    runs: Collection
    segments: Collection
    endpoints: Collection
    webhook_deliveries: Collection
    idempotency: Collection
    buckets: Collection

    @classmethod
    def of(cls, documents: Documents) -> Self:
        """The collections of the same names in a database."""
        return cls(**{field.name: documents.collection(field.name) for field in fields(cls)})

    @property
    def speaking(self) -> tuple[Collection, ...]:
        """The collections whose documents carry an outbox."""
        return (self.organizations, self.videos, self.runs, self.endpoints, self.webhook_deliveries)

    @property
    def running(self) -> tuple[Collection, ...]:
        """The collections whose documents carry a run."""
        return (self.videos, self.runs)

    async def prepare(self) -> None:
        """Make the indexes; those that exist stay."""
        await self.keys.ensure_index(("digest", 1), unique=True)
        await self.keys.ensure_index(("organization_id", 1), ("created_at", -1))
        await self.members.ensure_index(("email_key", 1), unique=True)
        await self.members.ensure_index(("external_key", 1), unique=True)
        await self.members.ensure_index(("organization_id", 1), ("created_at", -1))
        await self.deals.ensure_index(("organization_id", 1), ("created_at", -1))
        await self.activities.ensure_index(("deal_id", 1), ("created_at", -1))
        await self.organizations.ensure_index(("created_at", -1))
        await self.videos.ensure_index(("organization_id", 1), ("created_at", -1))
        await self.runs.ensure_index(("organization_id", 1), ("video_id", 1), ("created_at", -1))
        await self.runs.ensure_index(("deal_id", 1), ("created_at", -1))
        await self.videos.ensure_index(("deal_id", 1), ("created_at", -1))
        await self.segments.ensure_index(("video_id", 1), ("artifact_address", 1), ("start_seconds", 1))
        await self.endpoints.ensure_index(("organization_id", 1), ("created_at", -1))
        await self.webhook_deliveries.ensure_index(("webhook_id", 1), ("created_at", -1))
        await self.webhook_deliveries.ensure_expiry("expires_at")
        await self.idempotency.ensure_expiry("expires_at")
        await self.buckets.ensure_expiry("expires_at")
        for collection in self.speaking:
            await collection.ensure_index(("outbox_due_at", 1))
        for collection in self.running:
            await collection.ensure_index(("attention_at", 1))

    def carrying(self, run_kind: str) -> Collection:
        """Where the resources are whose runs are of that kind; a preparation is carried by its video."""
        return self.videos if run_kind == "preparation" else self.runs
