"""Every event type has one golden message, and every golden message is of an event type."""

from pathlib import Path

import orjson
import pytest

from shared.contracts.envelope import MalformedMessage, decode, encode
from shared.contracts.events import BY_TYPE, EVENTS
from shared.contracts.topics import TOPICS

EXAMPLES = Path("shared/contracts/examples")
FILES = sorted(EXAMPLES.glob("*.json"))


def test_no_event_type_is_without_an_example_and_no_example_without_a_type():
    assert {file.stem for file in FILES} == {event.event_type for event in EVENTS} == set(BY_TYPE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_example_decodes_into_its_class_and_back_into_the_same_message(file):
    message = file.read_bytes()
    envelope = decode(message)
    event = BY_TYPE[file.stem].read(envelope)
    assert event.subject == envelope.subject
    assert event.topic in TOPICS
    again = event.enclose(
        source=envelope.source.removeprefix("/rushes/"),
        time=envelope.time,
        correlation_id=envelope.correlationid,
        event_id=envelope.id,
        causation_id=envelope.causationid,
        organization_id=envelope.organizationid,
    )
    assert orjson.loads(encode(again)) == orjson.loads(message)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_unknown_member_is_no_error(file):
    message = orjson.loads(file.read_bytes())
    message["data"]["added_later"] = message["addedlater"] = 1
    BY_TYPE[file.stem].read(decode(orjson.dumps(message)))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_message_without_a_member_that_its_class_needs_is_malformed(file):
    message = orjson.loads(file.read_bytes())
    kind = BY_TYPE[file.stem]
    required = next(name for name, field in kind.model_fields.items() if field.is_required())
    del message["data"][required]
    with pytest.raises(MalformedMessage, match=required):
        kind.read(decode(orjson.dumps(message)))


@pytest.mark.parametrize("message", [b"", b"{", b"[]", b'{"specversion": "0.3"}', b"\xff\xfe"])
def test_what_is_no_envelope_is_malformed(message):
    with pytest.raises(MalformedMessage):
        decode(message)


def test_signing_secrets_are_not_shown_when_an_event_is_printed():
    file = EXAMPLES / "dev.rushes.endpoint.registered.v1.json"
    event = BY_TYPE[file.stem].read(decode(file.read_bytes()))
    assert event.secrets[0].startswith("whsec_")
    assert "whsec_" not in repr(event)
