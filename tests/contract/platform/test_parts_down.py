"""What the API says while a part of the stack is gone or hangs, and that it goes on by itself when the part is back."""

import asyncio
import secrets

import aiohttp
import pytest

from deploy.standalone.checks import listens
from services.gateway.faces.shapes.shape import EXAMPLE_IDS
from services.gateway.http.parts import Limits
from services.gateway.routes import admin, platform
from shared.contracts.artifacts import MEDIA_BUCKET
from shared.kit.documents import Documents
from shared.kit.objects import Objects
from shared.testkit.asgi import call
from shared.testkit.gateways import GatewayProcess
from shared.testkit.line import Line
from shared.testkit.patience import until

ANSWERED_WITHIN_SECONDS = 45.0
"""A client's patience: common clients and proxies give up after 60 s."""
MOMENT_SECONDS = 0.5
LIMITS = Limits(upload_bytes=2**20, run_deadline_seconds=1800, rate=None)

IDS = {f"{name}_id": identity for name, identity in EXAMPLE_IDS.items()}
BODY = b'{"name": "Acme"}'
UNAVAILABLE = (503, "service_unavailable")


@pytest.fixture(scope="module")
async def documents_line(stack):
    async with Line(stack.parts.mongodb) as line:
        yield line


@pytest.fixture(scope="module")
async def objects_line(stack):
    async with Line(stack.parts.s3) as line:
        yield line


@pytest.fixture(scope="module")
async def gateway(stack, documents_line, objects_line):
    """A gateway whose stores are at the other ends of the lines; it has no Kafka at all."""
    environment = {
        "MONGODB_URI": f"{documents_line.url}&directConnection=true",
        "S3_ENDPOINT_URL": objects_line.url,
        "ADMIN_TOKEN": stack.admin_token,
    }
    async with GatewayProcess(stack.parts, environment) as gateway:
        yield gateway


@pytest.fixture(autouse=True)
async def _mended(documents_line, objects_line):
    """Whatever becomes of a test, the next one finds its parts."""
    yield
    await documents_line.mend()
    await objects_line.mend()


@pytest.fixture
def ask(api, gateway, tenant):
    async def ask(method, path, token=None, **kwargs):
        async with asyncio.timeout(ANSWERED_WITHIN_SECONDS):
            return await api.call(method, path, token or tenant.key, at=gateway.url, **kwargs)

    return ask


@pytest.fixture
async def hasty(stack, documents_line, objects_line, gateway_on):
    """A gateway in this process, on the same lines, that takes a part for gone after a moment's silence."""
    parts = stack.parts
    uri = f"{documents_line.url}&directConnection=true"
    documents = Documents.connect(
        uri, parts.mongodb_database, patience_seconds=MOMENT_SECONDS, silence_seconds=MOMENT_SECONDS
    )
    keys = parts.s3_access_key_id, parts.s3_secret_access_key
    objects = Objects.connect(objects_line.url, *keys, silence_seconds=MOMENT_SECONDS, tries=2)
    yield gateway_on(documents, objects, LIMITS)
    await documents.close()
    await objects.close()


async def test_item_10_with_the_key_store_stopped_every_call_is_answered_503(ask, tenant, documents_line):
    assert (await ask("GET", "/v1/videos")).status == 200
    documents_line.cut()
    tokens = dict.fromkeys(platform.OPERATIONS, tenant.key) | dict.fromkeys(admin.OPERATIONS, tenant.api.admin_token)
    calls = [ask(one.method, one.path.format(**IDS), token, content=BODY) for one, token in tokens.items()]
    answers = await asyncio.gather(*calls)
    assert {answer.error for answer in answers} == {UNAVAILABLE}
    await documents_line.mend()
    assert (await ask("GET", "/v1/videos")).status == 200


async def test_item_10_with_a_key_store_that_hangs(hasty, tenant, documents_line):
    headers = {"Authorization": f"Bearer {tenant.key}"}

    async def is_answered():
        return (await call(hasty, "GET", "/v1/videos", headers=headers)).status == 200

    assert await is_answered()
    documents_line.silence()
    answer = await call(hasty, "GET", "/v1/videos", headers=headers)
    assert (answer.status, answer.body["error"]["code"]) == UNAVAILABLE
    await documents_line.mend()
    await until(is_answered)


