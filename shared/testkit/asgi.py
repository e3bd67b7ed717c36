"""Call an ASGI application in this process, without a server."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import orjson
from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Heard:
    """What the application answered."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:  # noqa: ANN401  any JSON
        """The content as JSON."""
        return orjson.loads(self.content)


async def call(
    app: ASGIApp, method: str, path: str, *, headers: Mapping[str, str] | None = None, content: bytes = b""
) -> Heard:
    """One call and its whole answer."""
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
    }
    asked: list[Message] = [{"type": "http.request", "body": content, "more_body": False}]
    said: list[Message] = []

    async def receive() -> Message:
        return asked.pop(0) if asked else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        said.append(message)

    await app(scope, receive, send)
    return Heard(
        status=said[0]["status"],
        headers={name.decode(): value.decode() for name, value in said[0]["headers"]},
        content=b"".join(message.get("body", b"") for message in said[1:]),
    )
