"""Names into addresses: one look for all who ask at the same moment, and nothing remembered after it."""

import asyncio
import socket
from collections.abc import Sequence
from typing import Protocol


class Resolver(Protocol):
    """Whatever turns a hostname into addresses."""

    async def resolve(self, host: str) -> Sequence[str]:
        """The addresses of a host, best first.

        Raises:
            OSError: The name has none, or nobody could say.
        """


class SystemResolver:
    """The resolver of the machine: `/etc/hosts`, DNS, whatever it is set up to ask."""

    def __init__(self) -> None:
        self._looks: dict[str, asyncio.Task[Sequence[str]]] = {}

    async def resolve(self, host: str) -> Sequence[str]:
        """The addresses of a host, as the machine orders them."""
        look = self._looks.get(host)
        if look is None:
            look = self._looks[host] = asyncio.create_task(self._look(host))
            look.add_done_callback(lambda _: self._looks.pop(host, None))
        # Whoever gives up must not end the look of the others.
        return await asyncio.shield(look)

    @staticmethod
    async def _look(host: str) -> Sequence[str]:
        try:
            answers = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except UnicodeError as error:
            raise OSError(f"{host!r} cannot be asked for") from error
        return tuple(dict.fromkeys(str(address[0]) for *_, address in answers))
