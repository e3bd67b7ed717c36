"""Facts of a delivery give the same row in any order and however often they come."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

from services.gateway.core.deliveries import first_told, folded
from shared.contracts.events import DeliveryAttempted, DeliveryExhausted, DeliverySucceeded

T0 = datetime(2026, 1, 31, 5, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
IDENTITY = {
    "delivery_id": "dlv_1",
    "endpoint_id": "ep_1",
    "organization_id": "acme",
    "message_id": "msg_1",
    "message_type": "video.ready",
    "created_at": T0,
}


def attempt(number, status=500):
    at = T0 + number * SECOND
    return {"number": number, "at": at, "response_status": status, "error": None, "duration_ms": 4}


def attempted(count):
    history = [attempt(number) for number in range(1, count + 1)]
    return DeliveryAttempted(**IDENTITY, attempts=count, history=history, next_attempt_at=T0 + (count + 1) * SECOND)


def succeeded(count):
    history = [*(attempt(number) for number in range(1, count)), attempt(count, 200)]
    return DeliverySucceeded(
        **IDENTITY, attempts=count, history=history, response_status=200, finished_at=T0 + count * SECOND
    )


def fold_all(facts):
    said = [(fact, T0) for fact in facts]
    row = first_told(*said[0])
    return folded(row, said) or row


def test_in_any_order_and_twice_the_end_is_the_same():
    facts = [attempted(1), attempted(2), succeeded(3)]
    ends = [fold_all([*order, *order]) for order in permutations(facts)]
    assert all(end == ends[0] for end in ends)
    assert (ends[0]["status"], ends[0]["next_attempt_at"]) == ("succeeded", None)
    assert [one["response_status"] for one in ends[0]["attempts"]] == [500, 500, 200]
    assert ends[0]["finished_at"] == T0 + 3 * SECOND


def test_while_it_is_pending_the_newest_attempt_says_when_the_next_one_comes():
    for order in permutations([attempted(1), attempted(2)]):
        row = fold_all(order)
        assert (row["status"], row["next_attempt_at"]) == ("pending", T0 + 3 * SECOND)
        assert len(row["attempts"]) == 2


def test_a_delivery_may_end_without_an_attempt():
    ended = DeliveryExhausted(**IDENTITY, attempts=0, response_status=None, error=None, finished_at=T0)
    row = fold_all([ended])
    assert (row["status"], row["attempts"], row["finished_at"]) == ("failed", [], T0)
    assert folded(row, [(ended, T0)]) is None
