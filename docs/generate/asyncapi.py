"""The AsyncAPI 3.0 document of every topic and message.

Source: https://www.asyncapi.com/docs/reference/specification/v3.0.0
"""

import json
from pathlib import Path
from typing import Any

from shared.contracts.events import EVENTS, Event
from shared.contracts.topics import TOPICS, Topic

EXAMPLES = Path(__file__).resolve().parents[2] / "shared/contracts/examples"


def asyncapi() -> str:
    """docs/asyncapi.json."""
    spoken = [topic for topic in TOPICS if messages_on(topic)]
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Rushes",
            "version": "1.0.0",
            "description": "What the services of Rushes say to each other and to other systems, over Kafka.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {topic.name: channel(topic) for topic in spoken},
        "operations": {f"say-{topic.name}": operation(topic) for topic in spoken},
        "components": {"messages": {event.event_type: message(event) for event in EVENTS}},
    }
    return json.dumps(document, indent=2) + "\n"


def messages_on(topic: Topic) -> list[type[Event]]:
    """The events said on a topic."""
    return [event for event in EVENTS if topic in event.topics]


def channel(topic: Topic) -> dict[str, Any]:
    """A topic."""
    return {
        "address": topic.name,
        "description": topic.meaning,
        "messages": {
            event.event_type: {"$ref": f"#/components/messages/{event.event_type}"} for event in messages_on(topic)
        },
        "bindings": {"kafka": {"topic": topic.name, "partitions": topic.partitions, "bindingVersion": "0.5.0"}},
    }


def operation(topic: Topic) -> dict[str, Any]:
    """Who speaks on it."""
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "summary": f"Said by {topic.said_by}; the key is the {topic.key}.",
    }


def message(event: type[Event]) -> dict[str, Any]:
    """A message: the schema of its data and an example of the whole envelope."""
    return {
        "name": event.event_type,
        "title": event.__name__,
        "summary": (event.__doc__ or "").splitlines()[0],
        "contentType": "application/cloudevents+json",
        "payload": {
            "type": "object",
            "required": ["specversion", "id", "source", "type", "subject", "time", "data", "correlationid"],
            "properties": {
                "specversion": {"const": "1.0"},
                "type": {"const": event.event_type},
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
