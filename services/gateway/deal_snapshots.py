"""What is known of a deal, written down for its scoring: the worker reads no collection of the gateway."""

import asyncio
import hashlib
from datetime import datetime

from services.gateway.analyses import latest_completed
from services.gateway.store import NEWEST_FIRST, Document, Store
from shared.contracts.artifacts import ARTIFACTS_BUCKET, SourceReference
from shared.contracts.deal_snapshot import (
    LONGEST_BODY,
    MOST_ACTIVITIES,
    MOST_CONVERSATIONS,
    SNAPSHOTS,
    ActivityFacts,
    ConversationFacts,
    DealFacts,
    DealSnapshot,
)
from shared.kit.objects import Objects


async def keep_snapshot(store: Store, objects: Objects, deal: Document, now: datetime) -> SourceReference:
    """Write the snapshot of a deal under its digest, so that what is scored can always be told."""
    snapshot = await take_snapshot(store, deal, now)
    content = snapshot.model_dump_json().encode()
    sha256 = hashlib.sha256(content).hexdigest()
    key = f"{SNAPSHOTS}/{sha256}.json"
    await objects.put_bytes(ARTIFACTS_BUCKET, key, content, "application/json")
    return SourceReference(bucket=ARTIFACTS_BUCKET, key=key, size_bytes=len(content), sha256=sha256)


async def take_snapshot(store: Store, deal: Document, now: datetime) -> DealSnapshot:
    """The deal, its newest activities, and the latest completed analysis of each of its newest videos."""
    activities, videos = await asyncio.gather(
        store.activities.find({"deal_id": deal["_id"]}, sort=NEWEST_FIRST, limit=MOST_ACTIVITIES),
        store.videos.find(
            {"organization_id": deal["organization_id"], "deal_id": deal["_id"]},
            sort=NEWEST_FIRST,
            limit=MOST_CONVERSATIONS,
        ),
    )
    analyses = await asyncio.gather(
        *(latest_completed(store.runs, deal["organization_id"], video["_id"]) for video in videos)
    )
    return DealSnapshot(
        taken_at=now,
        deal=DealFacts(**_named(deal, "title", "created_at", "product_id", "owner_id", "forecast_amount", "close_at")),
        activities=tuple(
            ActivityFacts(
                **_named(activity, "type", "title", "actor_id", "occurred_at"),
                body=None if activity["body"] is None else activity["body"][:LONGEST_BODY],
            )
            for activity in activities
        ),
        conversations=tuple(
            ConversationFacts(
                video_id=video["_id"],
                title=video["title"],
                arrived_at=video["created_at"],
                analysis_id=None if analysis is None else analysis["_id"],
                events=() if analysis is None else analysis["result"]["events"],
            )
            for video, analysis in zip(videos, analyses, strict=True)
        ),
    )


def _named(document: Document, *names: str) -> Document:
    return {"id": document["_id"]} | {name: document[name] for name in names}
