"""The body of a call as it arrives: read once, hashed once, never held beyond its limit."""

from collections.abc import AsyncIterator
from typing import Any, Protocol, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from services.gateway.core.idempotency import body_digest
from services.gateway.http.refusals import Refusal, invalid

B = TypeVar("B", bound=BaseModel)

LARGEST_JSON_BYTES = 1024 * 1024


class Content(Protocol):
    """A body whose digest tells whether a repeated call asks for the same."""

    async def digest(self) -> str | None:
        """Read what is left of it; None when it is refused whole, so that no stored call can equal it."""

    @property
    def digest_at_hand(self) -> str | None:
        """The digest, when knowing it does not keep a route from reading the body."""


async def arriving(receive: Receive) -> AsyncIterator[bytes]:
    """The chunks of a body.

    Raises:
        ClientDisconnect: The client went away before its end.
    """
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        if chunk := message.get("body"):
            yield chunk
        if not message.get("more_body"):
            return


class JsonContent:
    """A JSON body of at most 1 MiB."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._bytes: bytes | None = None
        self._is_too_large = False

    async def read(self) -> bytes:
        """All of it, empty when there is none; what lies beyond the limit is left unread."""
        if self._bytes is None:
            chunks: list[bytes] = []
            size = 0
            async for chunk in arriving(self._receive):
                chunks.append(chunk)
                size += len(chunk)
                if size > LARGEST_JSON_BYTES:
                    self._is_too_large = True
                    break
            self._bytes = b"".join(chunks)
        return self._bytes

    @property
    def digest_at_hand(self) -> str | None:
        """The digest once it has been read."""
        return None if self._bytes is None or self._is_too_large else body_digest(self._bytes)

    async def digest(self) -> str | None:
        """SHA-256 of the raw bytes."""
        await self.read()
        return self.digest_at_hand

    async def parse(self) -> dict[str, Any]:
        """The object it holds; no body is an empty one.

        Raises:
            Refusal: It is no JSON, too large, or no object.
        """
        body = await self.read()
        if self._is_too_large:
            raise Refusal("bad_request", "The body is larger than 1 MiB")
        try:
            parsed = orjson.loads(body) if body else {}
        except orjson.JSONDecodeError as error:
            raise Refusal("bad_request", "The body is not valid JSON") from error
        if not isinstance(parsed, dict):
            raise invalid("body: must be a JSON object")
        return parsed


def fitted(schema: type[B], content: Any) -> B:  # noqa: ANN401  any JSON
    """The content in that schema.

    Raises:
        Refusal: It does not fit; the message names the first field that does not.
    """
    try:
        return schema.model_validate(content)
    except ValidationError as error:
        raise invalid(sentence_of(error)) from error


def sentence_of(error: ValidationError) -> str:
    """`settings.checklist.0.title: Field required`."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    message = first["msg"].removeprefix("Value error, ")
    path = ".".join(str(step) for step in first["loc"])
    return f"{path}: {message}" if path else message
