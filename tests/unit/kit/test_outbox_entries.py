from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from shared.contracts.envelope import Envelope, decode
from shared.contracts.topics import RUN_FACTS, STAGE_FACTS
from shared.kit.documents.stored import to_stored
from shared.kit.outbox import NO_DUE, speak
from shared.kit.outbox.entries import drop, outgoing

AT = datetime(2026, 1, 31, 5, 31, 56, 120_000, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def envelope(name: str) -> Envelope:
    return Envelope(
        id=name,
        source="/rushes/test",
        type="dev.rushes.test.v1",
        subject="run 1",
        time=AT,
        dataschema="test",
        data={"text": "Maß 🎬"},
        correlationid="run 1",
    )


def document(**fields: Any) -> dict[str, Any]:
    return {"_id": "a", "revision": 0, "outbox": [], "outbox_due_at": NO_DUE, **fields}


def test_what_is_said_waits_in_the_document() -> None:
    spoken = document()
    speak(spoken, [(RUN_FACTS, envelope("1")), (STAGE_FACTS, envelope("2"))], AT)
    assert [entry["id"] for entry in spoken["outbox"]] == ["1", "2"]
    assert spoken["outbox_due_at"] == AT + SECOND
    message = outgoing(spoken["outbox"][1])
    assert (message.topic_name, message.key) == ("rushes.stages.v1", "run 1")
    assert decode(message.value) == envelope("2")
    assert orjson.loads(message.value)["data"] == {"text": "Maß 🎬"}
    assert message.headers["content-type"].startswith("application/cloudevents+json")
    to_stored(spoken)


def test_the_list_of_another_copy_is_left_alone() -> None:
    first = document()
    second = dict(first)
    speak(second, [(RUN_FACTS, envelope("1"))], AT)
    assert first["outbox"] == []


def test_more_words_do_not_put_off_the_first() -> None:
    spoken = document()
    speak(spoken, [(RUN_FACTS, envelope("1"))], AT)
    speak(spoken, [(RUN_FACTS, envelope("2"))], AT + 10 * SECOND)
    assert len(spoken["outbox"]) == 2
    assert spoken["outbox_due_at"] == AT + SECOND


def test_nothing_to_say() -> None:
    silent: dict[str, Any] = {"_id": "a", "revision": 0}
    speak(silent, [], AT)
    assert silent == document()


def test_what_was_said_is_dropped_and_the_rest_stays_due() -> None:
    spoken = document()
    speak(spoken, [(RUN_FACTS, envelope("1")), (RUN_FACTS, envelope("2"))], AT)
    drop(spoken, {"1"}.__contains__)
    assert [entry["id"] for entry in spoken["outbox"]] == ["2"]
    assert spoken["outbox_due_at"] == AT + SECOND
    drop(spoken, {"2"}.__contains__)
    assert spoken == document()


def test_a_document_without_an_outbox_stays_so() -> None:
    plain: dict[str, Any] = {"_id": "a", "revision": 0}
    drop(plain, {"1"}.__contains__)
    assert plain == {"_id": "a", "revision": 0}
