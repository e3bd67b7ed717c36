"""One POST to one endpoint: resolve once, check every address, connect to a checked one, believe its certificate."""

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from services.webhook_dispatcher.core.targets import is_forbidden
from services.webhook_dispatcher.core.verdict import Outcome
from services.webhook_dispatcher.resolver import Resolver
from shared.contracts.events.deliveries import DeliveryError
from shared.contracts.hostnames import Target

ATTEMPT_SECONDS = 15.0
"""For all of an attempt: the name, the connection, the answer (platform contract, 14.7)."""
ANSWER_BYTES = 64 * 1024
"""A longer answer costs the connection, which is not used again."""
ANSWER_SECONDS = 1.0
"""What the rest of an answer may take once its status is known."""
IDLE_SECONDS = 4.0
"""Below the 5 s after which common servers hang up, so that a connection is not used while it is being closed."""
ADDRESSES = 4
"""How many of a host's addresses are tried when connecting fails."""
REMEMBERED_HOSTS = 4096


class Unsendable(Exception):  # noqa: N818  it says what the attempt is
    """No response came."""

    def __init__(self, error: DeliveryError) -> None:
        super().__init__(error)
        self.error: DeliveryError = error


class NoSecondLook(AbstractResolver):
    """Resolves nothing: requests name addresses, and a name that got this far would be looked up a second time."""

    async def resolve(self, host: str, *_: object, **__: object) -> NoReturn:
        """Refuse."""
        raise OSError(f"{host!r} is no checked address")

    async def close(self) -> None:
        """Nothing is open."""


class Sender:
    """Posts to targets over connections that it keeps by host and checked address."""

    def __init__(
        self,
        resolver: Resolver,
        *,
        allow_private: bool,
        ca_file: Path | None = None,
        attempt_seconds: float = ATTEMPT_SECONDS,
    ) -> None:
        self._resolver = resolver
        self._allow_private = allow_private
        self._attempt_seconds = attempt_seconds
        self._tls = ssl.create_default_context()
        if ca_file is not None:
            self._tls.load_verify_locations(ca_file)
        self._reached: OrderedDict[tuple[str, int], str] = OrderedDict()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the pool of connections."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                ssl=self._tls,
                resolver=NoSecondLook(),
                use_dns_cache=False,
                limit=0,  # the dispatcher bounds what runs at once
                keepalive_timeout=IDLE_SECONDS,
                happy_eyeballs_delay=None,
            ),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("Accept", "Accept-Encoding"),
            auto_decompress=False,
            trust_env=False,  # a proxy would connect wherever it likes
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Make one attempt; whatever happens is an outcome."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        error: DeliveryError = "timeout"
        response: aiohttp.ClientResponse | None = None
        with suppress(TimeoutError):
            async with asyncio.timeout(self._attempt_seconds) as deadline:
                try:
                    response = await self._exchange(target, headers, body)
                except Unsendable as failure:
                    # Cancelling at the deadline may itself surface as a broken connection.
                    error = "timeout" if deadline.expired() else failure.error
        duration_ms = round((loop.time() - begun) * 1000)
        if response is None:
            return Outcome(error=error, duration_ms=duration_ms)
        await _discard(response)
        retry_after = response.headers.get("Retry-After")
        return Outcome(response_status=response.status, duration_ms=duration_ms, retry_after=retry_after)

    async def _exchange(self, target: Target, headers: Mapping[str, str], body: bytes) -> aiohttp.ClientResponse:
        addresses = await self._checked_addresses(target)
        for address in addresses:
            try:
                return await self._request(target, address, headers, body)
            except aiohttp.ClientSSLError as error:
                raise Unsendable("tls_failed") from error
            except aiohttp.ClientConnectorError:
                continue  # nothing was sent: another of the host's addresses may listen
            except ssl.SSLError as error:
                raise Unsendable("tls_failed") from error
            except (aiohttp.ClientError, OSError) as error:
                if isinstance(error, TimeoutError):
                    raise
                raise Unsendable("connection_failed") from error
        raise Unsendable("connection_failed")

    async def _checked_addresses(self, target: Target) -> Sequence[str]:
        addresses = await self._addresses(target.host)
        if any(is_forbidden(address, allow_private=self._allow_private) for address in addresses):
            raise Unsendable("target_forbidden")
        reached = self._reached.get((target.host, target.port))
        return sorted(addresses[:ADDRESSES], key=lambda address: address != reached)

    async def _addresses(self, host: str) -> Sequence[str]:
        with suppress(ValueError):
            return (str(ip_address(host)),)
        try:
            addresses = await self._resolver.resolve(host)
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise
            raise Unsendable("dns_failed") from error
        if not addresses:
            raise Unsendable("dns_failed")
        return addresses

    async def _request(
        self, target: Target, address: str, headers: Mapping[str, str], body: bytes
    ) -> aiohttp.ClientResponse:
        if self._session is None:
            raise RuntimeError("the sender is not open")
        response = await self._session.post(
            # The address stands in the URL and the name in the TLS handshake: no name is left to be looked up.
            URL(f"https://{Target(address, target.port, target.path).authority}{target.path}", encoded=True),
            data=body,
            headers={"Host": target.authority, **headers},
            server_hostname=target.host,
            allow_redirects=False,
        )
        self._remember(target, address)
        return response

    def _remember(self, target: Target, address: str) -> None:
        key = (target.host, target.port)
        self._reached[key] = address
        self._reached.move_to_end(key)
        if len(self._reached) > REMEMBERED_HOSTS:
            self._reached.popitem(last=False)


async def _discard(response: aiohttp.ClientResponse) -> None:
    """Read the answer's end, so that the connection can be used again, but not for long and not much of it."""
    response.content.read_nowait()
    if response.content.at_eof():
        response.release()
        return
    read_bytes = 0
    with suppress(aiohttp.ClientError, OSError):
        async with asyncio.timeout(ANSWER_SECONDS):
            while read_bytes <= ANSWER_BYTES and (chunk := await response.content.readany()):
                read_bytes += len(chunk)
    if response.content.at_eof():
        response.release()
    else:
        response.close()
