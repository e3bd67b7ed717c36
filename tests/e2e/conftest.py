"""What the end-to-end tests speak and listen with: a client of the faces, an ear on the bus, the object store."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from deploy.standalone.stack import Stack
from shared.kit.objects import Objects
from shared.testkit.client import Client
from shared.testkit.ear import Ear


@pytest.fixture(scope="session")
async def client(stack: Stack) -> AsyncIterator[Client]:
    async with Client(stack.url, stack.admin_token) as client:
        yield client


@pytest.fixture(scope="session")
async def ear(stack: Stack) -> AsyncIterator[Ear]:
    ear = Ear()
    listening = asyncio.create_task(ear.listen(stack.parts.kafka))
    yield ear
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening


@pytest.fixture(scope="session")
async def objects(stack: Stack) -> AsyncIterator[Objects]:
    parts = stack.parts
    objects = Objects.connect(parts.s3, parts.s3_access_key_id, parts.s3_secret_access_key)
    yield objects
    await objects.close()
