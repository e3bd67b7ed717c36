"""An internet of the test's own, where every address on earth is this machine, so that whoever is called is seen.

Run in namespaces of its own, it serves DNS and, on every address, https; it posts a webhook to each URL that it reads
on its standard input, in turn, and writes what came of it.
"""

import asyncio
import json
import ssl
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dns.message
import dns.rrset
import trustme
import uvloop
from dns.rdatatype import AAAA, RdataType

from services.webhook_dispatcher.resolver import SystemResolver
from services.webhook_dispatcher.sender import Sender
from shared.contracts.hostnames import InvalidTarget, target_of

HTTPS, DNS = 443, 53
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
ATTEMPT_SECONDS = 10.0


class Names(asyncio.DatagramProtocol):
    """A DNS server: each look at a name gets its next list of addresses, the last one for ever; none may be kept.

    A look is two questions, one for each family of addresses.
    """

    def __init__(self, answers: dict[str, list[list[str]]]) -> None:
        self._answers = answers
        self._asked: Counter[tuple[str, RdataType]] = Counter()
        self._transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = dns.message.from_wire(data)
        question = message.question[0]
        name, family = question.name.to_text(omit_final_dot=True), question.rdtype
        answers = self._answers.get(name, [[]])
        addresses = answers[min(self._asked[name, family], len(answers) - 1)]
        self._asked[name, family] += 1
        response = dns.message.make_response(message)
        if fitting := [address for address in addresses if (":" in address) == (family == AAAA)]:
            response.answer.append(dns.rrset.from_text_list(question.name, 0, "IN", family, fitting))
        self._transport.sendto(response.to_wire(), addr)

    @property
    def looks(self) -> int:
        """How often a name was looked up by now."""
        return sum(count for (_, family), count in self._asked.items() if family == AAAA)


class Listener:
    """Accepts on every address, and remembers which one was meant before it reads a byte."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        self.reached: list[str] = []

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer 200 once."""
        self.reached.append(writer.get_extra_info("sockname")[0])
        await writer.start_tls(self._tls)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await writer.drain()
        writer.close()


async def told(answers: dict[str, list[list[str]]], urls: Sequence[str], directory: Path) -> list[dict[str, Any]]:
    """What came of an attempt at each URL."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(directory / "authority.pem")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*answers, "1.1.1.1").configure_cert(tls)
    names, listener = Names(answers), Listener(tls)
    await asyncio.get_running_loop().create_datagram_endpoint(lambda: names, ("127.0.0.1", DNS))
    sender = Sender(
        SystemResolver(),
        allow_private=False,
        ca_file=directory / "authority.pem",
        attempt_seconds=ATTEMPT_SECONDS,
    )
    async with await asyncio.start_server(listener.accept, None, HTTPS), sender:
        return [await attempt(url, sender, names, listener) for url in urls]


async def attempt(url: str, sender: Sender, names: Names, listener: Listener) -> dict[str, Any]:
    """The outcome, the addresses that were connected to, and how often a name was looked up."""
    listener.reached.clear()
    looks = names.looks
    try:
        target = target_of(url)
    except InvalidTarget:
        return {"outcome": "invalid", "reached": [], "looks": 0}
    outcome = await sender.post(target, {}, b"{}")
    said = outcome.error or outcome.response_status
    return {"outcome": said, "reached": listener.reached[:], "looks": names.looks - looks}


def main() -> None:
    """`{"answers": {name: [[address, …], …]}, "urls": [url, …]}` in, a list of what came of them out."""
    asked = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as directory, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        json.dump(runner.run(told(asked["answers"], asked["urls"], Path(directory))), sys.stdout)


if __name__ == "__main__":
    main()
