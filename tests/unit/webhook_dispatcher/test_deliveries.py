from datetime import UTC, datetime, timedelta
from typing import Any

from services.webhook_dispatcher.core import deliveries
from services.webhook_dispatcher.core.verdict import Outcome
from shared.contracts.ids import is_prefixed

T0 = datetime(2026, 1, 31, 5, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def delivery() -> dict[str, Any]:
    message = {"_id": "msg_1", "event_type": "video.ready", "organization_id": "acme"}
    return deliveries.new_delivery(message, {"_id": "ep_1", "organization_id": "acme"}, at=T0)


def test_the_same_message_at_the_same_endpoint_is_the_same_delivery() -> None:
    assert delivery()["_id"] == delivery()["_id"] == deliveries.delivery_id("msg_1", "ep_1")
    assert is_prefixed(delivery()["_id"], "dlv")
    assert deliveries.delivery_id("msg_1", "ep_2") != deliveries.delivery_id("msg_1", "ep_1")
    assert deliveries.delivery_id("msg_2", "ep_1") != deliveries.delivery_id("msg_1", "ep_1")


def test_a_new_delivery_is_due_at_once_and_a_leased_one_is_not() -> None:
    assert delivery()["due_at"] == T0
    held = deliveries.leased(delivery(), by="me", until=T0 + SECOND)
    assert held["due_at"] == T0 + SECOND
    assert held["next_attempt_at"] == T0


def test_attempts_are_numbered_and_kept() -> None:
    once = deliveries.attempted(delivery(), Outcome(response_status=500, duration_ms=41), at=T0)
    twice = deliveries.attempted(once, Outcome(error="timeout", duration_ms=15000), at=T0 + SECOND)

    assert twice["attempts"] == [
        {"number": 1, "at": T0, "response_status": 500, "error": None, "duration_ms": 41},
        {"number": 2, "at": T0 + SECOND, "response_status": None, "error": "timeout", "duration_ms": 15000},
    ]
    assert len(once["attempts"]) == 1


def test_a_failure_is_due_when_the_schedule_says() -> None:
    held = deliveries.leased(delivery(), by="me", until=T0 + SECOND)
    later = deliveries.scheduled(held, next_attempt_at=T0 + 5 * SECOND)

    assert later["status"] == "pending"
    assert later["due_at"] == later["next_attempt_at"] == T0 + 5 * SECOND
    assert later["leased_by"] == ""


def test_a_finished_delivery_is_never_due() -> None:
    done = deliveries.finished(
        deliveries.attempted(delivery(), Outcome(response_status=204), at=T0), succeeded=True, at=T0
    )

    assert done["status"] == "succeeded"
    assert done["next_attempt_at"] is None
    assert done["due_at"] == deliveries.NEVER
    fact = deliveries.success_fact(done)
    assert (fact.attempts, fact.response_status, fact.message_type) == (1, 204, "video.ready")


def test_a_delivery_may_end_without_any_attempt() -> None:
    fact = deliveries.exhaustion_fact(deliveries.finished(delivery(), succeeded=False, at=T0))

    assert (fact.attempts, fact.response_status, fact.error) == (0, None, None)
