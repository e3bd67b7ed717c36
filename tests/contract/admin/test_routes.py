"""Sections 1 and 2 of the admin contract: which routes there are, what a PATCH may not name, what is paged."""

import pytest

from services.gateway.routes import admin

BASE = "/admin/v1/organizations"
ONE = f"{BASE}/{{organization_id}}"
DEAL = f"{ONE}/deals/{{deal_id}}"

COLLECTIONS = {
    BASE: "organization_id",
    f"{ONE}/members": "member_id",
    f"{ONE}/deals": "deal_id",
    f"{DEAL}/activities": "activity_id",
    f"{ONE}/keys": "key_id",
    f"{ONE}/videos": "video_id",
}
READ_ONLY = ("id", "created_at", "updated_at", "score_factors")
PATCHES = [one for one in admin.OPERATIONS if one.method == "PATCH"]
each_patch = pytest.mark.parametrize("operation", PATCHES, ids=lambda one: one.path)


def path_of(operation, ids):
    return operation.path.removeprefix("/admin/v1").format(**{f"{name}_id": value for name, value in ids.items()})


def test_the_table_of_routes_is_the_contracts():
    expected = {
        ("GET", f"{ONE}/studio-webhook-secret"): 200,
        ("POST", f"{ONE}/studio-webhook-secret/rotate"): 200,
    }
    for collection, identity in COLLECTIONS.items():
        expected |= {("POST", collection): 201, ("GET", collection): 200}
        expected |= {(method, f"{collection}/{{{identity}}}"): 200 for method in ("GET", "PATCH")}
    assert {(one.method, one.path): one.answers.status for one in admin.OPERATIONS} == expected


def test_every_list_is_paged():
    lists = {one.path for one in admin.OPERATIONS if one.method == "GET"} & COLLECTIONS.keys()
    assert lists == COLLECTIONS.keys() == {one.path for one in admin.OPERATIONS if one.is_paged}


@each_patch
@pytest.mark.parametrize("member", READ_ONLY)
async def test_item_13_no_patch_may_name_what_is_read_only(api, owned, operation, member):
    path = path_of(operation, owned)
    before = (await api.admin("GET", path)).data
    answer = await api.admin("PATCH", path, json={member: before.get(member)})
    assert answer.error == (422, "validation_failed")
    assert member in answer.message
    assert (await api.admin("GET", path)).data == before


@each_patch
async def test_an_empty_patch_leaves_everything_but_the_instant_of_the_change(api, owned, operation):
    path = path_of(operation, owned)
    before = (await api.admin("GET", path)).data
    for json in ({}, {"no_such_member": 1}):
        after = await api.admin("PATCH", path, json=json)
        assert after.status == 200
        assert after.data | {"updated_at": None} == before | {"updated_at": None}
        assert after.data["updated_at"] >= before["updated_at"]


@pytest.mark.parametrize(
    "operation", [one for one in admin.OPERATIONS if one.is_paged], ids=lambda operation: operation.path
)
async def test_item_34_every_list_keeps_to_the_rules_of_pages(api, owned, operation):
    path = path_of(operation, owned)
    page = await api.admin("GET", f"{path}?limit=1")
    assert set(page.body["meta"]) == {"request_id", "has_more", "next_cursor"}
    assert len(page.data) == 1
    for limit in ("0", "101", "abc", "1.5", ""):
        answer = await api.admin("GET", f"{path}?limit={limit}")
        assert answer.error == (422, "validation_failed")
        assert answer.message.startswith("limit")
    assert (await api.admin("GET", f"{path}?limit=1&cursor=garbage")).data == page.data


@pytest.mark.parametrize("path", ["/organizations", "/organizations/{id}/keys", "/organizations/{id}/deals"])
async def test_the_face_is_not_rate_limited(make_tenant, path):
    tenant = await make_tenant(rate_limit={"requests_per_minute": 1, "burst": 1})
    statuses = {(await tenant.api.admin("GET", path.format(id=tenant.id))).status for _ in range(5)}
    assert statuses == {200}


async def test_the_face_has_one_spelling(api):
    answer = await api.call("GET", "/platform/admin/v1/organizations", api.admin_token)
    assert (answer.error, answer.message) == ((404, "not_found"), "Route not found")
