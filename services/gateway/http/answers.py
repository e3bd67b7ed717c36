"""Answers: what goes back over the wire, built once as bytes."""

from dataclasses import dataclass
from typing import Protocol

from starlette.types import Receive, Scope, Send

Header = tuple[bytes, bytes]

JSON = b"application/json"


class Reply(Protocol):
    """Anything that can be sent as the answer to a call."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    async def send(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it whole."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body.

    Attributes:
        kept_body: What a replay says instead of `body`; None: the same bytes.
    """

    status: int
    body: bytes = b""
    content_type: bytes = JSON
    headers: tuple[Header, ...] = ()
    kept_body: bytes | None = None

    async def send(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  the shape of a Reply
        """Send it in two messages."""
        headers: list[Header] = [*self.headers]
        if self.body:
            headers.append((b"content-type", self.content_type))
        if self.status != 204:  # noqa: PLR2004  RFC 9110, 8.6: a 204 carries no Content-Length
            headers.append((b"content-length", b"%d" % len(self.body)))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})
