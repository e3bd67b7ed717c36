"""The chassis: one pure ASGI layer around the whole application, its error pages included."""

import asyncio
import contextlib
import random
from time import perf_counter

import structlog
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from opentelemetry.trace import SpanKind
from prometheus_client import Counter, Histogram
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.kit.http import health
from shared.kit.http.limits import JSON_LIMIT_BYTES, limited
from shared.kit.http.streams import Streams
from shared.kit.telemetry import continued, traces_are_on

REQUEST_ID_HEADER = b"x-request-id"
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
UNMATCHED = "unmatched"
EVENT_STREAM = b"text/event-stream"
# What is recorded when the client is gone before there was an answer; no server sends it.
CLIENT_GONE = 499
DEFECT = 500
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)

NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""What an application on the chassis is made with: FastAPI's own spans would stand beside the chassis's."""

REQUESTS = Histogram(
    "rushes_http_request_seconds",
    "Until the last byte; of a stream, until the first.",
    ["method", "route", "status"],
    buckets=SECONDS,
)
DEFECTS = Counter("rushes_http_defects", "Requests that ended in an exception that nobody expected.", ["route"])

log = structlog.get_logger()


def chassis(app: FastAPI, *, service: str, ready: health.Ready, json_limit_bytes: int = JSON_LIMIT_BYTES) -> None:
    """Put the application on the chassis; to be called once, before it serves.

    Every response carries `X-Request-Id`, which routes find in `request.state.request_id`; every request leaves one
    log line and one observation; `/health/live`, `/health/ready` and `/metrics` are answered here. What a route puts
    into `request.state.log` (a dict) stands in the line too.
    """
    streams = Streams()
    app.state.streams = streams
    build = app.build_middleware_stack

    def build_on_chassis() -> ASGIApp:
        return Chassis(build(), service=service, ready=ready, streams=streams, json_limit_bytes=json_limit_bytes)

    # Around the server-error layer, which no middleware of FastAPI's own can be: its answers need an id and a line too.
    app.build_middleware_stack = build_on_chassis  # type: ignore[method-assign]


def health_app(service: str, ready: health.Ready) -> FastAPI:
    """The application of a service without an API: health and metrics."""
    app = FastAPI(title=service, openapi_url=None, telemetry=NO_TELEMETRY)
    chassis(app, service=service, ready=ready)
    return app


class Chassis:
    """The layer."""

    def __init__(
        self, app: ASGIApp, *, service: str, ready: health.Ready, streams: Streams, json_limit_bytes: int
    ) -> None:
        self._app = app
        self._service = service
        self._ready = ready
        self._streams = streams
        self._json_limit_bytes = json_limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and leave a trace of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] in health.PATHS:
            await self._answer_health(scope, send)
        else:
            await self._answer(scope, receive, send)

    async def _answer_health(self, scope: Scope, send: Send) -> None:
        status, content_type, body = await health.answer(scope["path"], self._ready, is_ending=self._streams.is_ending)
        headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, send, self._streams)
        structlog.contextvars.bind_contextvars(request_id=exchange.request_id)
        scope.setdefault("state", {}).update(request_id=exchange.request_id, log={})
        receive = limited(scope, receive, self._json_limit_bytes)
        try:
            if traces_are_on():
                await self._traced(scope, receive, exchange)
            else:
                await self._app(scope, receive, exchange.send)
        except asyncio.CancelledError:
            if not await exchange.end_stream():
                exchange.status = exchange.status or CLIENT_GONE
                raise
        except ClientDisconnect:
            exchange.status = exchange.status or CLIENT_GONE
        except Exception:
            # The error layer has answered already, and raises it on for the log.
            exchange.status = exchange.status or DEFECT
            DEFECTS.labels(route_of(scope)).inc()
            log.exception("defect", method=scope["method"], path=scope["path"])
        finally:
            exchange.finish()

    async def _traced(self, scope: Scope, receive: Receive, exchange: "Exchange") -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        with continued(headers, scope["method"], SpanKind.SERVER) as span:
            await self._app(scope, receive, exchange.send)
            span.update_name(f"{scope['method']} {route_of(scope)}")
            span.set_attribute("http.response.status_code", exchange.status)


class Exchange:
    """One request and its response."""

    __slots__ = (
        "_began",
        "_bytes",
        "_scope",
        "_seconds",
        "_send",
        "_stream",
        "_streams",
        "_task",
        "request_id",
        "status",
    )

    def __init__(self, scope: Scope, send: Send, streams: Streams) -> None:
        self.request_id = f"req_{random.getrandbits(128):032x}"
        self.status = 0
        self._scope = scope
        self._send = send
        self._streams = streams
        # The task of the whole request: what sends a stream may be a child of it.
        self._task = asyncio.current_task()
        self._stream: asyncio.Task[object] | None = None
        self._bytes = 0
        self._began = perf_counter()
        self._seconds = 0.0

    async def send(self, message: Message) -> None:
        """Pass the response on, with the id of the request."""
        if message["type"] == "http.response.start":
            self._start(message)
        elif message["type"] == "http.response.body":
            self._bytes += len(message.get("body", b""))
        await self._send(message)

    async def end_stream(self) -> bool:
        """End an open stream in order, when it was cancelled because the process ends; False when it is none."""
        if self._stream is None or not self._streams.is_ending:
            return False
        self._stream.uncancel()
        with contextlib.suppress(OSError):
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        return True

    def finish(self) -> None:
        """Leave the line and the observation."""
        if self._stream:
            self._streams.close(self._stream)
        whole_seconds = perf_counter() - self._began
        method, route = self._scope["method"], route_of(self._scope)
        labels = (method if method in METHODS else "OTHER", route, str(self.status or CLIENT_GONE))
        REQUESTS.labels(*labels).observe(self._seconds or whole_seconds)
        log.info(
            "request",
            method=method,
            path=self._scope["path"],
            route=route,
            status=self.status or CLIENT_GONE,
            seconds=round(whole_seconds, 4),
            bytes=self._bytes,
            **self._scope["state"]["log"],
        )

    def _start(self, message: Message) -> None:
        self.status = message["status"]
        headers = message["headers"] = list(message.get("headers", ()))
        is_stream = has_id = False
        for name, value in headers:
            if name == b"content-type":
                is_stream = value.startswith(EVENT_STREAM)
            has_id = has_id or name == REQUEST_ID_HEADER
        if not has_id:
            headers.append((REQUEST_ID_HEADER, self.request_id.encode()))
        if is_stream:
            self._seconds = perf_counter() - self._began
            self._stream = self._task
            if self._stream:
                self._streams.open(self._stream)


def route_of(scope: Scope) -> str:
    """The template of the route that was found, with what it is mounted under: `/platform/v1/videos/{video_id}`."""
    template = getattr(scope.get("route"), "path", None)
    if template is None:
        return UNMATCHED
    return f"{scope.get('root_path', '')}{template}"
