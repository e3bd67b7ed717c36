"""A TCP line through which a service is led to a part, so that a test can cut it, silence it or hold back a message."""

import asyncio
import contextlib
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from deploy.standalone.ports import LOOPBACK, choose_ports

PIECE_BYTES = 2**20


class Line:
    """Carries bytes between whoever connects and a part; an asynchronous context manager.

    Attributes:
        url: The part's URL, but through this line.
    """

    def __init__(self, part_url: str) -> None:
        """Name the part, e.g. `http://127.0.0.1:8333`."""
        part = urlsplit(part_url)
        self._part = part.hostname, part.port
        self._port = choose_ports(["line"], {})["line"]
        user = part.netloc.rpartition("@")[0] + "@" if "@" in part.netloc else ""
        self.url = part._replace(netloc=f"{user}{LOOPBACK}:{self._port}").geturl()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._speaks = asyncio.Event()
        self._speaks.set()
        self._marks: tuple[bytes, ...] = ()
        self._is_answer_held = False
        self._held = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Listen."""
        await self.mend()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Hang up."""
        self.cut()

    def cut(self) -> None:
        """End all connections and refuse new ones, as where a part was stopped."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in self._writers:
            writer.transport.abort()

    def silence(self) -> None:
        """Take connections and bytes and pass nothing on, as a part that hangs."""
        self._speaks.clear()

    async def mend(self) -> None:
        """Carry everything again, on the same port."""
        self._speaks.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._carry, LOOPBACK, self._port)

    def hold(self, *marks: bytes, is_answer_held: bool = False) -> asyncio.Event:
        """Hold back the first message in which all these bytes stand, and whatever follows it on its connection.

        Args:
            marks: What tells the message; it must be a short one, which comes in one piece.
            is_answer_held: The message gets through, and its answer does not.

        Returns:
            Set once something is held back.
        """
        self._marks, self._is_answer_held, self._held = marks, is_answer_held, asyncio.Event()
        return self._held

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until one of its ends hangs up."""
        self._writers.add(writer)
        try:
            answers, questions = await asyncio.open_connection(*self._part)
        except OSError:
            self._hang_up(writer)
            return
        self._writers.add(questions)
        awaits_held_answer = asyncio.Event()
        ways = [
            asyncio.create_task(self._ask(reader, questions, awaits_held_answer)),
            asyncio.create_task(self._answer(answers, writer, awaits_held_answer)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        self._hang_up(writer)
        self._hang_up(questions)

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, awaits_held_answer: asyncio.Event
    ) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE_BYTES):
                await self._speaks.wait()
                if self._marks and all(mark in piece for mark in self._marks):
                    self._marks = ()
                    awaits_held_answer.set()
                    if not self._is_answer_held:
                        self._held.set()
                        await reader.read()
                        return
                writer.write(piece)
                await writer.drain()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, awaits_held_answer: asyncio.Event
    ) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE_BYTES):
                await self._speaks.wait()
                if awaits_held_answer.is_set():
                    self._held.set()
                    continue
                writer.write(piece)
                await writer.drain()

    def _hang_up(self, writer: asyncio.StreamWriter) -> None:
        self._writers.discard(writer)
        writer.transport.abort()
