import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
import pytest
import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route, Router

from shared.kit.http import chassis, health_app, serve
from shared.kit.telemetry import setup_logs


@dataclass
class Served:
    """An application on a port, and what it wrote."""

    session: aiohttp.ClientSession
    serving: "asyncio.Task[None]"
    written: io.StringIO
    checks: dict[str, bool]
    released: asyncio.Event
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def lines(self, event: str) -> list[dict[str, Any]]:
        return [line for line in map(orjson.loads, self.written.getvalue().splitlines()) if line["event"] == event]

    async def end(self) -> None:
        self.serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await self.serving


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    setup_logs("gateway", "info", stream=stream)
    yield stream
    structlog.reset_defaults()


@pytest.fixture
async def served(written: io.StringIO) -> AsyncIterator[Served]:
    checks = {"kafka": True}
    released, reached = asyncio.Event(), asyncio.Event()
    app = application(released, reached)

    async def ready() -> Mapping[str, bool]:
        return checks

    chassis(app, service="gateway", ready=ready, json_limit_bytes=1000)
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(app, "127.0.0.1", 0, listening=port.set_result))
    async with aiohttp.ClientSession(f"http://127.0.0.1:{await port}") as session:
        yield Served(session, serving, written, checks, released, reached)
        released.set()
        serving.cancel()
        await asyncio.wait([serving])


