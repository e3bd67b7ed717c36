"""Items 50 to 53 of the platform contract's checklist: which endpoints may be registered, and what is shown of them."""

import re

import pytest

ALLOWED = ["hooks.example.com", "*.example.org", "192.0.2.7", "*", "a.*.example.net"]


@pytest.fixture(scope="module")
async def shop(make_tenant):
    return await make_tenant(webhook_allowed_hostnames=ALLOWED[:3])


@pytest.mark.parametrize("url", ["https://hooks.example.com/x", "https://example.org/"])
async def test_item_50_an_empty_list_allows_nothing(tenant, url):
    assert (await tenant.post("/v1/webhooks", json={"url": url})).error == (422, "invalid_webhook_url")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/x",
        "https://example.org/",
        "https://evilexample.org/x",
        "https://example.org.evil.example/x",
        "https://user@hooks.example.com/x",
        "https://user:pass@hooks.example.com/x",
        "https:///x",
        "https://",
        "hooks.example.com",
        "ftp://hooks.example.com",
        "https://192.0.2.8/",
        "https://hooks.example.com.evil.example",
        "",
        "https://hooks.example.com\\@evil.example/",
    ],
)
async def test_items_50_and_51_targets_that_are_not_allowed(shop, url):
    assert (await shop.post("/v1/webhooks", json={"url": url})).error == (422, "invalid_webhook_url")


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com/x",
        "https://HOOKS.EXAMPLE.COM:8443/x?y=z",
        "https://hooks.example.com./x",
        "https://A.B.EXAMPLE.org/x",
        "https://192.0.2.7/",
    ],
)
async def test_item_51_targets_that_are_allowed(shop, url):
    made = (await shop.post("/v1/webhooks", json={"url": url, "events": []})).data
    assert made["url"] == url
    assert made["events"] == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "url"),
        ({"url": 7}, "url"),
        ({"url": None}, "url"),
        ({"url": "https://hooks.example.com/" + "x" * 2048}, "url"),
        ({"url": "https://hooks.example.com", "events": ["video.nope"]}, "events"),
        ({"url": "https://hooks.example.com", "events": "video.ready"}, "events"),
        ({"url": "http://nowhere", "events": [7]}, "events"),
    ],
)
async def test_item_52_bodies_that_do_not_fit_name_their_field(shop, body, named):
    answer = await shop.post("/v1/webhooks", json=body)
    assert answer.error == (422, "validation_failed")
    assert named in answer.message


async def test_item_52_no_body_misses_its_url(shop):
    answer = await shop.post("/v1/webhooks")
    assert answer.error == (422, "validation_failed")
    assert "url" in answer.message


async def test_item_53_the_secret_is_shown_once(make_tenant):
    tenant = await make_tenant(webhook_allowed_hostnames=["hooks.example.com"])
    wanted = {
        "url": "https://hooks.example.com/rushes",
        "events": ["deal.scoring.failed", "video.ready", "video.ready", "deal.scoring.completed"],
    }
    made = await tenant.post("/v1/webhooks", json=wanted)
    assert made.status == 201
    secret = made.data["secret"]
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{32}", secret)
    shown = {name: value for name, value in made.data.items() if name != "secret"}
    assert re.fullmatch(r"ep_[0-9a-f]{32}", shown["id"])
    assert (shown["status"], shown["disabled_reason"]) == ("enabled", None)
    assert shown["events"] == ["deal.scoring.failed", "video.ready", "deal.scoring.completed"]
    assert (await tenant.get(f"/v1/webhooks/{shown['id']}")).data == shown
    second = (await tenant.post("/v1/webhooks", json=wanted)).data
    assert second["secret"] != secret
    listed = await tenant.get("/v1/webhooks?limit=0&cursor=x")
    assert [one["id"] for one in listed.data] == [second["id"], shown["id"]]
    assert listed.data[1] == shown
    assert set(listed.body["meta"]) == {"request_id"}
    assert secret.encode() not in listed.content


async def test_a_deleted_endpoint_is_gone(make_tenant):
    tenant, stranger = await make_tenant(webhook_allowed_hostnames=["hooks.example.com"]), await make_tenant()
    made = (await tenant.post("/v1/webhooks", json={"url": "https://hooks.example.com"})).data
    path = f"/v1/webhooks/{made['id']}"
    for method in ("GET", "DELETE"):
        assert (await stranger.api.call(method, path, stranger.key)).error == (404, "not_found")
    deleted = await tenant.api.call("DELETE", path, tenant.key)
    assert (deleted.status, deleted.content) == (204, b"")
    assert deleted.headers["x-request-id"].startswith("req_")
    for method in ("GET", "DELETE"):
        answer = await tenant.api.call(method, path, tenant.key)
        assert (answer.error, answer.message) == ((404, "not_found"), "Webhook not found")
    assert (await tenant.get("/v1/webhooks")).data == []
