"""Items 2 to 14, 33 and 34 of the admin contract's checklist: the operator's token, organizations, settings."""

import asyncio
import re
import secrets

import pytest

from services.gateway.core.resources import ORGANIZATION_SETTINGS

UNKNOWN_ID = "018f0000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("path", ["/organizations", f"/organizations/{UNKNOWN_ID}", "/organizations/x/keys"])
async def test_item_02_only_the_operators_token_opens_the_face(tenant, path):
    api = tenant.api
    wrong = ["x" * 40, api.admin_token[:-1], tenant.key, ""]
    answers = [
        await api.call("GET", f"/admin/v1{path}"),
        *[await api.call("GET", f"/admin/v1{path}", w) for w in wrong],
    ]
    answers.append(await api.call("GET", f"/admin/v1{path}", headers={"Authorization": api.admin_token}))
    assert {answer.error for answer in answers} == {(401, "unauthorized")}
    assert {answer.headers["www-authenticate"] for answer in answers} == {"Bearer"}


async def test_item_02_the_operators_token_is_no_key(api):
    assert (await api.call("GET", "/v1/videos", api.admin_token)).error == (401, "unauthorized")


async def test_item_03_an_organization_has_the_defaults(api):
    answer = await api.admin("POST", "/organizations", json={"name": "Acme"})
    assert answer.status == 201
    made = dict(answer.data)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}", made["id"])
    assert made["created_at"] == made["updated_at"]
    assert (made["name"], made["is_active"], made["settings"]) == ("Acme", True, ORGANIZATION_SETTINGS)
    assert set(made) == {"id", "name", "is_active", "settings", "created_at", "updated_at"}
    assert (await api.admin("GET", f"/organizations/{made['id']}")).data == made


async def test_item_03_settings_may_come_with_it(api):
    body = {
        "name": "Acme",
        "is_active": False,
        "settings": {"run_deadline_seconds": 7, "rate_limit": None, "webhook_allowed_hostnames": ["A.example."]},
    }
    made = (await api.admin("POST", "/organizations", json=body)).data
    assert made["is_active"] is False
    assert made["settings"] == ORGANIZATION_SETTINGS | {
        "run_deadline_seconds": 7,
        "webhook_allowed_hostnames": ["a.example"],
    }


@pytest.mark.parametrize(
    ("content", "error", "named"),
    [
        (b"{}", (422, "validation_failed"), "name"),
        (b"", (422, "validation_failed"), "name"),
        (b'{"name": ""}', (422, "validation_failed"), "name"),
        (b'{"name": null}', (422, "validation_failed"), "name"),
        (b'{"name": 7}', (422, "validation_failed"), "name"),
        (b'{"name": "' + b"x" * 201 + b'"}', (422, "validation_failed"), "name"),
        (b'{"name": "a", "settings": []}', (422, "validation_failed"), "settings"),
        (b'{"name": "a", "settings": {"rate_limit": {"burst": 1}}}', (422, "validation_failed"), "requests_per_minute"),
        (b"[]", (422, "validation_failed"), "body"),
        (b"{", (400, "bad_request"), "JSON"),
    ],
)
async def test_item_04_bodies_that_do_not_fit(api, content, error, named):
    answer = await api.admin("POST", "/organizations", content=content)
    assert answer.error == error
    assert named in answer.message


@pytest.mark.parametrize("identity", [UNKNOWN_ID, "not-an-id"])
@pytest.mark.parametrize("path", ["", "/keys", "/videos"])
async def test_item_05_an_unknown_organization(api, identity, path):
    answer = await api.admin("GET", f"/organizations/{identity}{path}")
    assert answer.error == (404, "not_found")
    assert answer.message == "Organization not found"
    if path:
        content = b"" if path == "/videos" else b'{"name": "x"}'
        assert (await api.admin("POST", f"/organizations/{identity}{path}", content=content)).error[0] == 404


async def test_item_06_a_patch_leaves_what_it_does_not_name(make_tenant):
    tenant = await make_tenant(run_deadline_seconds=7, library_minutes=3000)
    before = (await tenant.api.admin("GET", f"/organizations/{tenant.id}")).data
    after = (await tenant.patch(settings={"checklist_enabled": True})).data
    assert after["settings"] == before["settings"] | {"checklist_enabled": True}
    assert (after["name"], after["is_active"], after["created_at"]) == (
        before["name"],
        before["is_active"],
        before["created_at"],
    )
    assert after["updated_at"] > before["updated_at"]
    assert (await tenant.patch(settings=None)).data["settings"] == ORGANIZATION_SETTINGS


