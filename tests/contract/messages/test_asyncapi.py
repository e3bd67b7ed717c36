"""The AsyncAPI document: every topic and message is in it, every reference leads somewhere, every example fits."""

from pathlib import Path

import jsonschema_rs
import orjson
import pytest

from shared.contracts.events import EVENTS
from shared.contracts.topics import GROUPS, PUBLIC_EVENTS, TOPICS, dead_letters

DOCS = Path("docs")
DOCUMENT = orjson.loads((DOCS / "asyncapi.json").read_bytes())
MESSAGES = DOCUMENT["components"]["messages"]


def messages_of(topic):
    return set(DOCUMENT["channels"][topic.name]["messages"])


def test_every_topic_is_a_channel_with_the_messages_that_are_said_on_it():
    assert set(DOCUMENT["channels"]) == {topic.name for topic in TOPICS}
    for topic in TOPICS:
        said = {event.event_type for event in EVENTS if topic in event.topics}
        assert messages_of(topic) == (said or {"dead-letter"})
    assert {group for group in GROUPS if messages_of(dead_letters(group)) == {"dead-letter"}} == set(GROUPS)


def test_every_message_is_on_a_channel_and_every_channel_has_its_speaker():
    assert set().union(*map(messages_of, TOPICS)) == set(MESSAGES)
    spoken = {operation["channel"]["$ref"] for operation in DOCUMENT["operations"].values()}
    assert spoken == {f"#/channels/{topic.name}" for topic in TOPICS}


def test_other_systems_may_follow_every_event_that_a_webhook_may_carry():
    assert messages_of(PUBLIC_EVENTS) == {
        f"dev.rushes.{name}.v1"
        for name in (
            "video.ready",
            "video.analysis.completed",
            "video.analysis.failed",
            "deal.scoring.completed",
            "deal.scoring.failed",
        )
    }


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.event_type)
def test_the_example_of_a_message_fits_its_schema(event):
    message = MESSAGES[event.event_type]
    payload = message["payload"]
    data_file = DOCS / payload["properties"]["data"]["$ref"]
    whole = payload | {
        "properties": payload["properties"] | {"data": orjson.loads(data_file.read_bytes())},
        "additionalProperties": False,
    }
    validator = jsonschema_rs.validator_for(whole)
    (example,) = message["examples"]
    validator.validate(example["payload"])
    for member in payload["required"]:
        less = {name: value for name, value in example["payload"].items() if name != member}
        assert not validator.is_valid(less)
