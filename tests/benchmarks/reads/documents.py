"""What is read: analyses that have ended, with results of a usual size, in the gateway's own collections."""

from dataclasses import dataclass
from typing import Any

from services.gateway.core.resources import new_run_of_video, new_video
from shared.contracts.artifacts import MEDIA_BUCKET, SourceReference
from shared.contracts.ids import new_id
from shared.contracts.instants import now
from shared.kit.documents import Documents

SENTENCE = "The customer asks what happens to the recordings when the contract ends, and wants it in writing. "
SECTIONS = 5
EVENTS = 12


@dataclass(frozen=True)
class Stored:
    """The ids of an analysis and its video."""

    video_id: str
    analysis_id: str


async def store_analyses(documents: Documents, organization_id: str, count: int) -> list[Stored]:
    """Store videos that are ready, and a completed analysis of each."""
    return [await _store_analysis(documents, organization_id) for _ in range(count)]


async def _store_analysis(documents: Documents, organization_id: str) -> Stored:
    at = now()
    source = SourceReference(bucket=MEDIA_BUCKET, key=new_id(), size_bytes=1, sha256="0" * 64)
    video = new_video(
        new_id(),
        organization_id=organization_id,
        title="A sales call",
        filename="call.mp4",
        source=source,
        owner_id=None,
        deal_id=None,
        now=at,
        deadline_seconds=60.0,
    )
    analysis = new_run_of_video(new_id(), kind="analysis", video=video, inputs={}, now=at, deadline_seconds=60.0)
    analysis["run"] |= {"status": "completed", "progress_percent": 100}
    analysis |= {"status": "completed", "started_at": at, "finished_at": at, "result": _result()}
    await documents.collection("videos").insert(video | {"status": "ready", "duration_seconds": 60.0})
    await documents.collection("runs").insert(analysis)
    return Stored(video["_id"], analysis["_id"])


def _result() -> dict[str, Any]:
    return {
        "summary": {
            "sections": [
                {"id": new_id(), "title": f"Section {number}", "content": SENTENCE * 3} for number in range(SECTIONS)
            ]
        },
        "events": [
            {
                "id": new_id(),
                "type": "question",
                "title": f"Event {number}",
                "description": SENTENCE,
                "start_seconds": 4.0 * number,
                "end_seconds": 4.0 * number + 2.5,
            }
            for number in range(EVENTS)
        ],
    }
