"""Serving an application until the task is cancelled, then ending in order."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import structlog
import uvicorn
from fastapi import FastAPI

from shared.kit.http.streams import Streams

# What runs may finish; the launcher and Kubernetes give more before they kill.
FINISHING_SECONDS = 10
BACKLOG = 2048
# Longer than the 60 s of usual load balancers, so that it is they who close idle connections.
IDLE_CONNECTION_SECONDS = 75

log = structlog.get_logger()


async def serve(app: FastAPI, host: str, port: int, *, listening: Callable[[int], None] | None = None) -> None:
    """Serve until cancelled; then accept no more, end streams, finish what runs within 10 s.

    `listening` is told the port once requests are answered; port 0 means any free one.

    Raises:
        OSError: The address is in use or not ours.
    """
    listener = _listen(host, port)
    server = _Server(app, listener, listening)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        log.info("no longer listening", port=listener.getsockname()[1] if listener.fileno() >= 0 else port)
        server.should_exit = True
        streams = getattr(app.state, "streams", None)
        if isinstance(streams, Streams):
            streams.end()
        await _ended(serving)
        raise


async def _ended(serving: asyncio.Task[None]) -> None:
    """Wait for the end in order, which has a limit of its own, whoever cancels meanwhile: task groups cancel again."""
    while not serving.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(serving)


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: signals are the process's."""

    def __init__(self, app: FastAPI, listener: socket.socket, listening: Callable[[int], None] | None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="httptools",
                ws="none",
                access_log=False,
                log_config=None,
                server_header=False,
                backlog=BACKLOG,
                timeout_keep_alive=IDLE_CONNECTION_SECONDS,
                timeout_graceful_shutdown=FINISHING_SECONDS,
            )
        )
        self._port: int = listener.getsockname()[1]
        self._listening = listening

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        log.info("listening", port=self._port)
        if self._listening:
            self._listening(self._port)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    listener.setblocking(False)  # noqa: FBT003  the standard library's signature
    return listener
