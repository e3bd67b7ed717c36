"""A server of language models on the loopback that says what a test wants, well, slowly or wrongly."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from shared.writing.chat import LONGEST_ANSWER_BYTES, Server

KEY = "sk-very-secret"
Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One connection to the server."""

    protocol_version = "HTTP/1.1"
    server: "Loopback"

    def do_POST(self) -> None:
        """Keep what was asked, and answer as the test wants."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append((self.path, self.headers.get("Authorization"), body))
        self.server.behaviour(self)

    def log_message(self, *_: Any) -> None:  # noqa: ANN401  whatever it would print
        """Say nothing."""

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Send these bytes."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def say(self, content: Any) -> None:  # noqa: ANN401  also what is no text
        """Answer as the chat API does."""
        self.answer(json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode())


class Loopback(ThreadingHTTPServer):
    """The server.

    Attributes:
        heard: Path, authorization and body of each request.
        behaviour: How it answers.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.heard: list[tuple[str, str | None, Any]] = []
        self.behaviour: Behaviour = lambda handler: handler.say("")

    def handle_error(self, *_: Any) -> None:  # noqa: ANN401  as above
        """A client that went away is no news."""

    def model(self, timeout_seconds: float = 5.0) -> Server:
        """How a writer reaches it."""
        return Server(f"http://127.0.0.1:{self.server_port}/v1/", "tiny-writer", timeout_seconds, KEY)


@contextmanager
def listening() -> Iterator[Loopback]:
    """A server that runs as long as the block."""
    with Loopback() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def drip(handler: Handler) -> None:
    """Say a byte now and then, so that no single read takes long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.02)


def flood(handler: Handler) -> None:
    """Say more than anybody reads."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(64):
        handler.wfile.write(b" " * (LONGEST_ANSWER_BYTES // 8))


def hang_up(handler: Handler) -> None:
    """Close the connection."""
    handler.connection.close()


WRONG: dict[str, Behaviour] = {
    "error": lambda handler: handler.answer(b"{}", 500),
    "refused": lambda handler: handler.answer(b"{}", 401),
    "redirect": lambda handler: handler.answer(b"", 307, Location="/elsewhere"),
    "no JSON": lambda handler: handler.answer(b"<html>"),
    "another form": lambda handler: handler.answer(b'{"choices": []}'),
    "no text": lambda handler: handler.say(None),
    "empty": lambda handler: handler.say(""),
    "prose": lambda handler: handler.say("A lovely video!"),
    "not UTF-8": lambda handler: handler.answer(b"\xff\xfe\x00"),
    "slow": drip,
    "huge": flood,
    "hangs up": hang_up,
}
"""What no completion comes of."""
