"""Items 29 to 39 of the platform contract's checklist, and the crash that section 11.2 speaks of."""

import asyncio
import secrets
from datetime import timedelta

import orjson
import pytest

from services.gateway.core.idempotency import record_id
from shared.contracts.instants import now
from shared.kit.documents import Documents

URL = "https://hooks.example.com/x"


def fresh():
    return {"Idempotency-Key": secrets.token_hex(8)}


@pytest.fixture(scope="module")
async def shop(make_tenant):
    """A tenant with a ready video, for tests that only make analyses."""
    tenant = await make_tenant(webhook_allowed_hostnames=["hooks.example.com"])
    return tenant, await tenant.ready_video()


async def history(tenant, video_id):
    return [one["id"] for one in (await tenant.get(f"/v1/videos/{video_id}/analyses?limit=100")).data]


async def test_item_29_without_a_key_every_post_makes_something_new(shop):
    tenant, video_id = shop
    first, second = [await tenant.post(f"/v1/videos/{video_id}/analyses") for _ in range(2)]
    blank = await tenant.post(f"/v1/videos/{video_id}/analyses", headers={"Idempotency-Key": "  "})
    assert len({answer.data["id"] for answer in (first, second, blank)}) == 3
    assert await history(tenant, video_id) == [blank.data["id"], second.data["id"], first.data["id"]]


async def test_items_30_and_31_a_repetition_gets_the_same_bytes(tenant):
    video_id = await tenant.ready_video()
    path, headers = f"/v1/videos/{video_id}/analyses", fresh()
    first = await tenant.post(path, headers=headers)
    second = await tenant.post(path, headers=headers)
    assert (first.status, second.status) == (201, 201)
    assert first.content == second.content
    assert first.headers["content-type"] == second.headers["content-type"]
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    assert await history(tenant, video_id) == [first.data["id"]]
    await tenant.until(f"{path}/{first.data['id']}", "completed")
    third = await tenant.post(path, headers=headers)
    assert third.content == first.content
    assert third.data["status"] == "processing"


async def test_item_32_a_replay_outlives_its_video(tenant, database):
    video_id = await tenant.ready_video()
    path, headers = f"/v1/videos/{video_id}/analyses", fresh()
    first = await tenant.post(path, headers=headers)
    await database["videos"].delete_one({"_id": video_id})
    assert (await tenant.post(path)).error == (404, "not_found")
    replay = await tenant.post(path, headers=headers)
    assert (replay.status, replay.content) == (201, first.content)


async def test_item_33_another_body_is_refused(shop):
    tenant, video_id = shop
    path, headers = f"/v1/videos/{video_id}/analyses", fresh()
    before = await history(tenant, video_id)
    first = await tenant.post(path, headers=headers)
    for content in (b"{}", b"{", b'{"a": 1}', b"x" * (1024 * 1024 + 1)):
        answer = await tenant.post(path, headers=headers, content=content)
        assert answer.error == (422, "validation_failed")
        assert "Idempotency-Key" in answer.message
    assert (await tenant.post(path, headers=headers)).content == first.content
    assert await history(tenant, video_id) == [first.data["id"], *before]


async def test_item_34_another_path_or_organization_is_unrelated(shop, make_tenant):
    tenant, video_id = shop
    headers = fresh()
    other_video = await tenant.ready_video()
    stranger = await make_tenant()
    strangers_video = await stranger.ready_video()
    made = [
        await tenant.post(f"/v1/videos/{video_id}/analyses", headers=headers),
        await tenant.post(f"/v1/videos/{other_video}/analyses", headers=headers),
        await stranger.post(f"/v1/videos/{strangers_video}/analyses", headers=headers),
    ]
    assert len({answer.data["id"] for answer in made}) == 3
    assert not any("idempotent-replayed" in answer.headers for answer in made)


async def test_items_35_and_36_keys_and_spellings_of_an_organization_share_the_record(shop):
    tenant, video_id = shop
    headers = fresh()
    first = await tenant.post(f"/v1/videos/{video_id}/analyses", headers=headers)
    second_key = (await tenant.new_key())["raw_key"]
    for path in (f"/v1/videos/{video_id}/analyses", f"/platform/v1/videos/{video_id}/analyses?a=b"):
        replay = await tenant.api.call("POST", path, second_key, headers=headers)
        assert replay.content == first.content
        assert replay.headers["idempotent-replayed"] == "true"
    weak_key = (await tenant.new_key(scopes=["videos:read"]))["raw_key"]
    refused = await tenant.api.call("POST", f"/v1/videos/{video_id}/analyses", weak_key, headers=headers)
    assert refused.error == (403, "forbidden")


