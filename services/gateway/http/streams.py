"""Progress streams: Server-Sent Events of a run until it ends (platform contract, section 15)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from starlette.types import Receive, Scope, Send

from shared.kit.documents import StoreUnavailable

Document = dict[str, Any]

LOOK_SECONDS = 0.5
"""How often the store is asked: the change may have been made by any gateway."""
SILENCE_SECONDS = 15.0
"""A comment after this keeps proxies from closing the stream."""

HEADERS = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store")]


class Reads(Protocol):
    """Where a run is read again and again."""

    def load(self, value: str, /) -> Awaitable[Document | None]:
        """The resource with that id as it is now."""


@dataclass(frozen=True, slots=True)
class ProgressStream:
    """The states of a run's resource, from the present one to its end.

    Attributes:
        document: The present state.
        reads: Where the next ones are read.
        present: The object that GET returns.
    """

    document: Document
    reads: Reads
    present: Callable[[Document], dict[str, Any]]
    status: int = 200

    async def send(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  the shape of a Reply
        """Send events until the run or the client ends; at its own end the process cancels this."""
        await send({"type": "http.response.start", "status": self.status, "headers": HEADERS})
        gone = asyncio.create_task(_disconnected(receive))
        try:
            async for said in self._events(gone):
                await send({"type": "http.response.body", "body": said, "more_body": True})
        finally:
            gone.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _events(self, gone: asyncio.Task[None]) -> AsyncIterator[bytes]:
        document: Document | None = self.document
        last_shown = b""
        silent_seconds = 0.0
        while document is not None:
            shown = orjson.dumps(state_of(document, self.present))
            if is_terminal(document):
                yield event("end", document["revision"], shown)
                return
            if shown != last_shown:
                yield event("progress", document["revision"], shown)
                last_shown, silent_seconds = shown, 0.0
            elif silent_seconds >= SILENCE_SECONDS:
                yield b":\n\n"
                silent_seconds = 0.0
            await asyncio.wait([gone], timeout=LOOK_SECONDS)
            if gone.done():
                return
            silent_seconds += LOOK_SECONDS
            with contextlib.suppress(StoreUnavailable):  # the next look may find it
                document = await self.reads.load(document["_id"])


def state_of(document: Document, present: Callable[[Document], dict[str, Any]]) -> dict[str, Any]:
    """The data of an event, the same on all faces."""
    return {
        "progress_percent": document["run"]["progress_percent"],
        "current_stage": document["run"]["current_stage"],
        "resource": present(document),
    }


def is_terminal(document: Document) -> bool:
    """Whether the run has ended."""
    return document["run"]["status"] in ("completed", "failed")


def event(name: str, number: int, data: bytes) -> bytes:
    """One event; `number` rises with each change of the resource, also over a reconnection."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (number, name.encode(), data)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
