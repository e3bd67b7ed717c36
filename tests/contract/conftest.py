"""What the contract tests of the public faces speak with: a plain HTTP client, tenants, and the store beneath."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from fastapi import FastAPI
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from yarl import URL

from deploy.standalone.stack import Stack
from services.gateway.app import create_app
from services.gateway.http.parts import Limits, Parts, Reads
from services.gateway.http.usage import KeyUsage
from services.gateway.runs import Runs
from services.gateway.store import Store
from shared.contracts.instants import now
from shared.kit.bus import Outgoing
from shared.kit.documents import Documents
from shared.kit.objects import Objects
from shared.kit.outbox import Relay
from shared.testkit.receiver import Receiver

CLIP = Path(__file__).parents[1] / "data" / "short_call.mp4"


@dataclass(frozen=True)
class Answered:
    """An answer: its status, headers (lower case) and bytes."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return orjson.loads(self.content)

    @property
    def data(self) -> Any:
        assert self.status < 300, self.content
        return self.body["data"]

    @property
    def error(self) -> tuple[int, str]:
        """Status and code of a well-formed error."""
        body = self.body
        assert set(body) == {"error", "meta"}
        assert set(body["error"]) == {"code", "message"}
        assert body["meta"]["request_id"].startswith("req_")
        return self.status, body["error"]["code"]

    @property
    def message(self) -> str:
        return str(self.body["error"]["message"])


class Api:
    """Calls one gateway."""

    def __init__(self, session: aiohttp.ClientSession, url: str, admin_token: str) -> None:
        self._session = session
        self.url = url
        self.admin_token = admin_token

    async def call(
        self,
        method: str,
        path: str,
        token: str | None = None,
        *,
        json: Any = ...,
        content: bytes | aiohttp.FormData | None = None,
        headers: Mapping[str, str] | None = None,
        at: str | None = None,
    ) -> Answered:
        """One call; `token` is sent as a bearer, `json` as the body, `at` is another gateway than the stack's own."""
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        body = content if json is ... else orjson.dumps(json)
        # The contract works without a Content-Type; a form alone needs its boundary.
        left_out = () if isinstance(content, aiohttp.FormData) else ("Content-Type",)
        async with self._session.request(
            method, URL((at or self.url) + path, encoded=True), data=body, headers=sent, skip_auto_headers=left_out
        ) as response:
            heard = {name.lower(): value for name, value in response.headers.items()}
            return Answered(response.status, heard, await response.read())

    async def admin(self, method: str, path: str, **kwargs: Any) -> Answered:
        """A call of the operator."""
        return await self.call(method, f"/admin/v1{path}", self.admin_token, **kwargs)

    async def events(self, path: str, token: str, headers: Mapping[str, str]) -> AsyncIterator[tuple[str, bytes]]:
        """The lines `field: value` of a stream; the empty field is a comment."""
        sent = {"Authorization": f"Bearer {token}", **headers}
        async with self._session.get(URL(self.url + path, encoded=True), headers=sent) as response:
            assert response.status == 200
            assert response.headers["Content-Type"].startswith("text/event-stream")
            assert response.headers["Cache-Control"] == "no-store"
            async for line in response.content:
                name, _, value = line.rstrip(b"\n").partition(b": ")
                if name:
                    yield name.decode(), value


@dataclass(frozen=True)
class Tenant:
    """An organization with a key."""

    api: Api
    id: str
    key: str

    async def get(self, path: str, **kwargs: Any) -> Answered:
        return await self.api.call("GET", path, self.key, **kwargs)

    async def post(self, path: str, **kwargs: Any) -> Answered:
        return await self.api.call("POST", path, self.key, **kwargs)

    async def patch(self, **members: Any) -> Answered:
        """Change the organization."""
        return await self.api.admin("PATCH", f"/organizations/{self.id}", json=members)

    async def new_key(self, **members: Any) -> dict[str, Any]:
        """Another key of the organization."""
        answer = await self.api.admin("POST", f"/organizations/{self.id}/keys", json={"name": "more", **members})
        key: dict[str, Any] = answer.data
        return key

    async def upload(self, file: bytes | None = None, filename: str = "call.mp4", **fields: str) -> Answered:
        """Send a file through the operator's face."""
        return await self.api.admin(
            "POST", f"/organizations/{self.id}/videos", content=self.form(file or CLIP.read_bytes(), filename, **fields)
        )

    @staticmethod
    def form(file: bytes, filename: str, **fields: str) -> aiohttp.FormData:
        """A form with fields and then a file."""
        made = aiohttp.FormData(quote_fields=False)  # UTF-8 as it is, as browsers send it
        for name, value in fields.items():
            made.add_field(name, value)
        made.add_field("file", file, filename=filename, content_type="video/mp4")
        return made

    async def until(self, path: str, *statuses: str) -> dict[str, Any]:
        """The resource once its status is one of these."""
        async with asyncio.timeout(240):
            while (resource := (await self.get(path)).data)["status"] not in statuses:  # noqa: ASYNC110  it polls
                await asyncio.sleep(0.1)
        found: dict[str, Any] = resource
        return found

    async def ready_video(self, file: bytes | None = None) -> str:
        """The id of a new video that can be analyzed."""
        video_id: str = (await self.upload(file)).data["id"]
        await self.until(f"/v1/videos/{video_id}", "ready")
        return video_id


