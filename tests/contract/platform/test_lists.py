"""Items 40 to 45 of the platform contract's checklist: rate limits and pages."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from services.gateway.core.resources import new_video
from shared.contracts.artifacts import SourceReference
from shared.contracts.ids import new_id
from shared.kit.documents import Documents

SOURCE = SourceReference(bucket="rushes-media", key="none", size_bytes=1, sha256="0" * 64)
AT = datetime(2026, 1, 31, 5, 31, 56, 120_000, UTC)


@pytest.fixture
def plant(stack):
    """Put videos into the store of which only their place in a list matters."""

    async def put(tenant, instants):
        documents = Documents.connect(stack.parts.mongodb, stack.parts.mongodb_database)
        videos = documents.collection("videos")
        made = []
        for at in instants:
            video = new_video(
                new_id(),
                organization_id=tenant.id,
                title="planted",
                filename="planted.mp4",
                source=SOURCE,
                owner_id=None,
                deal_id=None,
                now=at,
                deadline_seconds=1800,
            )
            video["status"], video["run"]["status"] = "ready", "completed"
            await videos.insert(video)
            made.append(video)
        await documents.close()
        return [video["_id"] for video in sorted(made, key=lambda v: (v["created_at"], v["_id"]), reverse=True)]

    return put


async def walk(tenant, path, limit):
    seen, cursor, pages = [], "", []
    while cursor is not None:
        page = await tenant.get(f"{path}?limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
        seen += [item["id"] for item in page.data]
        pages.append(len(page.data))
        cursor = page.body["meta"]["next_cursor"]
        assert page.body["meta"]["has_more"] is (cursor is not None)
    return seen, pages


async def test_item_40_the_third_call_of_two_is_limited_until_a_token_is_free(make_tenant):
    tenant = await make_tenant(rate_limit={"requests_per_minute": 30, "burst": 2})
    assert [(await tenant.get("/v1/videos")).status for _ in range(2)] == [200, 200]
    limited = await tenant.get("/v1/videos")
    assert limited.error == (429, "rate_limited")
    wait = limited.headers["retry-after"]
    assert wait == str(int(wait))
    assert 1 <= int(wait) <= 2
    assert not [name for name in limited.headers if name.startswith("x-ratelimit")]
    await asyncio.sleep(int(wait))
    assert (await tenant.get("/v1/videos")).status == 200


async def test_item_40_each_key_has_a_budget_and_what_is_refused_before_costs_nothing(make_tenant):
    tenant = await make_tenant(rate_limit={"requests_per_minute": 1, "burst": 1})
    weak = (await tenant.new_key(scopes=[]))["raw_key"]
    for _ in range(3):
        assert (await tenant.api.call("GET", "/v1/videos", weak)).error == (403, "forbidden")
    assert (await tenant.get("/v1/videos")).status == 200
    assert (await tenant.get("/platform/v1/videos")).error == (429, "rate_limited")
    assert (await tenant.post("/v1/webhooks", content=b"{")).error == (429, "rate_limited")
    other = (await tenant.new_key())["raw_key"]
    assert (await tenant.api.call("GET", "/v1/videos", other)).status == 200


async def test_item_40_without_a_limit_nobody_is_limited(tenant):
    assert {(await tenant.get("/v1/videos")).status for _ in range(70)} == {200}


@pytest.mark.parametrize("limit", ["0", "101", "abc", "1.5", "", "-1", "%20"])
async def test_item_41_a_bad_limit_is_refused_by_name(tenant, limit):
    answer = await tenant.get(f"/v1/videos?limit={limit}")
    assert answer.error == (422, "validation_failed")
    assert "limit" in answer.message
    assert (await tenant.get(f"/v1/webhooks?limit={limit}&cursor=%00")).status == 200


async def test_item_42_a_page_has_25_items_unless_a_limit_says_otherwise(tenant, plant):
    await plant(tenant, [AT + timedelta(milliseconds=index) for index in range(30)])
    page = await tenant.get("/v1/videos")
    assert len(page.data) == 25
    assert page.body["meta"]["has_more"] is True
    assert isinstance(page.body["meta"]["next_cursor"], str)
    whole = await tenant.get("/v1/videos?limit=100&unknown=1")
    assert len(whole.data) == 30


@pytest.mark.parametrize("equal", [1, 4, 57])
async def test_item_43_a_walk_visits_each_item_once_in_order(tenant, plant, equal):
    expected = await plant(tenant, [AT + timedelta(milliseconds=index // equal) for index in range(57)])
    seen, pages = await walk(tenant, "/v1/videos", 10)
    assert seen == expected
    assert pages == [10, 10, 10, 10, 10, 7]


async def test_item_43_a_cursor_stays_good_when_its_row_is_deleted(tenant, plant, database):
    expected = await plant(tenant, [AT] * 6)
    first = await tenant.get("/v1/videos?limit=3")
    await database["videos"].delete_one({"_id": expected[2]})
    second = await tenant.get(f"/v1/videos?limit=3&cursor={first.body['meta']['next_cursor']}")
    assert [item["id"] for item in second.data] == expected[3:]


async def test_item_43_a_cursor_never_shows_another_organization(tenant, plant, make_tenant):
    stranger = await make_tenant()
    await plant(tenant, [AT] * 3)
    cursor = (await tenant.get("/v1/videos?limit=1")).body["meta"]["next_cursor"]
    assert (await stranger.get(f"/v1/videos?cursor={cursor}")).data == []


@pytest.mark.parametrize(
    "cursor",
    ["garbage", "", "%00", base64.urlsafe_b64encode(orjson.dumps({"page": 2})).decode().rstrip("="), "W10", "e30"],
)
async def test_item_44_a_cursor_that_nobody_made_means_page_one(tenant, plant, cursor):
    expected = await plant(tenant, [AT, AT + timedelta(seconds=1)])
    page = await tenant.get(f"/v1/videos?limit=1&cursor={cursor}")
    assert [item["id"] for item in page.data] == expected[:1]


async def test_item_45_a_last_page_that_is_exactly_full(tenant, plant):
    await plant(tenant, [AT] * 25)
    page = await tenant.get("/v1/videos")
    assert (len(page.data), page.body["meta"]["has_more"], page.body["meta"]["next_cursor"]) == (25, False, None)
