"""Workers that are killed in mid-work take nothing with them."""

import asyncio
import secrets
from pathlib import Path
from typing import Any

from deploy.standalone.stack import Stack
from shared.contracts.events import RunCompleted, StageCompleted, StageStarted, VideoAnalysisCompleted
from shared.contracts.plans import ANALYSIS
from shared.testkit.client import Client, Tenant
from shared.testkit.ear import Ear
from shared.testkit.variants import variant

CLIP = Path(__file__).parents[1] / "data" / "short_call.mp4"
VIDEOS = 3
ENDS_WITHIN_SECONDS = 240.0


async def test_analyses_go_on_after_their_workers_were_killed(
    client: Client, ear: Ear, stack: Stack, tmp_path: Path
) -> None:
    tenant = await client.tenant("killed")
    paths = await asyncio.gather(
        *(ready(client, tenant, variant(CLIP, secrets.randbits(64), tmp_path)) for _ in range(VIDEOS))
    )
    begun = {path: await client.post(tenant, f"{path}/analyses") for path in paths}
    runs = [analysis["id"] for analysis in begun.values()]
    await ear.until(StageStarted, *runs)

    dead_pid = stack.kill("workers")
    assert len(ear.events(RunCompleted, *runs)) < VIDEOS, "all was over before the kill"
    await asyncio.to_thread(stack.until_restarted, "workers", dead_pid)
    await asyncio.to_thread(stack.until_answering)

    ended = await asyncio.gather(
        *(
            client.until(
                tenant,
                f"{path}/analyses/{analysis['id']}",
                "completed",
                "failed",
                within_seconds=ENDS_WITHIN_SECONDS,
            )
            for path, analysis in begun.items()
        )
    )
    assert [analysis["status"] for analysis in ended] == ["completed"] * VIDEOS
    # The same film in files of other bytes: whatever was interrupted and done again came out the same.
    assert all(analysis["result"] == ended[0]["result"] for analysis in ended)
    for run in runs:
        (_,) = await ear.until(RunCompleted, run)
        (_,) = await ear.until(VideoAnalysisCompleted, run)
    finished = ear.events(StageCompleted, *runs)
    assert {(fact.run_id, fact.stage) for fact in finished} == {
        (run, step.stage) for run in runs for step in ANALYSIS.steps
    }
    assert max(fact.attempt for fact in finished) >= 2


async def ready(client: Client, tenant: Tenant, file: Path) -> str:
    """The path of a new video that can be analysed."""
    video: Any = await client.upload(tenant, file)
    path = f"/videos/{video['id']}"
    assert (await client.until(tenant, path, "ready", "failed"))["status"] == "ready"
    return path
