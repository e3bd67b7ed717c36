"""What was computed for some bytes is never computed again, whoever asks and however often."""

import asyncio
import secrets
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.artifacts import ARTIFACTS_BUCKET
from shared.contracts.events import StageCompleted
from shared.contracts.plans import ANALYSIS
from shared.kit.objects import Objects
from shared.testkit.client import Client
from shared.testkit.ear import Ear
from shared.testkit.variants import variant

CLIP = Path(__file__).parents[1] / "data" / "short_call.mp4"
ANALYSIS_STAGES = tuple(step.stage for step in ANALYSIS.steps)
STAGES = ("ingest", *ANALYSIS_STAGES)

Json = dict[str, Any]


@pytest.fixture
def unseen(tmp_path: Path) -> Path:
    """The call in a file of bytes that nobody has worked on."""
    return variant(CLIP, secrets.randbits(64), tmp_path)


async def uploaded(client: Client, name: str, file: Path) -> tuple[Any, str]:
    """A new organization, and the path of its video, which is ready."""
    tenant = await client.tenant(name)
    path = f"/videos/{(await client.upload(tenant, file))['id']}"
    assert (await client.until(tenant, path, "ready", "failed"))["status"] == "ready"
    return tenant, path


async def analysed(client: Client, tenant: Any, path: str) -> Json:
    analysis = await client.post(tenant, f"{path}/analyses")
    ended: Json = await client.until(tenant, f"{path}/analyses/{analysis['id']}", "completed", "failed")
    assert ended["status"] == "completed"
    return ended


async def completions(ear: Ear, *runs: str, count: int) -> dict[str, list[StageCompleted]]:
    """The facts that end the stages of these runs, by stage."""
    facts = await ear.until(StageCompleted, *runs, count=count)
    return {stage: [fact for fact in facts if fact.stage == stage] for stage in STAGES}


def said(rows: list[Json]) -> list[Json]:
    """A transcript without the ids of its rows: they belong to one video."""
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


async def test_the_same_bytes_in_another_upload_are_not_worked_on_again(client: Client, ear: Ear, unseen: Path) -> None:
    facts, results, transcripts = [], [], []
    for name in ("the first", "the second"):
        tenant, path = await uploaded(client, name, unseen)
        analysis = await analysed(client, tenant, path)
        facts.append(await completions(ear, path.rpartition("/")[2], analysis["id"], count=len(STAGES)))
        results.append(analysis["result"])
        transcripts.append(await client.get(tenant, f"{path}/transcript"))
    first, second = facts
    for stage in STAGES:
        (worked,), (reused,) = first[stage], second[stage]
        assert (worked.reused, reused.reused) == (False, True)
        assert reused.artifact == worked.artifact
    assert results[0] == results[1]
    assert said(transcripts[0]) == said(transcripts[1])
    assert transcripts[0]


async def test_two_analyses_at_once_do_the_work_once_and_agree(
    client: Client, ear: Ear, objects: Objects, unseen: Path
) -> None:
    tenant, path = await uploaded(client, "twice at once", unseen)
    one, other = await asyncio.gather(analysed(client, tenant, path), analysed(client, tenant, path))
    assert one["id"] != other["id"]
    assert one["result"] == other["result"]
    facts = await completions(ear, one["id"], other["id"], count=2 * len(ANALYSIS_STAGES))
    for stage in ANALYSIS_STAGES:
        assert [fact.reused for fact in facts[stage]].count(False) == 1
        artifact, again = (fact.artifact for fact in facts[stage])
        assert artifact == again
        stored = await objects.list_keys(ARTIFACTS_BUCKET, f"{stage}/{artifact.address}/")
        assert sorted(stored) == sorted(artifact.key(name) for name in artifact.files)