@pytest.mark.parametrize("mebibytes", [0, 20], ids=["short", "long"])
async def test_without_the_object_store_an_upload_is_answered_503_and_leaves_nothing(
    mebibytes, ask, tenant, objects, objects_line
):
    content = secrets.token_bytes(1000 + mebibytes * 2**20)
    headers, path = {"Idempotency-Key": secrets.token_hex(8)}, f"/admin/v1/organizations/{tenant.id}/videos"

    async def upload():
        return await ask("POST", path, tenant.api.admin_token, content=tenant.form(content, "a.mp4"), headers=headers)

    objects_line.cut()
    assert (await upload()).error == UNAVAILABLE
    await objects_line.mend()
    assert (await tenant.get("/v1/videos")).data == []
    assert await objects.list_keys(MEDIA_BUCKET, tenant.id) == []
    made = await upload()
    assert made.status == 201
    assert "idempotent-replayed" not in made.headers
    assert [video["id"] for video in (await tenant.get("/v1/videos")).data] == [made.data["id"]]
    assert len(await objects.list_keys(MEDIA_BUCKET, tenant.id)) == 1


async def test_without_the_object_store_no_scoring_is_begun(ask, tenant, objects_line):
    deal = await tenant.api.admin("POST", f"/organizations/{tenant.id}/deals", json={"title": "Acme"})
    headers, path = {"Idempotency-Key": secrets.token_hex(8)}, f"/v1/deals/{deal.data['id']}/scorings"
    objects_line.cut()
    assert (await ask("POST", path, headers=headers)).error == UNAVAILABLE
    await objects_line.mend()
    assert (await tenant.get(path)).data == []
    made = await ask("POST", path, headers=headers)
    assert made.status == 201
    assert [one["id"] for one in (await tenant.get(path)).data] == [made.data["id"]]


async def test_an_object_store_that_hangs_is_as_one_that_is_gone(hasty, stack, tenant, objects_line):
    form = aiohttp.FormData()
    form.add_field("file", b"x", filename="a.mp4")
    content = form()
    headers = {"Authorization": f"Bearer {stack.admin_token}", "Content-Type": content.content_type}
    objects_line.silence()
    path = f"/admin/v1/organizations/{tenant.id}/videos"
    answer = await call(hasty, "POST", path, headers=headers, content=await content.as_bytes())
    assert (answer.status, answer.body["error"]["code"]) == UNAVAILABLE
    await objects_line.mend()
    assert (await tenant.get("/v1/videos")).data == []


async def test_without_kafka_work_is_taken_on_and_goes_on_when_it_is_back(stack, tenant):
    if "kafka" not in stack.pids():
        pytest.skip("Kafka is not this stack's own")
    video_id = await tenant.ready_video()
    path = f"/v1/videos/{video_id}/analyses"
    deal = await tenant.api.admin("POST", f"/organizations/{tenant.id}/deals", json={"title": "Acme"})
    scorings = f"/v1/deals/{deal.data['id']}/scorings"
    host, port = stack.endpoints.kafka.split(":")
    dead = stack.kill("kafka")

    async def is_gone():
        return not listens(host, int(port))

    await until(is_gone)
    async with asyncio.timeout(ANSWERED_WITHIN_SECONDS):
        made, scoring, upload = await asyncio.gather(tenant.post(path), tenant.post(scorings), tenant.upload())
    assert await is_gone(), "it was back before the last answer: nothing was shown"
    assert {answer.status for answer in (made, scoring, upload)} == {201}
    await asyncio.to_thread(stack.until_restarted, "kafka", dead)
    await tenant.until(f"{path}/{made.data['id']}", "completed")
    await tenant.until(f"{scorings}/{scoring.data['id']}", "completed")
    await tenant.until(f"/v1/videos/{upload.data['id']}", "ready")
    await asyncio.to_thread(stack.until_answering)
