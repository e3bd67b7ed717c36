"""What holds of one gateway holds of several: keys, organizations and idempotency over a second one."""

import asyncio
import secrets

import pytest

from services.gateway.http.parts import Limits
from shared.testkit.asgi import call

URL = "https://hooks.example.com/x"


@pytest.fixture
def second(make_gateway):
    return make_gateway(Limits(upload_bytes=1024, run_deadline_seconds=1800, rate=None))


async def test_items_06_and_09_hold_on_a_gateway_that_did_not_make_the_change(second, tenant):
    headers = {"Authorization": f"Bearer {tenant.key}"}
    for is_active, status in ((True, 200), (False, 403), (True, 200)):
        await tenant.patch(is_active=is_active)
        assert (await call(second, "GET", "/v1/videos", headers=headers)).status == status
    keys = await tenant.api.admin("GET", f"/organizations/{tenant.id}/keys")
    path = f"/organizations/{tenant.id}/keys/{keys.data[0]['id']}"
    for is_active, status in ((False, 401), (True, 200)):
        await tenant.api.admin("PATCH", path, json={"is_active": is_active})
        assert (await call(second, "GET", "/v1/videos", headers=headers)).status == status


async def test_item_39_holds_over_two_gateways(second, make_tenant):
    tenant = await make_tenant(webhook_allowed_hostnames=["hooks.example.com"])
    body = b'{"url": "' + URL.encode() + b'"}'
    key = {"Idempotency-Key": secrets.token_hex(8)}
    headers = {"Authorization": f"Bearer {tenant.key}", **key}
    theirs = [tenant.post("/v1/webhooks", headers=key, content=body) for _ in range(10)]
    ours = [call(second, "POST", "/platform/v1/webhooks", headers=headers, content=body) for _ in range(10)]
    answers = await asyncio.gather(*theirs, *ours)
    assert {answer.status for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    assert len((await tenant.get("/v1/webhooks")).data) == 1


async def test_item_40_one_budget_holds_over_two_gateways(second, make_tenant):
    tenant = await make_tenant(rate_limit={"requests_per_minute": 1, "burst": 12})
    headers = {"Authorization": f"Bearer {tenant.key}"}
    theirs = [tenant.get("/v1/videos") for _ in range(20)]
    ours = [call(second, "GET", "/v1/videos", headers=headers) for _ in range(20)]
    statuses = [answer.status for answer in await asyncio.gather(*theirs, *ours)]
    assert sorted(set(statuses)) == [200, 429]
    assert statuses.count(200) == 12


async def test_item_40_each_key_has_a_bucket_and_another_rate_begins_with_a_full_one(make_tenant):
    tenant = await make_tenant(rate_limit={"requests_per_minute": 1, "burst": 1})
    other = (await tenant.new_key())["raw_key"]
    assert (await tenant.get("/v1/videos")).status == 200
    assert (await tenant.api.call("GET", "/v1/videos", other)).status == 200
    assert (await tenant.get("/v1/videos")).headers["retry-after"] in ("59", "60")
    await tenant.patch(settings={"rate_limit": {"requests_per_minute": 2, "burst": 1}})
    assert (await tenant.get("/v1/videos")).status == 200
    assert (await tenant.get("/v1/videos")).status == 429
