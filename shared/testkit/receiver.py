"""A webhook receiver: real https on 127.0.0.1 with a certificate authority of its own, and answers as a script says."""

import asyncio
import ssl
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import trustme
from aiohttp import web
from standardwebhooks import Webhook

HOSTNAMES = ("localhost", "127.0.0.1")
START_SECONDS = 10.0


@dataclass(frozen=True)
class Answer:
    """What the receiver does with one request.

    Attributes:
        status: The status of the answer.
        headers: Its headers.
        body: Its body.
        delay_seconds: How long it waits before it answers.
        is_hanging_up: It closes the connection instead of answering.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay_seconds: float = 0.0
    is_hanging_up: bool = False


@dataclass(frozen=True)
class Received:
    """One request as it came.

    Attributes:
        path: Path and query.
        headers: By lower-case name.
        body: The very bytes.
        at_seconds: When, on the monotonic clock.
        connection: Equal for requests of one connection.
    """

    path: str
    headers: Mapping[str, str]
    body: bytes
    at_seconds: float
    connection: int

    @property
    def message_id(self) -> str:
        """The `webhook-id` header."""
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:  # noqa: ANN401  whatever JSON the body holds
        """The body as JSON, once the standard receiving library has verified it; WebhookVerificationError."""
        return Webhook(secret).verify(self.body, dict(self.headers))


class Receiver:
    """Runs in a thread of its own, so that it serves blocking and asynchronous callers alike; a context manager.

    Attributes:
        ca_file: The authority's certificate, for WEBHOOK_CA_FILE.
    """

    def __init__(
        self, directory: Path, *, hostnames: Sequence[str] = HOSTNAMES, certified_for: Sequence[str] = ()
    ) -> None:
        """Prepare the certificates.

        Args:
            directory: Where the authority's certificate is written.
            hostnames: The names of the receiver; the first stands in its URLs.
            certified_for: The names in its certificate, if they are to be others.
        """
        authority = trustme.CA()
        self.ca_file = directory / "webhook-ca.pem"
        authority.cert_pem.write_to_path(self.ca_file)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*(certified_for or hostnames)).configure_cert(self._tls)
        self._hostname = hostnames[0]
        self._scripts: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self._afterwards: dict[str, Answer] = {}
        self._received: list[Received] = []
        self._answered: list[Received] = []
        self._changed = threading.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="webhook-receiver", daemon=True)
        self._ready = threading.Event()
        self.port = 0

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        if not self._ready.wait(START_SECONDS):
            raise TimeoutError("the receiver does not listen")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Hang up on everybody."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(START_SECONDS)

    def url(self, path: str = "/hooks") -> str:
        """The URL of one of its paths; each has its own script."""
        return f"https://{self._hostname}:{self.port}{path}"

    def script(self, path: str, *answers: Answer | int, afterwards: Answer | int = 200) -> None:
        """Answer the next requests to `path` with these, one each, and all later ones with `afterwards`."""
        self._scripts[path] = deque(_answer(answer) for answer in answers)
        self._afterwards[path] = _answer(afterwards)

    def received(self, path: str | None = None) -> list[Received]:
        """The requests so far, in the order in which they came."""
        with self._changed:
            return [one for one in self._received if path is None or one.path == path]

    def answered(self) -> list[Received]:
        """The requests that have been answered, in the order of the answers."""
        with self._changed:
            return list(self._answered)

    def wait_for(self, count: int, path: str | None = None, *, seconds: float = 20.0) -> list[Received]:
        """Block until so many requests have come; TimeoutError when they do not."""
        return self._wait(lambda: self.received(path), count, seconds)

    async def arrived(self, count: int, path: str | None = None, *, seconds: float = 20.0) -> list[Received]:
        """As `wait_for`, for asynchronous callers."""
        return await asyncio.to_thread(self.wait_for, count, path, seconds=seconds)

    def forget(self) -> None:
        """Drop all requests and scripts."""
        with self._changed:
            self._received.clear()
            self._answered.clear()
            self._scripts.clear()
            self._afterwards.clear()

    def _wait(self, look: Callable[[], list[Received]], count: int, seconds: float) -> list[Received]:
        with self._changed:
            if not self._changed.wait_for(lambda: len(look()) >= count, seconds):
                raise TimeoutError(f"{len(look())} of {count} requests came in {seconds} s")
            return look()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        runner = web.ServerRunner(
            web.Server(self._handle), access_log=None, handle_signals=False, shutdown_timeout=0.05
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self._tls).start()
            self.port = int(runner.addresses[0][1])
            self._ready.set()
            await self._ended.wait()
        finally:
            await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        received = Received(
            path=request.path_qs,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=await request.read(),
            at_seconds=time.monotonic(),
            connection=id(request.protocol),
        )
        answer = self._next_answer(received)
        if answer.delay_seconds:
            await asyncio.sleep(answer.delay_seconds)
        if answer.is_hanging_up:
            _hang_up(request)
        with self._changed:
            self._answered.append(received)
            self._changed.notify_all()
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)

    def _next_answer(self, received: Received) -> Answer:
        with self._changed:
            self._received.append(received)
            self._changed.notify_all()
        script = self._scripts[received.path]
        return script.popleft() if script else self._afterwards.get(received.path, Answer())


def _hang_up(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.abort()


def _answer(answer: Answer | int) -> Answer:
    return Answer(status=answer) if isinstance(answer, int) else answer
