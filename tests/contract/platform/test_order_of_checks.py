"""Section 4 of the platform contract: of several reasons to refuse, the first one answers."""

import secrets

import pytest

from shared.contracts.ids import new_id

UNLIMITED = {"requests_per_minute": 6000, "burst": 6000}
LIMITED = {"requests_per_minute": 1, "burst": 1}
UNKNOWN_KEY = "rsh_live_" + "0" * 40
TOO_LONG = {"Idempotency-Key": "k" * 257}


async def test_a_post_is_refused_for_the_first_reason_then_the_next(make_tenant):
    tenant = await make_tenant(rate_limit=LIMITED)
    weak = (await tenant.new_key(scopes=["videos:read"]))["raw_key"]
    path = f"/v1/videos/{new_id()}/analyses"

    async def refused(key, content=b"{", headers=TOO_LONG):
        return (await tenant.api.call("POST", path, key, content=content, headers=headers)).error

    await tenant.patch(is_active=False)
    assert await refused(UNKNOWN_KEY) == (401, "unauthorized")
    assert await refused(tenant.key) == (403, "forbidden")
    await tenant.patch(is_active=True)
    assert await refused(weak) == (403, "forbidden")
    assert (await tenant.get("/v1/videos")).status == 200
    assert await refused(tenant.key) == (429, "rate_limited")
    await tenant.patch(settings={"rate_limit": UNLIMITED})
    assert await refused(tenant.key) == (400, "bad_request")
    assert await refused(tenant.key, headers={}) == (404, "not_found")
    path = f"/v1/videos/{(await tenant.upload(b'no video')).data['id']}/analyses"
    assert await refused(tenant.key, headers={}) == (400, "bad_request")
    assert await refused(tenant.key, b"[]", headers={}) == (422, "validation_failed")
    assert await refused(tenant.key, b"{}", headers={}) == (422, "validation_failed")


async def test_a_stored_answer_comes_before_the_resource_and_the_body(tenant, database):
    video_id = await tenant.ready_video()
    path, headers = f"/v1/videos/{video_id}/analyses", {"Idempotency-Key": secrets.token_hex(8)}
    first = await tenant.post(path, headers=headers)
    await database["videos"].delete_one({"_id": video_id})
    assert (await tenant.post(path, headers=headers)).content == first.content
    broken = await tenant.post(path, headers=headers, content=b"{")
    assert broken.error == (422, "validation_failed")
    assert "Idempotency-Key" in broken.message
    assert (await tenant.post(path, content=b"{")).error == (404, "not_found")


async def test_the_schema_comes_before_the_rule_of_the_endpoint(tenant):
    body = {"url": "http://nowhere.example", "events": ["video.nope"]}
    answer = await tenant.post("/v1/webhooks", json=body)
    assert answer.error == (422, "validation_failed")
    assert answer.message.startswith("events")
    assert (await tenant.post("/v1/webhooks", json={"url": body["url"]})).error == (422, "invalid_webhook_url")


@pytest.mark.parametrize("limit", ["0", "x"])
async def test_the_resource_comes_before_the_query(tenant, limit):
    answer = await tenant.get(f"/v1/videos/{new_id()}/analyses?limit={limit}")
    assert answer.error == (404, "not_found")


async def test_what_is_refused_before_the_rate_costs_nothing_and_a_replay_costs_a_call(make_tenant):
    tenant = await make_tenant(
        rate_limit={"requests_per_minute": 1, "burst": 4}, webhook_allowed_hostnames=["hooks.example.com"]
    )
    headers, body = {"Idempotency-Key": "once"}, {"url": "https://hooks.example.com"}
    weak = (await tenant.new_key(scopes=["webhooks:read"]))["raw_key"]
    first = await tenant.post("/v1/webhooks", json=body, headers=headers)
    assert first.status == 201
    for key, refusal in ((UNKNOWN_KEY, (401, "unauthorized")), (weak, (403, "forbidden"))):
        replay = await tenant.api.call("POST", "/v1/webhooks", key, json=body, headers=headers)
        assert replay.error == refusal
    spelled = await tenant.post("/platform/v1/webhooks", json=body, headers=headers)
    assert (spelled.content, spelled.headers["idempotent-replayed"]) == (first.content, "true")
    assert (await tenant.get("/v1/nothing")).status == 404
    assert (await tenant.post("/v1/webhooks", json={})).status == 422
    assert (await tenant.get("/platform/v1/videos")).status == 200
    limited = await tenant.post("/v1/webhooks", json=body, headers=headers)
    assert limited.error == (429, "rate_limited")
    assert 1 <= int(limited.headers["retry-after"]) <= 60
    assert not [name for name in limited.headers if name.startswith("x-ratelimit")]
