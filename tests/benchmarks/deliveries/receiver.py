"""A receiver that does next to nothing: https, an answer to every POST by its path, and when it came.

`python -m tests.benchmarks.deliveries.receiver PORT CERTIFICATE_FILE`; it says `true` when it listens. POSTs to a path
with `/hanging` in it are never answered, those with `/failing` with 500, all others with 200; GET answers when those
others came, as [path, seconds since 1970], and forgets them.
"""

import asyncio
import ssl
import sys
import time
from typing import ClassVar, cast

import httptools
import orjson
import uvloop

ACCEPTED = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
FAILED = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n"
HANGING = b"/hanging"
FAILING = b"/failing"


class Arrivals:
    """POSTs that were accepted."""

    seen: ClassVar[list[tuple[str, float]]] = []


class Receiving(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._path = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's TLS transport is no subclass

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._path = url

    def on_message_complete(self) -> None:
        assert self._transport is not None
        if self._parser.get_method() != b"POST":
            body, Arrivals.seen = orjson.dumps(Arrivals.seen), []
            self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
        elif FAILING in self._path:
            self._transport.write(FAILED)
        elif HANGING not in self._path:
            Arrivals.seen.append((self._path.decode(), time.time()))
            self._transport.write(ACCEPTED)


async def main(port: int, certificate: str) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    server = await asyncio.get_running_loop().create_server(Receiving, "127.0.0.1", port, ssl=tls)
    print("true", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2]))
