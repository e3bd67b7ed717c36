"""What is delivered: `video.ready`, as the gateway says it."""

import base64
import secrets
from datetime import datetime
from typing import Any

import orjson

from shared.contracts.envelope import Envelope
from shared.contracts.events import VideoReady
from shared.contracts.ids import new_id, prefixed
from shared.contracts.instants import now, rfc3339
from shared.contracts.topics import Topic

SECRET_BYTES = 24


def video_ready(at: datetime) -> VideoReady:
    """The event of a video that nobody has seen."""
    return VideoReady(timestamp=at, data=_video(at))


def said(organization_id: str, count: int) -> list[tuple[Topic, Envelope]]:
    """So many of them as messages of the bus, all at this moment."""
    at = now()
    return [
        (
            VideoReady.topics[0],
            video_ready(at).enclose(
                source="gateway",
                time=at,
                correlation_id=new_id(),
                event_id=prefixed("msg", new_id()),
                organization_id=organization_id,
            ),
        )
        for _ in range(count)
    ]


def body(at: datetime) -> bytes:
    """Its bytes in a webhook."""
    return orjson.dumps({"type": "video.ready", "timestamp": rfc3339(at), "data": _video(at)})


def secret() -> str:
    """A signing secret."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _video(at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "title": "A sales call",
        "status": "ready",
        "duration_seconds": 54.5,
        "owner_id": None,
        "deal_id": None,
        "created_at": rfc3339(at),
        "updated_at": rfc3339(at),
    }
