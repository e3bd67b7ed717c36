"""The AsyncAPI 3.0 document of every topic and message.

Source: https://www.asyncapi.com/docs/reference/specification/v3.0.0
"""

import json
from pathlib import Path
from typing import Any

from shared.contracts.envelope import CONTENT_TYPE
from shared.contracts.events import EVENTS, Event
from shared.contracts.topics import GROUPS, PUBLIC_EVENTS, TOPICS, Topic, dead_letters

Json = dict[str, Any]

EXAMPLES = Path(__file__).resolve().parents[2] / "shared/contracts/examples"


HEADERS: Json = {
    "type": "object",
    "properties": {
        "content-type": {"const": CONTENT_TYPE},
        "traceparent": {"type": "string", "description": "W3C Trace Context, where traces are made."},
    },
}
REQUIRED = ["specversion", "id", "source", "type", "subject", "time", "dataschema", "data", "correlationid"]
DEAD_LETTERS = [dead_letters(group) for group in GROUPS]
DEAD_LETTER = "dead-letter"
DEAD_LETTER_HEADERS: Json = {
    "type": "object",
    "required": ["reason", "error", "original_topic", "original_partition", "original_offset"],
    "properties": {
        "reason": {"enum": ["malformed", "handler_failed"]},
        "error": {"type": "string", "description": "What went wrong, for people."},
        "original_topic": {"type": "string"},
        "original_partition": {"type": "string", "pattern": "^[0-9]+$"},
        "original_offset": {"type": "string", "pattern": "^[0-9]+$"},
    },
}


def asyncapi() -> str:
    """docs/asyncapi.json."""
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Rushes",
            "version": "1.0.0",
            "description": "What the services of Rushes say to each other and to other systems, over Kafka.",
            "license": {"name": "Apache-2.0"},
        },
        "servers": {
            "kafka": {
                "host": "{brokers}",
                "protocol": "kafka",
                "description": "The brokers of KAFKA_BOOTSTRAP_SERVERS; `standalone.json` names that of `rushes up`.",
                "variables": {"brokers": {"default": "127.0.0.1:9092"}},
            }
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {topic.name: channel(topic) for topic in TOPICS},
        "operations": {f"say-{topic.name}": operation(topic) for topic in TOPICS},
        "components": {
            "messages": {event.event_type: message(event) for event in EVENTS} | {DEAD_LETTER: dead_letter()}
        },
    }
    return json.dumps(document, indent=2) + "\n"


def messages_on(topic: Topic) -> list[str]:
    """The names of the messages on a topic."""
    if topic in DEAD_LETTERS:
        return [DEAD_LETTER]
    return [event.event_type for event in EVENTS if topic in event.topics]


def channel(topic: Topic) -> Json:
    """A topic."""
    return {
        "address": topic.name,
        "description": topic.meaning,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages_on(topic)},
        "bindings": {"kafka": {"topic": topic.name, "partitions": topic.partitions, "bindingVersion": "0.5.0"}},
    }


def operation(topic: Topic) -> Json:
    """Who speaks on it."""
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "summary": f"Said by {topic.said_by}; the key is the {topic.key}.",
    }


def message(event: type[Event]) -> Json:
    """A message: the schema of its data and an example of the whole envelope."""
    return {
        "name": event.event_type,
        "title": event.__name__,
        "summary": (event.__doc__ or "").splitlines()[0],
        "contentType": "application/cloudevents+json",
        "correlationId": {"location": "$message.payload#/correlationid"},
        "headers": HEADERS,
        "payload": {
            "type": "object",
            "required": REQUIRED + (["organizationid"] if PUBLIC_EVENTS in event.topics else []),
            "properties": {
                "specversion": {"const": "1.0"},
                "type": {"const": event.event_type},
                "datacontenttype": {"const": "application/json"},
                "id": {"type": "string"},
                "source": {"type": "string"},
                "subject": {"type": "string"},
                "time": {"type": "string", "format": "date-time"},
                "dataschema": {"type": "string"},
                "correlationid": {"type": "string"},
                "causationid": {"type": "string"},
                "organizationid": {"type": "string"},
                "data": {"$ref": f"../shared/contracts/schemas/{event.event_type}.json"},
            },
        },
        "examples": [{"payload": json.loads((EXAMPLES / f"{event.event_type}.json").read_text())}],
    }


def dead_letter() -> Json:
    """A message that a group could not handle: its bytes and key as they came, and why in the headers."""
    return {
        "name": DEAD_LETTER,
        "title": "DeadLetter",
        "summary": "A message as it came, which its group could not handle; the headers say why.",
        "headers": DEAD_LETTER_HEADERS,
        "payload": {"description": "The bytes of the message: an envelope of any type, or none at all."},
    }
