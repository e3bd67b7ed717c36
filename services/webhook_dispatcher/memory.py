"""What a process remembers between two looks at the store."""

import time
from collections import OrderedDict
from typing import Generic, TypeVar

FRESH_SECONDS = 1.0
"""How long what another process may change is believed without a look."""
REMEMBERED_BYTES = 64 * 1024 * 1024
"""Bodies of messages kept in memory while they are being delivered."""
SWEPT_VALUES = 1000
"""Above this many values the stale ones are dropped."""

V = TypeVar("V")


class Fresh(Generic[V]):
    """Values by key, each believed for a second."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[float, V]] = {}

    def get(self, key: str) -> tuple[bool, V | None]:
        """Whether the value is known, and the value."""
        until, value = self._values.get(key, (0.0, None))
        return until > time.monotonic(), value

    def put(self, key: str, value: V) -> None:
        """Believe a value from now on."""
        if len(self._values) > SWEPT_VALUES:
            now = time.monotonic()
            self._values = {key: kept for key, kept in self._values.items() if kept[0] > now}
        self._values[key] = (time.monotonic() + FRESH_SECONDS, value)

    def drop(self, key: str) -> None:
        """Look again at the next need."""
        self._values.pop(key, None)


class Bodies:
    """The bodies of the latest messages."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._size_bytes = 0

    def get(self, message_id: str) -> bytes | None:
        """The body, if it is remembered."""
        return self._bodies.get(message_id)

    def put(self, message_id: str, body: bytes) -> None:
        """Remember a body, and forget the oldest ones when there are too many bytes of them."""
        if message_id in self._bodies:
            return
        self._bodies[message_id] = body
        self._size_bytes += len(body)
        while self._size_bytes > REMEMBERED_BYTES:
            _, oldest = self._bodies.popitem(last=False)
            self._size_bytes -= len(oldest)
