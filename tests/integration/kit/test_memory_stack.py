"""What artifacts and claims need of the stores, held by the stand-ins in memory and by the real ones."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from deploy.standalone.stack import StackParts
from shared.contracts.artifacts import ARTIFACTS_BUCKET
from shared.contracts.ids import new_id
from shared.contracts.instants import now
from shared.kit.claims import claim
from shared.kit.documents import Documents
from shared.kit.objects import Objects
from shared.kit.runner.ports import Claim, ObjectStore
from shared.testkit.stack import MemoryClaims, MemoryObjects

pytestmark = pytest.mark.integration


@pytest.fixture(params=["memory", "real"])
async def objects(request: pytest.FixtureRequest) -> AsyncIterator[ObjectStore]:
    if request.param == "memory":
        yield MemoryObjects()
        return
    parts: StackParts = request.getfixturevalue("stack_parts")
    real = Objects.connect(parts.s3, parts.s3_access_key_id, parts.s3_secret_access_key)
    yield real
    await real.close()


@pytest.fixture(params=["memory", "real"])
async def claims(request: pytest.FixtureRequest) -> AsyncIterator[Claim]:
    if request.param == "memory":
        yield MemoryClaims()
        return
    parts: StackParts = request.getfixturevalue("stack_parts")
    documents = Documents.connect(parts.mongodb, parts.mongodb_database)
    yield partial(claim, documents.collection("claims"))
    await documents.close()


async def test_what_is_put_is_listed_and_fetched(objects: ObjectStore, tmp_path: Path) -> None:
    prefix = f"ingest/{new_id()}/"
    (tmp_path / "in").write_bytes(b"abc")
    for name in ("report.json", "b/2.bin"):
        await objects.put_file(ARTIFACTS_BUCKET, prefix + name, tmp_path / "in", "application/json")
    assert sorted(await objects.list_keys(ARTIFACTS_BUCKET, prefix)) == [prefix + "b/2.bin", prefix + "report.json"]
    await objects.get_file(ARTIFACTS_BUCKET, prefix + "b/2.bin", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"abc"


async def test_what_was_never_put_is_not_there(objects: ObjectStore, tmp_path: Path) -> None:
    prefix = f"ingest/{new_id()}/"
    assert list(await objects.list_keys(ARTIFACTS_BUCKET, prefix)) == []
    with pytest.raises(KeyError):
        await objects.get_file(ARTIFACTS_BUCKET, prefix + "report.json", tmp_path / "out")
    assert not (tmp_path / "out").exists()


async def test_of_many_claimants_one_has_it_and_only_once(claims: Claim) -> None:
    claim_id = f"{new_id()}:ingest:1"
    expires_at = now() + timedelta(hours=1)
    answers = await asyncio.gather(*(claims(claim_id, owner=str(n), expires_at=expires_at) for n in range(5)))
    assert sorted(answers) == [False, False, False, False, True]
    assert not await claims(claim_id, owner=str(answers.index(True)), expires_at=expires_at)
