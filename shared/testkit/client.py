"""A small client of the operator and platform faces, for the demo, end-to-end tests, faults and benchmarks."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
import orjson

from shared.testkit.patience import until

Json = dict[str, Any]

TRIES = 120
PAUSE_SECONDS = 0.5
SERVER_TROUBLE = 500


class Refused(Exception):  # noqa: N818  it says what happened to the call
    """An answer that is no success."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(f"{status}: {body.get('error', body)}")
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Tenant:
    """An organization and a key of it."""

    organization_id: str
    key: str


class Client:
    """Calls Rushes as a patient client does: what got no answer is sent again with the same Idempotency-Key."""

    def __init__(self, url: str, admin_token: str) -> None:
        self.url = url
        self._admin_token = admin_token
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(
        self, method: str, path: str, token: str, *, json: Json | None = None, form: dict[str, Any] | None = None
    ) -> Any:  # noqa: ANN401  JSON
        """One call, sent again with the same Idempotency-Key while the server is in trouble.

        Raises:
            Refused: The answer is an error of the caller's.
        """
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(16)}
        for _ in range(TRIES):
            try:
                status, body = await self._send(method, path, headers, json, form)
            except (aiohttp.ClientError, TimeoutError, OSError):
                status, body = SERVER_TROUBLE, {}
            if status < SERVER_TROUBLE:
                break
            await asyncio.sleep(PAUSE_SECONDS)
        if status >= 300:  # noqa: PLR2004  not a success
            raise Refused(status, body)
        return body

    async def admin(self, method: str, path: str, json: Json | None = None) -> Any:  # noqa: ANN401  JSON
        """A call of the operator face; its `data`."""
        return (await self.call(method, f"/admin/v1{path}", self._admin_token, json=json)).get("data", {})

    async def tenant(self, name: str, **settings: Any) -> Tenant:  # noqa: ANN401  any setting
        """A new organization with these settings, and a key of it."""
        organization = await self.admin("POST", "/organizations", {"name": name, "settings": settings})
        key = await self.admin("POST", f"/organizations/{organization['id']}/keys", {"name": name})
        return Tenant(organization["id"], key["raw_key"])

    async def upload(self, tenant: Tenant, file: Path, title: str | None = None) -> Any:  # noqa: ANN401  JSON
        """A new video."""
        path = f"/admin/v1/organizations/{tenant.organization_id}/videos"
        fields = {"title": title or file.name, "file": file}
        return (await self.call("POST", path, self._admin_token, form=fields))["data"]

    async def get(self, tenant: Tenant, path: str) -> Any:  # noqa: ANN401  JSON
        """What a GET of the platform face has under `data`."""
        return (await self.call("GET", f"/v1{path}", tenant.key))["data"]

    async def post(self, tenant: Tenant, path: str, json: Json | None = None) -> Any:  # noqa: ANN401  JSON
        """What a POST of the platform face has under `data`."""
        return (await self.call("POST", f"/v1{path}", tenant.key, json=json))["data"]

    async def until(self, tenant: Tenant, path: str, *statuses: str, within_seconds: float = 300) -> Any:  # noqa: ANN401  JSON
        """The resource once its status is one of these."""

        async def look() -> Any:  # noqa: ANN401  JSON
            resource = await self.get(tenant, path)
            return resource if resource["status"] in statuses else None

        return await until(look, seconds=within_seconds, every_seconds=0.1)

    async def stream(self, tenant: Tenant, path: str) -> AsyncIterator[tuple[str, Json]]:
        """The events of a progress stream, each as its name and data."""
        assert self._session is not None  # noqa: S101  used inside `async with`
        headers = {"Authorization": f"Bearer {tenant.key}"}
        name = ""
        async with self._session.get(f"{self.url}/v1{path}", headers=headers) as response:
            async for line in response.content:
                field, _, value = line.decode().rstrip("\r\n").partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    yield name, orjson.loads(value)

    async def _send(
        self, method: str, path: str, headers: dict[str, str], json: Json | None, form: dict[str, Any] | None
    ) -> tuple[int, Json]:
        assert self._session is not None  # noqa: S101  used inside `async with`
        body: Any = None if json is None else orjson.dumps(json)
        if form is not None:
            body = aiohttp.FormData()
            for name, value in form.items():
                if isinstance(value, Path):
                    body.add_field(name, value.read_bytes(), filename=value.name, content_type="video/mp4")
                else:
                    body.add_field(name, value)
        elif json is not None:
            headers = {**headers, "Content-Type": "application/json"}
        async with self._session.request(method, self.url + path, headers=headers, data=body) as response:
            content = await response.read()
            return response.status, orjson.loads(content) if content else {}
