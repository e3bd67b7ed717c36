"""Messages on their way in and out, and how bytes become an event."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from shared.contracts.envelope import CONTENT_TYPE, Envelope, decode, encode
from shared.contracts.events import BY_TYPE, Event
from shared.contracts.topics import Topic, dead_letters

ENCLOSED: Mapping[str, str] = {"content-type": CONTENT_TYPE}
# A reason is read by people; the whole message lies beside it.
ERROR_CHARACTERS = 500


class MessageTooLarge(Exception):  # noqa: N818  it says what the message is
    """Kafka takes no message of that size; saying it again cannot help."""


class Record(Protocol):
    """What a consumer hands over: the part of aiokafka's ConsumerRecord that is used here."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class Heard:
    """A message that was understood: its envelope, and the event as its own class."""

    envelope: Envelope
    event: Event


# A batch in the order of each partition; it must be repeatable, because every message may come twice.
Handler = Callable[[Sequence[Heard]], Awaitable[None]]
# Waits until there is a free slot, and takes it.
Take = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Outgoing:
    """Bytes to be said; messages of one key keep their order."""

    topic_name: str
    key: str | bytes | None
    value: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: ENCLOSED)


def understand(record: Record) -> Heard | None:
    """The message in a record, or None when its type is not known here.

    Raises:
        MalformedMessage: It is not JSON, no envelope, or its data does not fit its type.
    """
    envelope = decode(record.value or b"")
    event_class = BY_TYPE.get(envelope.type)
    return Heard(envelope, event_class.read(envelope)) if event_class else None


def outgoing(topic: Topic, envelope: Envelope) -> Outgoing:
    """The bytes of an envelope, keyed as its topic wants it."""
    key = topic.record_key(message_id=envelope.id, subject=envelope.subject)
    return Outgoing(topic.name, key, encode(envelope))


def dead_letter(record: Record, group: str, reason: str, error: Exception) -> Outgoing:
    """The record as it came, on its way to the group's dead letters, with what is needed to find and repeat it."""
    return Outgoing(
        dead_letters(group).name,
        record.key,
        record.value or b"",
        headers_of(record)
        | {
            "reason": reason,
            "error": f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS],
            "original_topic": record.topic,
            "original_partition": str(record.partition),
            "original_offset": str(record.offset),
        },
    )


def headers_of(record: Record) -> dict[str, str]:
    """The headers as text; bytes of another coding are marked, because a header must not stop a message."""
    return {name: (value or b"").decode(errors="replace") for name, value in record.headers}
