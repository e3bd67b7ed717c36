"""How the launcher knows that a process can work; standard library only, because the launcher stays in memory."""

import asyncio
import contextlib
import http.client
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import urlsplit

ANSWER_SECONDS = 5.0

Check = Callable[[], Awaitable[bool]]


def answers_ok(url: str) -> Check:
    """A check that GET of the URL answers 200."""
    address = urlsplit(url)

    def get() -> bool:
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=ANSWER_SECONDS)
        with contextlib.closing(connection):
            try:
                connection.request("GET", address.path)
                return connection.getresponse().status == HTTPStatus.OK
            except (OSError, http.client.HTTPException):
                return False

    async def check() -> bool:
        return await asyncio.to_thread(get)

    return check


def listens(host: str, port: int) -> Check:
    """A check that something accepts connections there."""

    async def check() -> bool:
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), ANSWER_SECONDS)
        except (OSError, TimeoutError):
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True

    return check
