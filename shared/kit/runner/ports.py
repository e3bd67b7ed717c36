"""What a runner needs of the kit's other parts."""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from shared.contracts.envelope import Envelope
from shared.contracts.events import Event
from shared.contracts.topics import Topic


class Heard(Protocol):
    """A message as the bus hands it over."""

    @property
    def envelope(self) -> Envelope:
        """Its envelope."""

    @property
    def event(self) -> Event:
        """Its event."""


class Speaker(Protocol):
    """The part of the bus that speaks."""

    async def say(self, messages: Sequence[tuple[Topic, Envelope]]) -> None:
        """Say them; TransientFailure when that could not be done."""


class Claim(Protocol):
    """Makes a claim that only one can make."""

    def __call__(self, claim_id: str, *, owner: str, expires_at: datetime) -> Awaitable[bool]:
        """Whether it is ours; TransientFailure when that cannot be told: asked again, it may be nobody's."""


class ObjectStore(Protocol):
    """The part of the object store that artifacts need; every method may raise TransientFailure."""

    async def exists(self, bucket: str, key: str) -> bool:
        """Whether there is such an object."""

    async def list_keys(self, bucket: str, prefix: str) -> Sequence[str]:
        """The keys that begin with the prefix."""

    async def get_file(self, bucket: str, key: str, path: Path) -> None:
        """Fetch it; KeyError when it is not there."""

    async def put_file(self, bucket: str, key: str, path: Path, content_type: str) -> None:
        """Store it."""
