"""Runs outlive every process (platform contract, 6.1)."""

import asyncio
from pathlib import Path

from deploy.standalone.stack import Stack
from shared.testkit.client import Client

CLIP = Path(__file__).parents[2] / "data" / "short_call.mp4"


async def test_item_22_an_analysis_outlives_a_restart_of_all_processes(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data")
    await asyncio.to_thread(stack.start)
    try:
        async with Client(stack.url, stack.admin_token) as client:
            tenant = await client.tenant("restarted")
            video = await client.upload(tenant, CLIP)
            await client.until(tenant, f"/videos/{video['id']}", "ready")
            analysis = await client.post(tenant, f"/videos/{video['id']}/analyses")
        before = stack.pids()
        assert await asyncio.to_thread(stack.stop) == 0
        await asyncio.to_thread(stack.start)
        assert set(before.values()).isdisjoint(stack.pids().values())
        async with Client(stack.url, stack.admin_token) as client:
            path = f"/videos/{video['id']}/analyses/{analysis['id']}"
            ended = await client.until(tenant, path, "completed", "failed", within_seconds=150)
        assert ended["status"] == "completed"
    finally:
        await asyncio.to_thread(stack.stop)
