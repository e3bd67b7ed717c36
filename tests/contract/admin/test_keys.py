"""Items 22 to 27 of the admin contract's checklist: API keys."""

import asyncio
import re
import secrets
from datetime import UTC, datetime, timedelta

import pytest


def alphanumeric(length):
    return secrets.token_hex(length)[:length]


@pytest.fixture
async def keys(tenant):
    """Calls below the keys of a tenant."""

    async def call(method, path="", **kwargs):
        return await tenant.api.admin(method, f"/organizations/{tenant.id}/keys{path}", **kwargs)

    return call


async def test_item_22_the_raw_key_is_shown_once(keys):
    answer = await keys("POST", json={"name": "ci", "scopes": ["videos:read", "videos:read"]})
    assert answer.status == 201
    made = answer.data
    assert re.fullmatch(r"rsh_live_[0-9A-Za-z]{40}", made["raw_key"])
    assert made["key_prefix"] == made["raw_key"][:15] + "..."
    assert made | {"raw_key": None} == {
        "id": made["id"],
        "name": "ci",
        "key_prefix": made["key_prefix"],
        "raw_key": None,
        "scopes": ["videos:read"],
        "member_id": None,
        "is_active": True,
        "expires_at": None,
        "last_used_at": None,
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
    }
    assert (await keys("GET", f"/{made['id']}")).data == made | {"raw_key": None}
    assert (await keys("GET")).data[0] == made | {"raw_key": None}


async def test_item_22_a_replay_does_not_show_it(keys):
    headers = {"Idempotency-Key": secrets.token_hex(8)}
    first = await keys("POST", json={"name": "ci"}, headers=headers)
    replay = await keys("POST", json={"name": "ci"}, headers=headers)
    assert (replay.status, replay.headers["idempotent-replayed"]) == (201, "true")
    assert replay.data == first.data | {"raw_key": None}
    assert first.data["raw_key"] is not None
    assert len((await keys("GET")).data) == 2


async def test_item_23_no_record_holds_a_raw_key(tenant, keys, database):
    raw = [tenant.key, (await keys("POST", json={"name": "a"}, headers={"Idempotency-Key": "k"})).data["raw_key"]]
    imported = f"lymo_{alphanumeric(20)}"
    assert (await keys("POST", json={"name": "b", "import_key": imported})).status == 201
    secret_parts = [key[-20:] for key in (*raw, imported)]
    for name in await database.list_collection_names():
        async for document in database[name].find({}):
            assert not [part for part in secret_parts if part in repr(document)], name


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "a", "scopes": ["nope"]}, "scopes"),
        ({"name": "a", "scopes": "videos:read"}, "scopes"),
        ({"name": "a", "scopes": [7]}, "scopes"),
        ({"name": "a", "expires_at": "tomorrow"}, "expires_at"),
        ({"name": "a", "expires_at": 7}, "expires_at"),
        ({"name": "a", "expires_at": "2026-01-31T00:00:00"}, "expires_at"),
        ({"name": "a", "expires_at": "2026-01-31"}, "expires_at"),
        ({"name": "a", "member_id": "018f0000-0000-7000-8000-000000000000"}, "member_id"),
        ({"name": "a", "member_id": 7}, "member_id"),
    ],
)
async def test_item_24_bodies_that_do_not_fit(keys, body, named):
    answer = await keys("POST", json=body)
    assert answer.error == (422, "validation_failed")
    assert named in answer.message


async def test_item_24_no_scopes_allow_nothing(tenant):
    key = (await tenant.new_key(scopes=[]))["raw_key"]
    for method, path in (("GET", "/v1/videos"), ("GET", "/v1/webhooks"), ("POST", "/v1/webhooks")):
        assert (await tenant.api.call(method, path, key)).error == (403, "forbidden")


