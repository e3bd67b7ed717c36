"""JSON Schemas of the events, and the catalogue that people read."""

import json
from pathlib import Path

from shared.contracts.events import EVENTS, Event
from shared.contracts.topics import TOPICS

EXAMPLES = Path(__file__).resolve().parents[2] / "shared/contracts/examples"
HOURS_A_DAY = 24


def schemas() -> dict[str, str]:
    """A JSON Schema (2020-12) of each event's data, by path."""
    return {f"shared/contracts/schemas/{event.event_type}.json": schema(event) for event in EVENTS}


def schema(event: type[Event]) -> str:
    """The schema of the data of one event."""
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:rushes:schema:{event.event_type}",
        **event.model_json_schema(mode="serialization"),
    }
    return json.dumps(described, indent=2) + "\n"


def catalogue() -> str:
    """docs/events.md."""
    return "\n".join([*HEAD, *topic_table(), "", "## Events", "", *(line for event in EVENTS for line in entry(event))])


HEAD = (
    "# Events",
    "",
    "Generated from `shared/contracts` by `make generate`; do not edit.",
    "",
    "Every message is a CloudEvents 1.0 envelope in structured JSON; the key of the Kafka record is its `subject`,",
    "or on the topics of offers its `id`.",
    "Delivery is at least once and in no promised order: drop repetitions by `id`, and read what is said, not when it",
    "came. A new member keeps the type; a breaking change makes a new one, so skip types that you do not know.",
    "",
    "Other systems follow `rushes.events.v1`. The rest is how the services of Rushes speak with each other.",
    "",
    "## Topics",
    "",
)


def topic_table() -> list[str]:
    """The topic table as Markdown."""
    rows = [
        f"| `{topic.name}` | {topic.said_by} | {topic.key} | {topic.partitions} "
        f"| {topic.retention_hours // HOURS_A_DAY} d | {topic.meaning} |"
        for topic in TOPICS
    ]
    return ["| topic | said by | key | partitions | kept | meaning |", "|---|---|---|---|---|---|", *rows]


def entry(event: type[Event]) -> list[str]:
    """One event: what it says, where, and a message."""
    names = [topic.name for topic in event.topics]
    where = f"`{names[0]}`" if len(names) == 1 else "`rushes.offers.<stage>.v1`"
    example = (EXAMPLES / f"{event.event_type}.json").read_text().rstrip()
    return [
        f"### {event.__name__}",
        "",
        (event.__doc__ or "").splitlines()[0],
        "",
        f"`{event.event_type}` on {where}; [schema](../shared/contracts/schemas/{event.event_type}.json).",
        "",
        "```json",
        example,
        "```",
        "",
    ]
