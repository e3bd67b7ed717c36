"""A system of somebody else's follows the public events, is killed, and goes on where it was."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.standalone.stack import Stack
from shared.testkit.client import Client

CONSUMER = Path(__file__).parents[1] / "consumer" / "follow_events.py"
CLIP = Path(__file__).parents[1] / "data" / "short_call.mp4"
PATIENCE_SECONDS = 60.0


@asynccontextmanager
async def following(stack: Stack, group: str) -> AsyncIterator[asyncio.StreamReader]:
    """What the consumer prints while it runs; it ends by SIGKILL."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, CONSUMER, stack.parts.kafka, group, stdout=asyncio.subprocess.PIPE, env=os.environ
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.kill()
        await process.wait()


async def until_told(lines: asyncio.StreamReader, organization_id: str, count: int) -> list[list[str]]:
    """What was printed of an organization, without its id, once there is so much."""
    told: list[list[str]] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(told) < count:
            organization, *words = (await lines.readline()).decode().split()
            told += [words] if organization == organization_id else []
    return told


async def test_another_group_follows_the_public_events(client: Client, stack: Stack) -> None:
    group, tenant = f"elsewhere-{secrets.token_hex(4)}", await client.tenant("followed")
    async with following(stack, group) as lines:
        first = await client.upload(tenant, CLIP)
        assert await until_told(lines, tenant.organization_id, 1) == [["video.ready", first["id"]]]
        analysis = await client.post(tenant, f"/videos/{first['id']}/analyses")
        assert await until_told(lines, tenant.organization_id, 1) == [["video.analysis.completed", analysis["id"]]]
        deal = await client.admin("POST", f"/organizations/{tenant.organization_id}/deals", {"title": "Big"})
        scoring = await client.post(tenant, f"/deals/{deal['id']}/scorings")
        assert await until_told(lines, tenant.organization_id, 1) == [["deal.scoring.completed", scoring["id"]]]
    second = await client.upload(tenant, CLIP)
    async with following(stack, group) as lines:
        # What was committed is not told again; the last one may be, for the kill may have come before its commit.
        told = await until_told(lines, tenant.organization_id, 1)
        if told != [["video.ready", second["id"]]]:
            assert told == [["deal.scoring.completed", scoring["id"]]]
            told = await until_told(lines, tenant.organization_id, 1)
        assert told == [["video.ready", second["id"]]]