async def test_item_25_a_key_ends_when_it_is_deactivated_or_expires(tenant, keys):
    made = await tenant.new_key()
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    future = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    changes = [
        ({"is_active": False}, 401),
        ({"is_active": None}, 200),
        ({"expires_at": past}, 401),
        ({"expires_at": future}, 200),
        ({"expires_at": None}, 200),
        ({"scopes": []}, 403),
        ({"scopes": None}, 200),
    ]
    for change, status in changes:
        assert (await keys("PATCH", f"/{made['id']}", json=change)).status == 200
        assert (await tenant.api.call("GET", "/v1/videos", made["raw_key"])).status == status
    expired = await tenant.new_key(expires_at=past)
    assert (await tenant.api.call("GET", "/v1/videos", expired["raw_key"])).error == (401, "unauthorized")


async def test_a_patch_of_a_key_names_what_it_refuses(tenant, keys):
    made = await tenant.new_key()
    for change, named in (
        ({"id": "x"}, "id"),
        ({"name": None}, "name"),
        ({"scopes": ["nope"]}, "scopes"),
        ({"is_active": 0}, "is_active"),
        ({"expires_at": "never"}, "expires_at"),
    ):
        answer = await keys("PATCH", f"/{made['id']}", json=change)
        assert answer.error == (422, "validation_failed")
        assert named in answer.message
    assert (await keys("PATCH", f"/{made['id']}", json={"name": "renamed", "raw_key": "x"})).data["name"] == "renamed"
    assert (await tenant.api.call("GET", "/v1/videos", made["raw_key"])).status == 200


@pytest.mark.parametrize("prefix", ["lymo_", "lvz_live_"])
async def test_items_26_and_27_foreign_keys_work_once_imported(tenant, keys, make_tenant, prefix):
    raw = f"{prefix}{alphanumeric(24)}"
    assert (await tenant.api.call("GET", "/v1/videos", raw)).error == (401, "unauthorized")
    made = await keys("POST", json={"name": "old", "import_key": raw})
    assert (made.status, made.data["raw_key"]) == (201, None)
    assert made.data["key_prefix"] == f"{raw[: len(prefix) + 6]}..."
    assert (await tenant.api.call("GET", "/v1/videos", raw)).status == 200
    again = await keys("POST", json={"name": "old", "import_key": raw})
    assert again.error == (422, "validation_failed")
    assert "import_key" in again.message
    stranger = await make_tenant()
    elsewhere = await stranger.api.admin(
        "POST", f"/organizations/{stranger.id}/keys", json={"name": "x", "import_key": raw}
    )
    assert elsewhere.error == (422, "validation_failed")


@pytest.mark.parametrize("raw", ["abc_" + "x" * 40, "lymo_" + "x" * 15, "rsh_live_" + "x" * 40, "", 7])
async def test_item_27_what_is_no_foreign_key(keys, raw):
    answer = await keys("POST", json={"name": "x", "import_key": raw})
    assert answer.error == (422, "validation_failed")
    assert "import_key" in answer.message


async def test_a_key_of_another_organization_is_not_found(tenant, keys, make_tenant):
    made = await tenant.new_key()
    stranger = await make_tenant()
    for method, body in (("GET", ...), ("PATCH", {"is_active": False})):
        answer = await stranger.api.admin(method, f"/organizations/{stranger.id}/keys/{made['id']}", json=body)
        assert (answer.error, answer.message) == ((404, "not_found"), "Key not found")
    assert (await keys("GET", "/not-an-id")).message == "Key not found"
    assert (await keys("GET", f"/{made['id']}")).data["is_active"] is True


async def test_keys_are_paged(tenant, keys):
    for _ in range(3):
        await tenant.new_key()
    first = await keys("GET", "?limit=3")
    assert len(first.data) == 3
    second = await keys("GET", f"?limit=3&cursor={first.body['meta']['next_cursor']}")
    assert [one["name"] for one in second.data] == ["first"]


async def test_the_last_use_of_a_key_is_shown_soon(tenant, keys):
    made = await tenant.new_key()
    assert (await tenant.api.call("GET", "/v1/videos", made["raw_key"])).status == 200
    async with asyncio.timeout(20):
        while (shown := (await keys("GET", f"/{made['id']}")).data)["last_used_at"] is None:  # noqa: ASYNC110  it polls
            await asyncio.sleep(0.1)
    assert made["created_at"] <= shown["last_used_at"]
    assert shown["updated_at"] == made["updated_at"]