@pytest.fixture(scope="session")
async def api(stack: Stack) -> AsyncIterator[Api]:
    timeout = aiohttp.ClientTimeout(total=120)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:
        yield Api(session, stack.url, stack.admin_token)


@pytest.fixture(scope="session")
def make_tenant(api: Api) -> Callable[..., Awaitable[Tenant]]:
    async def make(**settings: Any) -> Tenant:
        body = {"name": f"tenant {secrets.token_hex(4)}", "settings": settings}
        organization = (await api.admin("POST", "/organizations", json=body)).data
        key = (await api.admin("POST", f"/organizations/{organization['id']}/keys", json={"name": "first"})).data
        return Tenant(api, organization["id"], key["raw_key"])

    return make


@pytest.fixture
async def tenant(make_tenant: Callable[..., Awaitable[Tenant]]) -> Tenant:
    return await make_tenant()


@pytest.fixture(scope="session")
async def analyzed(make_tenant: Callable[..., Awaitable[Tenant]]) -> tuple[Tenant, str, dict[str, Any]]:
    """A tenant with a video and its completed analysis."""
    tenant = await make_tenant()
    video_id = await tenant.ready_video()
    analysis = (await tenant.post(f"/v1/videos/{video_id}/analyses")).data
    return tenant, video_id, await tenant.until(f"/v1/videos/{video_id}/analyses/{analysis['id']}", "completed")


@pytest.fixture(scope="session")
async def owner(make_tenant: Callable[..., Awaitable[Tenant]]) -> Tenant:
    """The organization that has `owned`."""
    return await make_tenant(webhook_allowed_hostnames=["localhost", "hooks.example.com"])


@pytest.fixture(scope="session")
async def owned(owner: Tenant, make_owned: Callable[[Tenant], Awaitable[dict[str, str]]]) -> dict[str, str]:
    """One resource of every kind: its id by the name that paths have for it."""
    return await make_owned(owner)


@pytest.fixture(scope="session")
def make_owned(receiver: Receiver) -> Callable[[Tenant], Awaitable[dict[str, str]]]:
    """Makes what `owned` is, for an organization that allows localhost."""

    async def make(owner: Tenant) -> dict[str, str]:
        base = f"/organizations/{owner.id}"

        async def made(path: str, **body: str) -> str:
            identity: str = (await owner.api.admin("POST", base + path, json=body)).data["id"]
            return identity

        video_id = await owner.ready_video()
        deal_id = await made("/deals", title="theirs")
        webhook = (await owner.post("/v1/webhooks", json={"url": receiver.url("/foreign")})).data
        return {
            "organization": owner.id,
            "video": video_id,
            "analysis": (await owner.post(f"/v1/videos/{video_id}/analyses")).data["id"],
            "deal": deal_id,
            "scoring": (await owner.post(f"/v1/deals/{deal_id}/scorings")).data["id"],
            "activity": await made(f"/deals/{deal_id}/activities", type="note"),
            "member": await made("/members", name="Ann", email="owned@example.com"),
            "key": await made("/keys", name="more"),
            "webhook": webhook["id"],
            "delivery": (await owner.post(f"/v1/webhooks/{webhook['id']}/test")).data["id"],
        }

    return make


class Unheard:
    """A bus to nowhere: what a second gateway has to say, the sweep of the running one says."""

    async def say_raw(self, messages: Sequence[Outgoing]) -> None:
        pass


@pytest.fixture(scope="session")
def gateway_on(stack: Stack) -> Callable[[Documents, Objects, Limits], FastAPI]:
    """Makes a second gateway in this process, on stores and with limits of its own."""

    async def nothing_to_check() -> Mapping[str, bool]:
        return {}

    def make(documents: Documents, objects: Objects, limits: Limits) -> FastAPI:
        store = Store.of(documents)
        relay = Relay(store.speaking, Unheard())
        runs = Runs(store, objects, relay, now)
        parts = Parts(store, Reads.of(store), objects, runs, relay, limits, now)
        return create_app(parts, KeyUsage(store.keys), stack.admin_token, nothing_to_check)

    return make


@pytest.fixture
async def make_gateway(
    stack: Stack, objects: Objects, gateway_on: Callable[[Documents, Objects, Limits], FastAPI]
) -> AsyncIterator[Callable[[Limits], FastAPI]]:
    """Makes a second gateway on the same stores, with limits of its own."""
    documents = Documents.connect(stack.parts.mongodb, stack.parts.mongodb_database)
    yield lambda limits: gateway_on(documents, objects, limits)
    await documents.close()


@pytest.fixture(scope="session")
async def objects(stack: Stack) -> AsyncIterator[Objects]:
    """The object store beneath the gateway."""
    parts = stack.parts
    store = Objects.connect(parts.s3, parts.s3_access_key_id, parts.s3_secret_access_key)
    yield store
    await store.close()


@pytest.fixture(scope="session")
async def database(stack: Stack) -> AsyncIterator[AsyncDatabase[dict[str, Any]]]:
    """The store beneath the gateway, for what no face can do."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(stack.parts.mongodb, tz_aware=True)
    yield client[stack.parts.mongodb_database]
    await client.close()
