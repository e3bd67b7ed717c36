"""The analysis of a video that stands for it: the newest that is completed."""

from services.gateway.store import NEWEST_FIRST, Document
from shared.kit.documents import Collection


async def latest_completed(runs: Collection, organization_id: str, video_id: str) -> Document | None:
    """The most recent completed analysis of the video; None before the first."""
    where = {"organization_id": organization_id, "video_id": video_id, "kind": "analysis", "status": "completed"}
    newest = await runs.find(where, sort=NEWEST_FIRST, limit=1)
    return newest[0] if newest else None
