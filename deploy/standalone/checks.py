"""How one knows that a process can work; standard library only, because the launcher stays in memory."""

import asyncio
import contextlib
import http.client
import socket
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import urlsplit

ANSWER_SECONDS = 5.0

Check = Callable[[], Awaitable[bool]]


def answers_ok(url: str) -> bool:
    """Whether GET of the URL answers 200."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=ANSWER_SECONDS)
    with contextlib.closing(connection):
        try:
            connection.request("GET", address.path)
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False


def listens(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=ANSWER_SECONDS).close()
    except OSError:
        return False
    return True


def answers_ok_check(url: str) -> Check:
    """The check that GET of the URL answers 200, for a process table."""
    return lambda: asyncio.to_thread(answers_ok, url)


def listens_check(host: str, port: int) -> Check:
    """The check that something accepts connections there, for a process table."""
    return lambda: asyncio.to_thread(listens, host, port)
