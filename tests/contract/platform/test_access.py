"""Items 1 to 13 of the platform contract's checklist: envelope, keys, tenants, unknown routes."""

import uuid

import pytest

UNKNOWN_KEY = "rsh_live_" + "0" * 40


async def test_item_01_both_spellings_show_the_same(tenant):
    await tenant.upload()
    short, long = await tenant.get("/v1/videos"), await tenant.get("/platform/v1/videos")
    assert len(short.data) == 1
    assert [video["id"] for video in short.data] == [video["id"] for video in long.data]
    assert set(short.body) == set(long.body) == {"data", "meta"}


async def test_item_02_every_answer_has_a_request_id_of_its_own(tenant):
    answers = [await tenant.get("/v1/videos"), await tenant.get("/v1/nothing"), await tenant.get("/v1/videos/x")]
    answers += [await tenant.post("/v1/webhooks"), await tenant.api.call("GET", "/v1/videos")]
    ids = [answer.body["meta"]["request_id"] for answer in answers]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("req_") for one in ids)
    assert [answer.headers["x-request-id"] for answer in answers] == ids
    assert {answer.headers["content-type"] for answer in answers} == {"application/json"}
    assert [set(answer.body) for answer in answers] == [{"data", "meta"}] + [{"error", "meta"}] * 4


async def test_item_03_no_authorization_header(api):
    answer = await api.call("GET", "/v1/videos")
    assert answer.error == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", f"Basic {UNKNOWN_KEY}", f"Bearer {UNKNOWN_KEY}x", "Bearer ü"]
)
async def test_item_03_a_malformed_authorization_header(api, header):
    answer = await api.call("GET", "/v1/videos", headers={"Authorization": header})
    assert answer.error == (401, "unauthorized")


async def test_item_04_an_unknown_key(api):
    assert (await api.call("GET", "/v1/videos", UNKNOWN_KEY)).error == (401, "unauthorized")


async def test_item_05_the_bare_form_of_the_header(tenant):
    answer = await tenant.api.call("GET", "/v1/videos", headers={"Authorization": tenant.key})
    assert answer.status == 200


async def test_item_06_a_deactivated_key_is_refused_on_its_next_call(tenant):
    key = await tenant.new_key()
    path = f"/organizations/{tenant.id}/keys/{key['id']}"
    for is_active, status in ((True, 200), (False, 401), (True, 200), (False, 401)):
        assert (await tenant.api.admin("PATCH", path, json={"is_active": is_active})).status == 200
        assert (await tenant.api.call("GET", "/v1/videos", key["raw_key"])).status == status


async def test_item_07_a_key_whose_organization_is_gone(tenant, database):
    assert (await tenant.get("/v1/videos")).status == 200
    await database["organizations"].delete_one({"_id": tenant.id})
    answer = await tenant.get("/v1/videos")
    assert answer.error == (401, "invalid_key_metadata")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_item_08_a_key_needs_the_scope_of_the_route(tenant):
    video_id = await tenant.ready_video()
    reader = await tenant.new_key(scopes=["videos:read"])
    writer = await tenant.new_key(scopes=["analyses:write"])
    path = f"/v1/videos/{video_id}/analyses"
    assert (await tenant.api.call("POST", path, reader["raw_key"])).error == (403, "forbidden")
    assert (await tenant.api.call("POST", path, writer["raw_key"])).status == 201
    assert (await tenant.api.call("GET", path, writer["raw_key"])).error == (403, "forbidden")
    assert (await tenant.api.call("GET", "/v1/videos", reader["raw_key"])).status == 200


async def test_item_08_the_scope_is_checked_before_the_resource(tenant):
    key = await tenant.new_key(scopes=[])
    answer = await tenant.api.call("GET", f"/v1/videos/{uuid.uuid4()}", key["raw_key"])
    assert answer.error == (403, "forbidden")


async def test_item_09_an_inactive_organization_is_refused_until_it_is_active_again(tenant):
    for is_active, status in ((False, 403), (True, 200)):
        assert (await tenant.patch(is_active=is_active)).status == 200
        assert (await tenant.get("/v1/videos")).status == status


async def test_item_11_foreign_and_unknown_ids_answer_alike(make_tenant, analyzed):
    owner, video_id, analysis = analyzed
    stranger = await make_tenant()
    unknown = str(uuid.UUID(video_id).hex)
    unknown = video_id[:-4] + ("0000" if unknown[-4:] != "0000" else "1111")
    for path in ("", "/analyses", "/summary", "/events", "/transcript", "/checklist"):
        foreign = await stranger.get(f"/v1/videos/{video_id}{path}")
        absent = await stranger.get(f"/v1/videos/{unknown}{path}")
        assert foreign.error == absent.error == (404, "not_found")
        assert foreign.message == absent.message == "Video not found"
    for path in ("", "/stream"):
        foreign = await stranger.get(f"/v1/videos/{video_id}/analyses/{analysis['id']}{path}")
        absent = await stranger.get(f"/v1/videos/{unknown}/analyses/{analysis['id']}{path}")
        assert foreign.error == absent.error == (404, "not_found")
        assert foreign.message == absent.message
    assert (await stranger.post(f"/v1/videos/{video_id}/analyses")).error == (404, "not_found")
    assert (await owner.get(f"/v1/videos/{video_id}/analyses/{unknown}")).message == "Analysis not found"


@pytest.mark.parametrize(
    "spelled", ["not-an-id", "..", "%00", "018f", "{id}", "a" * 500, "018F0000-0000-7000-8000-000000000000"]
)
async def test_item_12_an_id_that_is_no_id(tenant, spelled):
    answer = await tenant.get(f"/v1/videos/{spelled}/summary")
    assert answer.error == (404, "not_found")


async def test_item_12_the_sentence_is_that_of_an_unknown_video(tenant):
    assert (await tenant.get("/v1/videos/not-an-id")).message == "Video not found"
    assert (await tenant.get("/v1/webhooks/ep_nope")).message == "Webhook not found"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/nothing"),
        ("PUT", "/v1/videos"),
        ("DELETE", "/v1/videos"),
        ("PATCH", "/v1/videos"),
        ("OPTIONS", "/v1/videos"),
        ("GET", "/v1/videos/"),
        ("GET", "/platform/v1/nothing"),
        ("PUT", "/platform/v1/videos"),
        ("GET", "/platform/admin/v1/organizations"),
        ("PUT", "/admin/v1/organizations"),
        ("GET", "/"),
        ("GET", "/v2/videos"),
    ],
)
@pytest.mark.parametrize("has_key", [True, False])
async def test_item_13_an_unknown_route_or_method_whatever_the_credentials(tenant, method, path, has_key):
    answer = await tenant.api.call(method, path, tenant.key if has_key else None)
    assert answer.error == (404, "not_found")


async def test_item_13_the_body_of_a_head_is_empty_and_its_status_404(tenant):
    answer = await tenant.api.call("HEAD", "/v1/videos", tenant.key)
    assert (answer.status, answer.content) == (404, b"")
