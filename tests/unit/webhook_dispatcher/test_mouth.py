import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from services.webhook_dispatcher import mouth as module
from services.webhook_dispatcher.core.deliveries import attempted, finished, new_delivery
from services.webhook_dispatcher.core.verdict import Outcome
from services.webhook_dispatcher.mouth import Mouth
from shared.contracts.envelope import Envelope, decode
from shared.contracts.events import DeliverySucceeded
from shared.contracts.failures import TransientFailure
from shared.contracts.topics import Topic
from shared.kit.outbox import NO_DUE

T0 = datetime(2026, 1, 31, 5, 0, tzinfo=UTC)


class Kafka:
    """A bus that answers as told."""

    def __init__(self, *, error: Exception | None = None, delay_seconds: float = 0.0) -> None:
        self.said: list[tuple[Topic, Envelope]] = []
        self._error = error
        self._delay_seconds = delay_seconds

    async def say(self, messages: Sequence[tuple[Topic, Envelope]]) -> None:
        await asyncio.sleep(self._delay_seconds)
        if self._error:
            raise self._error
        self.said.extend(messages)


def succeeded() -> dict[str, Any]:
    message = {"_id": "msg_1", "event_type": "video.ready", "organization_id": "acme"}
    row = new_delivery(message, {"_id": "ep_1", "organization_id": "acme"}, at=T0)
    row |= {"outbox": [], "outbox_due_at": NO_DUE}
    return finished(attempted(row, Outcome(response_status=200), at=T0), succeeded=True, at=T0)


def mouth_at(bus: Any) -> Mouth:
    return Mouth(bus, None, None)  # type: ignore[arg-type]


async def test_a_success_that_kafka_has_needs_no_outbox() -> None:
    kafka, row = Kafka(), succeeded()
    await mouth_at(kafka).say_success(row, at=T0)
    await mouth_at(kafka).say_success(row, at=T0)

    assert row["outbox"] == []
    assert len({envelope.id for _, envelope in kafka.said}) == 1


@pytest.mark.parametrize("kafka", [Kafka(error=TransientFailure("away")), Kafka(delay_seconds=30)])
async def test_a_success_that_kafka_does_not_take_is_left_to_the_outbox(
    kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SAYING_SECONDS", 0.05)
    row = succeeded()
    await mouth_at(kafka).say_success(row, at=T0)

    (entry,) = row["outbox"]
    envelope = decode(entry["message"].encode())
    assert DeliverySucceeded.read(envelope).delivery_id == row["_id"]
    assert row["outbox_due_at"] < NO_DUE
