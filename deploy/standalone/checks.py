"""How one knows that a process can work."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import aiohttp
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

ANSWER_SECONDS = 5.0

Check = Callable[[], Awaitable[bool]]


def answers_ok(url: str) -> Check:
    """A check that GET of the URL answers 200."""

    async def check() -> bool:
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
                return answer.status == HTTPStatus.OK
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False

    return check


def kafka_answers(bootstrap_servers: str) -> Check:
    """A check that the broker describes its cluster."""
    first = bootstrap_servers.split(",", maxsplit=1)[0]
    host, _, port = first.rpartition(":")

    async def check() -> bool:
        # The client logs each refused connection as an error, so it is asked only once something listens.
        if not await _listens(host, int(port)):
            return False
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
        try:
            await admin.start()
        except (KafkaError, OSError):
            return False
        finally:
            await admin.close()
        return True

    return check


def mongodb_answers(uri: str) -> Check:
    """A check that the document store answers a ping."""

    async def check() -> bool:
        async with AsyncMongoClient[dict[str, object]](
            uri, serverSelectionTimeoutMS=500, connectTimeoutMS=500
        ) as client:
            try:
                await client.admin.command("ping")
            except PyMongoError:
                return False
        return True

    return check


async def _listens(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), ANSWER_SECONDS)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
