"""Items 29 and 30 of the admin contract's checklist, and what hostile or broken uploads come to."""

import asyncio
import hashlib
import secrets

import pytest

from services.gateway.core.idempotency import record_id
from shared.contracts.artifacts import MEDIA_BUCKET
from shared.kit.documents import Documents

UNKNOWN_ID = "018f0000-0000-7000-8000-000000000000"


async def test_item_29_an_uploaded_video_becomes_ready(tenant):
    answer = await tenant.upload(title="A call")
    assert answer.status == 201
    made = answer.data
    assert made == {
        "id": made["id"],
        "title": "A call",
        "status": "processing",
        "duration_seconds": None,
        "owner_id": None,
        "deal_id": None,
        "created_at": made["created_at"],
        "updated_at": made["updated_at"],
    }
    ready = await tenant.until(f"/v1/videos/{made['id']}", "ready", "failed")
    assert ready["status"] == "ready"
    assert ready["duration_seconds"] > 0
    shown = await tenant.api.admin("GET", f"/organizations/{tenant.id}/videos/{made['id']}")
    listed = await tenant.api.admin("GET", f"/organizations/{tenant.id}/videos")
    assert shown.data == ready == listed.data[0]


async def test_the_stored_file_is_the_sent_one(tenant, database, objects):
    content = secrets.token_bytes(9 * 1024 * 1024 + 1)
    video_id = (await tenant.upload(content)).data["id"]
    source = (await database["videos"].find_one({"_id": video_id}))["source"]
    assert source["size_bytes"] == len(content)
    assert source["sha256"] == hashlib.sha256(content).hexdigest()
    stored = await objects.get_bytes(source["bucket"], source["key"], limit_bytes=len(content))
    assert stored == content


async def test_a_file_that_is_no_video_fails_with_its_reason(tenant):
    video_id = (await tenant.upload(b"no video at all")).data["id"]
    failed = await tenant.until(f"/v1/videos/{video_id}", "failed", "ready")
    assert failed["error"]["code"] == "unreadable"
    assert isinstance(failed["error"]["message"], str)


@pytest.mark.parametrize(
    ("filename", "title"),
    [
        ("My Call (1).MP4", "My Call (1).MP4"),
        ("../../etc/passwd.mov", "passwd.mov"),
        ("C:\\Videos\\x.mkv", "x.mkv"),
        ("größe.webm", "größe.webm"),
    ],
)
async def test_without_a_title_the_file_gives_its_name(tenant, filename, title):
    assert (await tenant.upload(b"x", filename)).data["title"] == title


@pytest.mark.parametrize("filename", ["a.txt", "mp4", "a.mp4.exe", ".mp4"])
async def test_an_extension_that_is_not_accepted(tenant, objects, filename):
    answer = await tenant.upload(b"x", filename)
    assert answer.error == (422, "validation_failed")
    assert answer.message.startswith("file")
    assert await objects.list_keys(MEDIA_BUCKET, tenant.id) == []


@pytest.mark.parametrize("field", ["owner_id", "deal_id"])
async def test_item_30_an_unknown_owner_or_deal_leaves_no_object(tenant, objects, field):
    answer = await tenant.upload(b"x", **{field: UNKNOWN_ID})
    assert answer.error == (422, "validation_failed")
    assert field in answer.message
    assert await objects.list_keys(MEDIA_BUCKET, tenant.id) == []


@pytest.mark.parametrize(
    ("content", "content_type", "error"),
    [
        (b"", None, (422, "validation_failed")),
        (b"{}", "application/json", (422, "validation_failed")),
        (b"garbage", "multipart/form-data; boundary=x", (400, "bad_request")),
        (b"--x--\r\n", "multipart/form-data; boundary=x", (422, "validation_failed")),
        (
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            (422, "validation_failed"),
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\nabc',
            "multipart/form-data; boundary=x",
            (400, "bad_request"),
        ),
    ],
)
async def test_bodies_that_are_no_upload(tenant, objects, content, content_type, error):
    headers = {} if content_type is None else {"Content-Type": content_type}
    path = f"/organizations/{tenant.id}/videos"
    answer = await tenant.api.admin("POST", path, content=content, headers=headers)
    assert answer.error == error
    assert await objects.list_keys(MEDIA_BUCKET, tenant.id) == []


async def test_a_second_file_is_refused_and_the_first_removed(tenant, objects):
    twice = tenant.form(b"x", "a.mp4")
    twice.add_field("file", b"y", filename="b.mp4")
    answer = await tenant.api.admin("POST", f"/organizations/{tenant.id}/videos", content=twice)
    assert answer.error == (422, "validation_failed")
    assert await objects.list_keys(MEDIA_BUCKET, tenant.id) == []


async def test_an_upload_is_repeated_by_its_parts_not_its_boundary(tenant):
    headers, path = {"Idempotency-Key": "k"}, f"/organizations/{tenant.id}/videos"

    async def send(content=b"x", filename="a.mp4", **fields):
        return await tenant.api.admin("POST", path, content=tenant.form(content, filename, **fields), headers=headers)

    first, replay = await send(title="t"), await send(title="t")
    assert first.content == replay.content
    assert replay.headers["idempotent-replayed"] == "true"
    for other in ({"content": b"y"}, {"filename": "b.mp4"}, {"title": "u"}, {}):
        answer = await send(**({"title": "t"} | other if other else {}))
        assert answer.error == (422, "validation_failed")
        assert "Idempotency-Key" in answer.message
    assert len((await tenant.get("/v1/videos")).data) == 1


