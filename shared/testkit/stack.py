"""Objects, claims and a bus in memory, held to the real parts' behaviour by one suite for both."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from shared.contracts.envelope import Envelope
from shared.contracts.events import BY_TYPE, Event
from shared.contracts.failures import TransientFailure
from shared.contracts.topics import Topic


class MemoryObjects:
    """An object store.

    `failures` is how many of the next calls find it away, `writable` after how many writes it answers no more.
    """

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}
        self.content_types: dict[tuple[str, str], str] = {}
        self.puts: list[str] = []
        self.failures = 0
        self.writable: int | None = None

    async def exists(self, bucket: str, key: str) -> bool:
        """Whether there is such an object."""
        await self._answer()
        return (bucket, key) in self.objects

    async def list_keys(self, bucket: str, prefix: str) -> list[str]:
        """The keys that begin with the prefix, in order."""
        await self._answer()
        return sorted(key for where, key in self.objects if where == bucket and key.startswith(prefix))

    async def get_file(self, bucket: str, key: str, path: Path) -> None:
        """Write the object to the path; KeyError when it is not there."""
        await self._answer()
        await asyncio.to_thread(path.write_bytes, self.objects[bucket, key])

    async def put_file(self, bucket: str, key: str, path: Path, content_type: str) -> None:
        """Keep what the path holds."""
        await self._answer()
        if self.writable == 0:
            await asyncio.Event().wait()
        if self.writable is not None:
            self.writable -= 1
        self.objects[bucket, key] = await asyncio.to_thread(path.read_bytes)
        self.content_types[bucket, key] = content_type
        self.puts.append(key)

    async def _answer(self) -> None:
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise TransientFailure("the object store is away")


class MemoryClaims:
    """A collection of claims; `failures` is how many of the next calls find it away."""

    def __init__(self) -> None:
        self.owners: dict[str, str] = {}
        self.failures = 0

    async def __call__(self, claim_id: str, *, owner: str, expires_at: datetime) -> bool:  # noqa: ARG002  nothing expires here
        """Whether the claim is new."""
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise TransientFailure("the document store is away")
        if claim_id in self.owners:
            return False
        self.owners[claim_id] = owner
        return True


@dataclass(frozen=True)
class Said:
    """A message that was said."""

    topic: Topic
    envelope: Envelope

    @property
    def event(self) -> Event:
        """Its event."""
        return BY_TYPE[self.envelope.type].read(self.envelope)


@dataclass
class MemorySpeaker:
    """Keeps what is said; `failures` is how many of the next calls find the bus away."""

    said: list[Said] = field(default_factory=list)
    failures: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def say(self, messages: Sequence[tuple[Topic, Envelope]]) -> None:
        """Keep the messages."""
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise TransientFailure("the bus is away")
        async with self.changed:
            self.said.extend(Said(topic, envelope) for topic, envelope in messages)
            self.changed.notify_all()

    def events(self, *kinds: type[Event]) -> list[Event]:
        """The events said, of these kinds or of all, in order."""
        events = [said.event for said in self.said]
        return [event for event in events if not kinds or isinstance(event, kinds)]

    async def until(self, count: int, *kinds: type[Event]) -> list[Event]:
        """The events of these kinds, once there are so many."""
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.events(*kinds)) >= count)
        return self.events(*kinds)