async def test_item_37_the_length_of_a_key(shop):
    tenant, video_id = shop
    path = f"/v1/videos/{video_id}/analyses"
    start = secrets.token_hex(8)
    assert (await tenant.post(path, headers={"Idempotency-Key": start + "k" * 241})).error == (400, "bad_request")
    assert (await tenant.post(path, headers={"Idempotency-Key": start + "k" * 240})).status == 201
    assert (await tenant.get(path, headers={"Idempotency-Key": "k" * 257})).status == 200
    absent = await tenant.post("/v1/videos/not-an-id/analyses", headers={"Idempotency-Key": "k" * 257})
    assert absent.error == (400, "bad_request")


async def test_item_38_a_refused_post_leaves_its_key_free(tenant):
    headers, body = fresh(), {"url": URL}
    assert (await tenant.post("/v1/webhooks", headers=headers, json=body)).error == (422, "invalid_webhook_url")
    assert (await tenant.post("/v1/webhooks", headers=headers, content=b"{")).error == (400, "bad_request")
    await tenant.patch(settings={"webhook_allowed_hostnames": ["hooks.example.com"]})
    answer = await tenant.post("/v1/webhooks", headers=headers, json=body)
    assert answer.status == 201
    assert "idempotent-replayed" not in answer.headers


async def test_item_39_twenty_at_once_make_one(tenant):
    video_id = await tenant.ready_video()
    path, headers = f"/v1/videos/{video_id}/analyses", fresh()
    answers = await asyncio.gather(*(tenant.post(path, headers=headers) for _ in range(20)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    assert await history(tenant, video_id) == [answers[0].data["id"]]


async def test_twenty_at_once_of_a_refused_post_are_all_refused(tenant):
    headers = fresh()
    answers = await asyncio.gather(
        *(tenant.post("/v1/webhooks", headers=headers, json={"url": URL}) for _ in range(20))
    )
    assert {answer.error for answer in answers} == {(422, "invalid_webhook_url")}


async def test_a_replayed_registration_shows_the_same_secret(shop):
    tenant, _ = shop
    headers = fresh()
    first = await tenant.post("/v1/webhooks", headers=headers, json={"url": URL})
    replay = await tenant.post("/v1/webhooks", headers=headers, json={"url": URL})
    assert replay.content == first.content
    assert replay.data["secret"].startswith("whsec_")


@pytest.fixture(scope="module")
async def records(stack):
    """The gateway's own records of keys."""
    documents = Documents.connect(stack.parts.mongodb, stack.parts.mongodb_database)
    yield documents.collection("idempotency")
    await documents.close()


async def record_of(records, tenant, path, headers):
    key = headers["Idempotency-Key"]
    return await records.get(record_id(owner=tenant.id, method="POST", path=path, key=key))


async def as_after_a_crash(records, record):
    """Turn a stored record into the one of a process that died before it could store its answer."""
    assert record["state"] == "stored"
    record |= {"state": "pending", "response": None, "lease_ends_at": now() - timedelta(seconds=1)}
    assert await records.replace(record)


async def test_a_process_that_dies_before_it_stores_the_answer_makes_no_second_resource(tenant, records):
    video_id = await tenant.ready_video()
    path, headers = f"/v1/videos/{video_id}/analyses", fresh()
    first = await tenant.post(path, headers=headers)
    await tenant.until(f"{path}/{first.data['id']}", "completed")
    await as_after_a_crash(records, await record_of(records, tenant, path, headers))
    answers = await asyncio.gather(*(tenant.post(path, headers=headers) for _ in range(5)))
    assert {orjson.dumps(answer.data) for answer in answers} == {orjson.dumps(first.data)}
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    assert await history(tenant, video_id) == [first.data["id"]]


async def test_after_such_a_crash_another_body_is_still_refused(shop, records):
    tenant, _ = shop
    headers = fresh()
    first = await tenant.post("/v1/webhooks", headers=headers, json={"url": URL})
    await as_after_a_crash(records, await record_of(records, tenant, "/v1/webhooks", headers))
    other = await tenant.post("/v1/webhooks", headers=headers, json={"url": f"{URL}/other"})
    assert other.error == (422, "validation_failed")
    again = await tenant.post("/v1/webhooks", headers=headers, json={"url": URL})
    assert again.data == first.data


async def test_after_a_day_a_key_is_free(shop, records):
    tenant, video_id = shop
    path, headers = f"/v1/videos/{video_id}/analyses", fresh()
    first = await tenant.post(path, headers=headers)
    record = await record_of(records, tenant, path, headers)
    left = record["expires_at"] - now()
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)
    record["expires_at"] = now() - timedelta(seconds=1)
    assert await records.replace(record)
    second = await tenant.post(path, headers=headers, json={})
    assert second.status == 201
    assert second.data["id"] != first.data["id"]
    assert "idempotent-replayed" not in second.headers
