"""Webhook deliveries as clients see them: folded from what the webhook dispatcher says, in any order; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from services.gateway.core.resources import new_document
from shared.contracts.events import DeliveryAttempted, DeliveryExhausted, DeliveryFact, DeliverySucceeded

Document = dict[str, Any]

LISTED = timedelta(days=30)
"""How long deliveries are listed (platform contract, 14.3)."""


def new_delivery(
    delivery_id: str,
    *,
    organization_id: str,
    webhook_id: str,
    message_id: str,
    event_type: str,
    created_at: datetime,
) -> Document:
    """A delivery that has not been attempted."""
    return new_document(
        delivery_id,
        created_at,
        organization_id=organization_id,
        webhook_id=webhook_id,
        message_id=message_id,
        event_type=event_type,
        status="pending",
        next_attempt_at=created_at,
        attempts=[],
        finished_at=None,
        expires_at=created_at + LISTED,
    )


def first_told(fact: DeliveryFact, said_at: datetime) -> Document:
    """A delivery of which nothing was known before this fact."""
    return new_delivery(
        fact.delivery_id,
        organization_id=fact.organization_id,
        webhook_id=fact.endpoint_id,
        message_id=fact.message_id,
        event_type=fact.message_type,
        created_at=fact.created_at or said_at,
    )


def folded(delivery: Document, facts: Sequence[tuple[DeliveryFact, datetime]]) -> Document | None:
    """The delivery after facts, each with the instant at which it was said; None when they change nothing."""
    after = delivery
    for fact, said_at in facts:
        after = _folded_one(after, fact, said_at)
    return None if after == delivery else after


def _folded_one(delivery: Document, fact: DeliveryFact, said_at: datetime) -> Document:
    known = {attempt["number"]: attempt for attempt in delivery["attempts"]}
    told = {attempt.number: attempt.model_dump() for attempt in fact.history}
    merged = known | told
    after = delivery | {"attempts": [merged[number] for number in sorted(merged)]}
    if delivery["status"] != "pending":
        return after
    if isinstance(fact, DeliverySucceeded | DeliveryExhausted):
        status = "succeeded" if isinstance(fact, DeliverySucceeded) else "failed"
        return after | {"status": status, "next_attempt_at": None, "finished_at": fact.finished_at or said_at}
    if isinstance(fact, DeliveryAttempted) and fact.attempts >= len(merged):
        return after | {"next_attempt_at": fact.next_attempt_at}
    return after