async def test_items_07_and_08_a_rate_limit_holds_until_it_is_reset(tenant):
    assert (await tenant.patch(settings={"rate_limit": {"requests_per_minute": 2, "burst": 2}})).status == 200
    assert [(await tenant.get("/v1/videos")).status for _ in range(3)] == [200, 200, 429]
    assert (await tenant.patch(settings={"rate_limit": None})).data["settings"]["rate_limit"] is None
    assert [(await tenant.get("/v1/videos")).status for _ in range(5)] == [200] * 5


async def test_item_09_an_allowlist_is_kept_in_one_spelling_and_holds_at_once(tenant):
    answer = await tenant.patch(settings={"webhook_allowed_hostnames": ["*.Example.com"]})
    assert answer.data["settings"]["webhook_allowed_hostnames"] == ["*.example.com"]
    assert (await tenant.post("/v1/webhooks", json={"url": "https://a.b.example.com"})).status == 201


@pytest.mark.parametrize("entry", ["https://x.com", "a.*.com", "x.com:443", "x.com/a", "", " ", "user@x.com", 7, None])
async def test_item_10_entries_that_are_no_hostname(tenant, entry):
    answer = await tenant.patch(settings={"webhook_allowed_hostnames": [entry]})
    assert answer.error == (422, "validation_failed")
    assert "webhook_allowed_hostnames" in answer.message


@pytest.mark.parametrize(("value", "status"), [(0, 422), ("x", 422), (86_401, 422), (1.5, 422), (1, 200), (None, 200)])
async def test_item_11_deadlines(tenant, value, status):
    assert (await tenant.patch(settings={"run_deadline_seconds": value})).status == status


async def test_item_12_an_inactive_organization_shuts_out_every_key(tenant):
    keys = [tenant.key, *[(await tenant.new_key())["raw_key"] for _ in range(2)]]
    for is_active, status in ((False, 403), (True, 200)):
        assert (await tenant.patch(is_active=is_active)).data["is_active"] is is_active
        assert {(await tenant.api.call("GET", "/v1/videos", key)).status for key in keys} == {status}


@pytest.mark.parametrize("member", ["id", "created_at", "updated_at", "score_factors"])
async def test_item_13_read_only_members(tenant, member):
    answer = await tenant.patch(**{"name": "changed", member: "x"})
    assert answer.error == (422, "validation_failed")
    assert member in answer.message
    assert (await tenant.api.admin("GET", f"/organizations/{tenant.id}")).data["name"] != "changed"


async def test_item_14_checklist_items_are_told_apart(tenant):
    item = {"item_id": "budget", "title": "Budget was discussed", "phrases": ["budget", "price range"]}
    good = await tenant.patch(settings={"checklist": [item]})
    assert good.data["settings"]["checklist"] == [item | {"description": None}]
    assert (await tenant.patch(settings={"checklist": [item, item]})).error == (422, "validation_failed")


async def test_patches_at_the_same_time_all_hold(tenant):
    changes = [{"checklist_enabled": True}, {"run_deadline_seconds": 9}, {"library_minutes": 5}]
    changes += [{"library_bonus_minutes": 2}, {"rate_limit": {"requests_per_minute": 600, "burst": 600}}]
    answers = await asyncio.gather(*(tenant.patch(settings=change) for change in changes))
    assert {answer.status for answer in answers} == {200}
    settings = (await tenant.api.admin("GET", f"/organizations/{tenant.id}")).data["settings"]
    for change in changes:
        assert settings.items() >= change.items()


async def test_item_33_a_repeated_post_makes_one_organization(api):
    headers = {"Idempotency-Key": secrets.token_hex(8)}
    first, second = [
        await api.admin("POST", "/organizations", json={"name": "once"}, headers=headers) for _ in range(2)
    ]
    assert first.content == second.content
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    other = await api.admin("POST", "/organizations", json={"name": "other"}, headers=headers)
    assert other.error == (422, "validation_failed")


async def test_item_34_organizations_are_paged(api):
    assert (await api.admin("GET", "/organizations?limit=0")).error == (422, "validation_failed")
    made = [(await api.admin("POST", "/organizations", json={"name": str(i)})).data["id"] for i in range(30)]
    page = await api.admin("GET", "/organizations")
    assert len(page.data) == 25
    assert page.body["meta"]["has_more"] is True
    assert [one["id"] for one in page.data] == made[:4:-1]
    rest = await api.admin("GET", f"/organizations?limit=5&cursor={page.body['meta']['next_cursor']}")
    assert [one["id"] for one in rest.data] == made[4::-1]


async def test_the_default_organization_is_there(api):
    cursor, names = "", set()
    while cursor is not None:
        page = await api.admin("GET", f"/organizations?limit=100&cursor={cursor}")
        names |= {one["name"] for one in page.data}
        cursor = page.body["meta"]["next_cursor"]
    assert "default" in names
