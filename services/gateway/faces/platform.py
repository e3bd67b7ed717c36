"""How the platform face presents resources (contract, sections 7 to 10 and 14)."""

from datetime import datetime
from typing import Any

from shared.contracts.instants import rfc3339

Document = dict[str, Any]

VIDEO_STATUS = {"uploaded": "processing", "preparing": "processing", "ready": "ready", "rejected": "failed"}


def present_video(video: Document) -> dict[str, Any]:
    """A video; `error` only when it failed."""
    presented = {
        "id": video["_id"],
        "title": video["title"],
        "status": VIDEO_STATUS[video["status"]],
        "duration_seconds": video["duration_seconds"],
        "owner_id": video["owner_id"],
        "deal_id": video["deal_id"],
        "created_at": rfc3339(video["created_at"]),
        "updated_at": rfc3339(video["updated_at"]),
    }
    if video["status"] == "rejected":
        presented["error"] = video["error"]
    return presented


def present_analysis(run: Document, *, with_result: bool = True) -> dict[str, Any]:
    """An analysis; members that do not apply to its state are left out."""
    presented = _present_run(run, "video_id")
    if run["status"] == "completed" and with_result:
        presented["result"] = run["result"]
    return presented


def present_new_analysis(run: Document) -> dict[str, Any]:
    """An analysis as its creation shows it, also when it was made by a request that died before it answered."""
    return _present_new_run(run, "video_id")


def present_member(member: Document) -> dict[str, Any]:
    """A member (contract, section 10)."""
    return {
        "id": member["_id"],
        "name": member["name"],
        "email": member["email"],
        "role": member["role"],
        "created_at": rfc3339(member["created_at"]),
    }


def present_deal(deal: Document, *, with_factors: bool = True) -> dict[str, Any]:
    """A deal; in lists without its factors (contract, section 9)."""
    presented = {
        "id": deal["_id"],
        "title": deal["title"],
        "created_at": rfc3339(deal["created_at"]),
        "updated_at": rfc3339(deal["updated_at"]),
        "product_id": deal["product_id"],
        "owner_id": deal["owner_id"],
        "forecast_amount": deal["forecast_amount"],
        "close_date": None if deal["close_at"] is None else rfc3339(deal["close_at"]),
        "probability": deal["probability"],
    }
    return presented | {"score_factors": deal["score_factors"]} if with_factors else presented


def present_scoring(run: Document, *, with_result: bool = True) -> dict[str, Any]:
    """A scoring of a deal (contract, 9.4); members that do not apply to its state are left out."""
    presented = _present_run(run, "deal_id")
    if run["status"] == "completed" and with_result:
        factors = run["report"]["factors"]
        presented["result"] = {
            "probability": run["report"]["probability"],
            "factors": [{name: factor[name] for name in ("factor_id", "score", "reason")} for factor in factors],
        }
    return presented


def present_new_scoring(run: Document) -> dict[str, Any]:
    """A scoring as its creation shows it, also when it was made by a request that died before it answered."""
    return _present_new_run(run, "deal_id")


def present_activity(activity: Document) -> dict[str, Any]:
    """An activity of a deal (contract, 9.2)."""
    return {
        "id": activity["_id"],
        "deal_id": activity["deal_id"],
        "type": activity["type"],
        "title": activity["title"],
        "body": activity["body"],
        "actor_id": activity["actor_id"],
        "occurred_at": rfc3339(activity["occurred_at"]),
        "created_at": rfc3339(activity["created_at"]),
    }


def present_transcript_row(segment: Document) -> dict[str, Any]:
    """A sentence of the transcript."""
    return {
        "id": segment["_id"],
        "speaker": segment["speaker"],
        "text": segment["text"],
        "start_seconds": segment["start_seconds"],
        "end_seconds": segment["end_seconds"],
    }


def present_endpoint(endpoint: Document, *, secret: str | None = None) -> dict[str, Any]:
    """A webhook endpoint; its secret only at creation and at rotation."""
    presented = {
        "id": endpoint["_id"],
        "url": endpoint["url"],
        "events": endpoint["events"],
        "status": endpoint["status"],
        "disabled_reason": endpoint["disabled_reason"],
        "created_at": rfc3339(endpoint["created_at"]),
        "updated_at": rfc3339(endpoint["updated_at"]),
    }
    return presented if secret is None else presented | {"secret": secret}


def present_delivery(delivery: Document) -> dict[str, Any]:
    """A delivery of a webhook message (contract, 14.3)."""
    next_attempt_at, finished_at = delivery["next_attempt_at"], delivery["finished_at"]
    return {
        "id": delivery["_id"],
        "webhook_id": delivery["webhook_id"],
        "message_id": delivery["message_id"],
        "event_type": delivery["event_type"],
        "status": delivery["status"],
        "next_attempt_at": None if next_attempt_at is None else rfc3339(next_attempt_at),
        "attempts": [attempt | {"at": rfc3339(attempt["at"])} for attempt in delivery["attempts"]],
        "created_at": rfc3339(delivery["created_at"]),
        "finished_at": None if finished_at is None else rfc3339(finished_at),
    }


def _present_run(run: Document, about: str) -> dict[str, Any]:
    """What every run shows but its result; `about` names the member with the id of what it is about."""
    presented = {
        "id": run["_id"],
        about: run[about],
        "status": run["status"],
        "created_at": rfc3339(run["created_at"]),
        **_instants(run, "started_at", "finished_at"),
        "updated_at": rfc3339(run["updated_at"]),
    }
    if run["status"] == "failed":
        presented["error"] = run["error"]
    return presented


def _present_new_run(run: Document, about: str) -> dict[str, Any]:
    return {
        "id": run["_id"],
        about: run[about],
        "status": "processing",
        "created_at": rfc3339(run["created_at"]),
        "updated_at": rfc3339(run["created_at"]),
    }


def _instants(document: Document, *names: str) -> dict[str, str]:
    instants: dict[str, datetime | None] = {name: document.get(name) for name in names}
    return {name: rfc3339(instant) for name, instant in instants.items() if instant is not None}
