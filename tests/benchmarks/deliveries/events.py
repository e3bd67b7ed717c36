"""What is delivered: `video.ready`, as the gateway says it."""

import base64
import secrets
from datetime import datetime
from typing import Any

import orjson

from shared.contracts.events import VideoReady
from shared.contracts.ids import new_id
from shared.contracts.instants import rfc3339

SECRET_BYTES = 24


def video_ready(at: datetime) -> VideoReady:
    """The event of a video that nobody has seen."""
    return VideoReady(timestamp=at, data=_video(at))


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
