"""A receiver that does next to nothing: https, 200 to every POST, and a count.

`python -m tests.benchmarks.deliveries.receiver PORT CERTIFICATE_FILE`; it says `true` when it listens. GET answers the
number of POSTs so far.
"""

import asyncio
import ssl
import sys
from typing import cast

import httptools
import uvloop

ACCEPTED = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


class Count:
    """POSTs answered."""

    value = 0


class Receiving(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's TLS transport is no subclass

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        assert self._transport is not None
        if self._parser.get_method() == b"POST":
            Count.value += 1
            self._transport.write(ACCEPTED)
        else:
            body = b"%d" % Count.value
            self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))


async def main(port: int, certificate: str) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    server = await asyncio.get_running_loop().create_server(Receiving, "127.0.0.1", port, ssl=tls)
    print("true", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2]))
