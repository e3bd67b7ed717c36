"""What is there after the first start: the default organization and, where asked for, one key of it."""

import asyncio
import secrets
import stat

import pytest

from services.gateway.core.keys import digest_of
from services.gateway.first_start import DEFAULT_ORGANIZATION, make_default_organization, make_first_key
from services.gateway.store import Store
from shared.contracts.ids import is_id
from shared.contracts.instants import now
from shared.kit.documents import Documents


@pytest.fixture
async def store(stack):
    documents = Documents.connect(stack.parts.mongodb, f"rushes_first_{secrets.token_hex(4)}")
    made = Store.of(documents)
    await made.prepare()
    yield made
    await documents.close()


async def test_gateways_that_start_together_make_one_organization(store):
    await asyncio.gather(*(make_default_organization(store, now()) for _ in range(5)))
    made = await store.organizations.find({"name": "default"})
    assert [one["_id"] for one in made] == [DEFAULT_ORGANIZATION]
    assert is_id(DEFAULT_ORGANIZATION)


async def test_the_first_key_is_written_once_for_its_owner_alone(store, tmp_path):
    file = tmp_path / "new folder" / "first-key"
    await make_default_organization(store, now())
    await make_first_key(store, file, now())
    raw_key = file.read_text().strip()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    made = await store.keys.find({"organization_id": DEFAULT_ORGANIZATION})
    assert [key["digest"] for key in made] == [digest_of(raw_key)]
    await make_first_key(store, file, now())
    assert file.read_text().strip() == raw_key
    assert len(await store.keys.find({"organization_id": DEFAULT_ORGANIZATION})) == 1
    assert [one.name for one in file.parent.iterdir()] == ["first-key"]


async def test_a_first_key_that_was_written_but_not_stored_is_replaced(store, tmp_path):
    file = tmp_path / "first-key"
    file.write_text("rsh_live_of_a_start_that_died")
    file.chmod(0o644)
    await make_first_key(store, file, now())
    assert digest_of(file.read_text().strip()) == (await store.keys.find({"name": "first"}))[0]["digest"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