async def test_uploads_at_once_with_one_key_make_one_video(tenant, objects):
    headers, path = {"Idempotency-Key": "k"}, f"/organizations/{tenant.id}/videos"
    content = secrets.token_bytes(3_000_000)
    answers = await asyncio.gather(
        *(tenant.api.admin("POST", path, content=tenant.form(content, "a.mp4"), headers=headers) for _ in range(5))
    )
    assert len({answer.content for answer in answers}) == 1
    assert len((await tenant.get("/v1/videos")).data) == 1
    assert len(await objects.list_keys(MEDIA_BUCKET, tenant.id)) == 1


@pytest.mark.parametrize(("mebibytes", "objects_stored"), [(1, 1), (20, 2)])
async def test_the_same_short_file_again_is_stored_once(tenant, make_tenant, objects, mebibytes, objects_stored):
    content = secrets.token_bytes(mebibytes * 1024 * 1024)
    first, again = (await tenant.upload(content, "a.mp4")).data, (await tenant.upload(content, "b.mov")).data
    assert first["id"] != again["id"]
    keys = await objects.list_keys(MEDIA_BUCKET, tenant.id)
    assert len(keys) == objects_stored
    for key in keys:
        assert await objects.get_bytes(MEDIA_BUCKET, key, limit_bytes=len(content)) == content
    stranger = await make_tenant()
    await stranger.upload(content, "a.mp4")
    assert len(await objects.list_keys(MEDIA_BUCKET, stranger.id)) == 1


async def test_an_upload_whose_process_died_is_found_again_or_refused(tenant, stack, objects):
    headers, path = {"Idempotency-Key": "k"}, f"/organizations/{tenant.id}/videos"
    first = await tenant.api.admin("POST", path, content=tenant.form(b"x", "a.mp4"), headers=headers)
    documents = Documents.connect(stack.parts.mongodb, stack.parts.mongodb_database)
    records = documents.collection("idempotency")
    identity = record_id(owner="operator", method="POST", path=f"/admin/v1{path}", key="k")
    for content, status in ((b"y", 422), (b"x", 201)):
        record = await records.get(identity)
        if record is not None:
            record |= {"state": "pending", "response": None, "lease_ends_at": record["created_at"]}
            assert await records.replace(record)
        answer = await tenant.api.admin("POST", path, content=tenant.form(content, "a.mp4"), headers=headers)
        assert answer.status == status
    await documents.close()
    assert answer.data["id"] == first.data["id"]
    assert len((await tenant.get("/v1/videos")).data) == 1
    assert len(await objects.list_keys(MEDIA_BUCKET, tenant.id)) == 1


async def test_item_30_what_may_be_changed_of_a_video(tenant):
    made = (await tenant.upload(b"x", "a.mp4", title="before")).data
    path = f"/organizations/{tenant.id}/videos/{made['id']}"
    assert (await tenant.api.admin("PATCH", path, json={"title": "after"})).data["title"] == "after"
    assert (await tenant.get(f"/v1/videos/{made['id']}")).data["title"] == "after"
    assert (await tenant.api.admin("PATCH", path, json={"title": None})).data["title"] == "a.mp4"
    assert (await tenant.api.admin("PATCH", path, json={"owner_id": None, "deal_id": None})).status == 200
    for change in ({"deal_id": UNKNOWN_ID}, {"owner_id": UNKNOWN_ID}, {"title": ""}, {"title": 7}, {"id": "x"}):
        answer = await tenant.api.admin("PATCH", path, json=change)
        assert answer.error == (422, "validation_failed")
        assert next(iter(change)) in answer.message


async def test_a_video_of_another_organization_is_not_found(tenant, make_tenant):
    made = (await tenant.upload(b"x", "a.mp4")).data
    stranger = await make_tenant()
    for method, body in (("GET", ...), ("PATCH", {"title": "mine"})):
        answer = await stranger.api.admin(method, f"/organizations/{stranger.id}/videos/{made['id']}", json=body)
        assert (answer.error, answer.message) == ((404, "not_found"), "Video not found")


async def test_a_client_that_goes_away_leaves_nothing(tenant, objects):
    host, _, port = tenant.api.url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"POST /admin/v1/organizations/{tenant.id}/videos HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n"
        f"Authorization: Bearer {tenant.api.admin_token}\r\nIdempotency-Key: k\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
    )
    writer.write(head.encode() + secrets.token_bytes(28 * 1024 * 1024))
    await writer.drain()
    writer.close()
    answer = await tenant.api.admin(
        "POST",
        f"/organizations/{tenant.id}/videos",
        content=tenant.form(b"whole", "a.mp4"),
        headers={"Idempotency-Key": "k"},
    )
    assert answer.status == 201
    assert len((await tenant.get("/v1/videos")).data) == 1
    assert len(await objects.list_keys(MEDIA_BUCKET, tenant.id)) == 1


async def test_an_organizations_deadline_is_not_that_of_a_preparation(make_tenant):
    tenant = await make_tenant(run_deadline_seconds=1)
    assert await tenant.ready_video()


async def test_the_deadline_of_a_preparation_follows_the_size_of_the_file(tenant, database):
    for size_bytes, seconds in ((1, 1800), (13_000_000, 2080)):
        made = (await tenant.upload(secrets.token_bytes(size_bytes), "a.mp4")).data
        video = await database["videos"].find_one({"_id": made["id"]})
        assert (video["run"]["deadline_at"] - video["created_at"]).total_seconds() == seconds
