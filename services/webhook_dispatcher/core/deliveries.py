"""A delivery: one message owed to one endpoint, as a row with a due time, and what an attempt makes of it.

Fields: `status` and `next_attempt_at` are what the outside is told; `due_at` is when any process may take the row up:
the next attempt's instant, or the end of the lease while a process has it, or `NEVER` once it is finished.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from services.webhook_dispatcher.core.verdict import Outcome
from shared.contracts.events import DeliveryAttempted, DeliveryExhausted, DeliveryRequested, DeliverySucceeded
from shared.contracts.ids import derived_id

Document = dict[str, Any]

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
KEPT = timedelta(days=30)
"""How long deliveries are listed and messages can be sent again (platform contract, 14.3)."""


def delivery_id(message_id: str, endpoint_id: str) -> str:
    """The id that a message has at an endpoint, however often the two are brought together."""
    return f"dlv_{derived_id(message_id, endpoint_id)}"


def new_delivery(message: Mapping[str, Any], endpoint: Mapping[str, Any], *, at: datetime) -> Document:
    """A delivery that is due at once."""
    return {
        "_id": delivery_id(message["_id"], endpoint["_id"]),
        "revision": 1,
        "endpoint_id": endpoint["_id"],
        "organization_id": endpoint["organization_id"],
        "message_id": message["_id"],
        "event_type": message["event_type"],
        "status": "pending",
        "next_attempt_at": at,
        "due_at": at,
        "leased_by": "",
        "tries_once": False,
        "attempts": [],
        "created_at": at,
        "finished_at": None,
        "expires_at": at + KEPT,
    }


def requested_delivery(fact: DeliveryRequested) -> Document:
    """A delivery that somebody has asked for, under the id that it was promised with."""
    message = {"_id": fact.message_id, "event_type": fact.message_type}
    endpoint = {"_id": fact.endpoint_id, "organization_id": fact.organization_id}
    owed = new_delivery(message, endpoint, at=fact.requested_at)
    return owed | {"_id": fact.delivery_id, "tries_once": fact.tries_once}


def leased(delivery: Document, *, by: str, until: datetime) -> Document:
    """The delivery in the hands of one process: nobody else takes it up before `until`."""
    return delivery | {"leased_by": by, "due_at": until}


def postponed(delivery: Document, *, until: datetime) -> Document:
    """The delivery given back, without an attempt, to be taken up at `until`."""
    return delivery | {"leased_by": "", "due_at": until}


def attempted(delivery: Document, outcome: Outcome, *, at: datetime) -> Document:
    """The delivery with one more attempt, made at `at`."""
    attempt = {
        "number": len(delivery["attempts"]) + 1,
        "at": at,
        "response_status": outcome.response_status,
        "error": outcome.error,
        "duration_ms": outcome.duration_ms,
    }
    return delivery | {"attempts": [*delivery["attempts"], attempt]}


def scheduled(delivery: Document, *, next_attempt_at: datetime) -> Document:
    """The delivery after a failure that is not the last."""
    return delivery | {"next_attempt_at": next_attempt_at, "due_at": next_attempt_at, "leased_by": ""}


def finished(delivery: Document, *, succeeded: bool, at: datetime) -> Document:
    """The delivery at its end."""
    return delivery | {
        "status": "succeeded" if succeeded else "failed",
        "next_attempt_at": None,
        "due_at": NEVER,
        "leased_by": "",
        "finished_at": at,
    }


def attempt_fact(delivery: Mapping[str, Any]) -> DeliveryAttempted:
    """What is said of a delivery whose latest attempt failed and was not the last."""
    return DeliveryAttempted(**_said_of(delivery), next_attempt_at=delivery["next_attempt_at"])


def success_fact(delivery: Mapping[str, Any]) -> DeliverySucceeded:
    """What is said of a delivery whose latest attempt succeeded."""
    status = delivery["attempts"][-1]["response_status"]
    return DeliverySucceeded(**_said_of(delivery), response_status=status, finished_at=delivery["finished_at"])


def exhaustion_fact(delivery: Mapping[str, Any]) -> DeliveryExhausted:
    """What is said of a delivery that ended in failure, perhaps without any attempt."""
    last = delivery["attempts"][-1] if delivery["attempts"] else {"response_status": None, "error": None}
    return DeliveryExhausted(
        **_said_of(delivery),
        response_status=last["response_status"],
        error=last["error"],
        finished_at=delivery["finished_at"],
    )


def _said_of(delivery: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "delivery_id": delivery["_id"],
        "endpoint_id": delivery["endpoint_id"],
        "organization_id": delivery["organization_id"],
        "message_id": delivery["message_id"],
        "message_type": delivery["event_type"],
        "attempts": len(delivery["attempts"]),
        "history": delivery["attempts"],
        "created_at": delivery["created_at"],
    }