def application(released: asyncio.Event, reached: asyncio.Event) -> FastAPI:
    router = APIRouter(prefix="/v1")

    @router.get("/videos/{video_id}")
    async def read_video(video_id: str, request: Request) -> dict[str, str]:
        request.state.log["organization_id"] = "org-1"
        structlog.get_logger().info("inside")
        return {"id": video_id, "request_id": request.state.request_id}

    @router.post("/videos")
    async def create_video(body: dict[str, str]) -> dict[str, int]:
        return {"fields": len(body)}

    @router.get("/defect")
    async def defect() -> None:
        raise ZeroDivisionError("no frames")

    @router.get("/slow")
    async def slow() -> dict[str, bool]:
        reached.set()
        await released.wait()
        return {"slow": True}

    @router.get("/events")
    async def events() -> StreamingResponse:
        async def endless() -> AsyncIterator[bytes]:
            yield b"event: progress\ndata: {}\n\n"
            await asyncio.Event().wait()

        return StreamingResponse(endless(), media_type="text/event-stream")

    async def mounted(request: Request) -> JSONResponse:
        return JSONResponse(request.path_params)

    async def refuse(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        body = {"error": error.detail, "request_id": request.state.request_id}
        return JSONResponse(body, error.status_code)

    async def broken(request: Request, _error: Exception) -> JSONResponse:
        return JSONResponse({"error": "defect", "request_id": request.state.request_id}, 500)

    app = FastAPI(exception_handlers={HTTPException: refuse, Exception: broken})
    app.include_router(router)
    app.router.routes.append(Mount("/platform", app=Router([Route("/v1/runs/{run_id}", mounted)])))
    return app


async def test_every_response_carries_the_id_that_its_route_has(served: Served) -> None:
    ids = set()
    for _ in range(3):
        async with served.session.get("/v1/videos/7") as response:
            body = await response.json()
        assert response.headers["X-Request-Id"] == body["request_id"]
        assert len(body["request_id"]) == 36
        ids.add(body["request_id"])
    assert len(ids) == 3


async def test_a_request_leaves_one_line_with_its_route_and_what_the_route_adds(served: Served) -> None:
    async with served.session.get("/v1/videos/7") as response:
        await response.read()
    (line,) = served.lines("request")
    assert line["route"] == "/v1/videos/{video_id}"
    assert line["path"] == "/v1/videos/7"
    assert (line["method"], line["status"], line["organization_id"]) == ("GET", 200, "org-1")
    assert line["request_id"] == response.headers["X-Request-Id"]
    assert line["bytes"] == int(response.headers["Content-Length"])
    (inside,) = served.lines("inside")
    assert inside["request_id"] == line["request_id"]


async def test_a_mounted_route_is_named_with_its_mount(served: Served) -> None:
    async with served.session.get("/platform/v1/runs/7") as response:
        assert await response.json() == {"run_id": "7"}
    assert served.lines("request")[0]["route"] == "/platform/v1/runs/{run_id}"


async def test_metrics_have_closed_labels(served: Served) -> None:
    for path in ("/v1/videos/secret-1", "/nowhere/secret-2"):
        async with served.session.request("GET", path) as response:
            await response.read()
    async with served.session.request("BREW", "/v1/videos/secret-3") as response:
        await response.read()
    async with served.session.get("/metrics") as response:
        text = await response.text()
    assert 'rushes_http_request_seconds_count{method="GET",route="/v1/videos/{video_id}",status="200"}' in text
    assert 'route="unmatched",status="404"' in text
    assert "secret" not in text
    assert "BREW" not in text


async def test_a_defect_is_answered_by_the_application_with_an_id_and_logged_once(served: Served) -> None:
    async with served.session.get("/v1/defect") as response:
        body = await response.json()
    assert response.status == 500
    assert body == {"error": "defect", "request_id": response.headers["X-Request-Id"]}
    (line,) = served.lines("defect")
    assert "ZeroDivisionError: no frames" in line["exception"]
    assert served.lines("request")[0]["status"] == 500


async def test_a_json_body_over_the_limit_is_refused_by_the_application(served: Served) -> None:
    async with served.session.post("/v1/videos", json={"title": "x" * 900}) as response:
        assert response.status == 200
    async with served.session.post("/v1/videos", json={"title": "x" * 1000}) as response:
        assert response.status == 400
        assert (await response.json())["error"] == "The JSON body is larger than 1000 bytes"


async def test_the_limit_holds_for_a_body_of_unknown_length(served: Served) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b'{"title": "'
        for _ in range(20):
            yield b"x" * 100
        yield b'"}'

    headers = {"Content-Type": "application/json"}
    async with served.session.post("/v1/videos", data=chunks(), headers=headers) as response:
        assert response.status == 400


async def test_health_tells_alive_and_ready(served: Served) -> None:
    async with served.session.get("/health/live") as response:
        assert response.status == 200
    async with served.session.get("/health/ready") as response:
        assert response.status == 200
        assert await response.json() == {"status": "ready", "checks": {"kafka": True}}
    served.checks["kafka"] = False
    async with served.session.get("/health/ready") as response:
        assert response.status == 503
        assert await response.json() == {"status": "not_ready", "checks": {"kafka": False}}
    assert not served.lines("request")


async def test_the_end_lets_a_running_request_finish_and_takes_no_more(served: Served) -> None:
    running = asyncio.create_task(served.session.get("/v1/slow"))
    await served.reached.wait()
    ending = asyncio.create_task(served.end())
    while True:
        try:
            async with aiohttp.ClientSession() as other, other.get(served.session._base_url) as response:  # type: ignore[arg-type]
                await response.read()
        except aiohttp.ClientConnectionError:
            break
    served.released.set()
    response = await running
    assert await response.json() == {"slow": True}
    await ending


async def test_the_end_closes_event_streams_in_order(served: Served) -> None:
    async with served.session.get("/v1/events") as response:
        assert (await response.content.readuntil(b"\n\n")).startswith(b"event: progress")
        ending = asyncio.create_task(served.end())
        assert await response.content.read() == b""
        await ending
    (line,) = served.lines("request")
    assert line["status"] == 200
    assert not served.lines("defect")


async def test_a_client_that_leaves_a_stream_leaves_no_defect(served: Served) -> None:
    async with served.session.get("/v1/events") as response:
        await response.content.readuntil(b"\n\n")
    await served.end()
    assert not served.lines("defect")


async def test_an_address_in_use_is_an_error_at_once(served: Served) -> None:
    assert served.session._base_url is not None
    port = served.session._base_url.port
    assert port is not None
    with pytest.raises(OSError, match="in use"):
        await serve(FastAPI(), "127.0.0.1", port)


async def test_a_service_without_an_api_has_health_and_metrics() -> None:
    async def ready() -> Mapping[str, bool]:
        raise ConnectionError("no broker")

    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(health_app("ingest", ready), "127.0.0.1", 0, listening=port.set_result))
    async with aiohttp.ClientSession(f"http://127.0.0.1:{await port}") as session:
        async with session.get("/health/ready") as response:
            assert response.status == 503
        async with session.get("/anything") as response:
            assert response.status == 404
    serving.cancel()
    await asyncio.wait([serving])


async def test_cancelled_again_while_it_ends_it_still_ends_in_order() -> None:
    ended = asyncio.Event()

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        ended.set()

    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(FastAPI(lifespan=lifespan), "127.0.0.1", 0, listening=port.set_result))
    await port
    for _ in range(3):
        serving.cancel()
        await asyncio.sleep(0)
    await asyncio.wait([serving])
    assert serving.cancelled()
    assert ended.is_set()
