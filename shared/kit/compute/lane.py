"""One pool process with a channel of its own, replaced whole when it is lost."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from multiprocessing import get_context
from typing import TypeVar

import psutil
from pebble import ProcessPool

from shared.kit.compute.inside import Beginning, Hello, begin, hello

T = TypeVar("T")


class Lane:
    """A pebble pool of one process.

    Several processes on one channel share its locks, and one that is killed while it holds a lock stops them all
    (docs/decisions/0050); so each has its own pool, and a pool that lost its process is never used again.
    """

    def __init__(self, beginning: Beginning) -> None:
        self._pool = ProcessPool(max_workers=1, initializer=begin, initargs=(beginning,), context=get_context("spawn"))
        self._process: psutil.Process | None = None
        self.warm_resident_bytes = 0

    async def open(self) -> Hello:
        """Start the process and wait until it is warm; called on the thread that lives as long as the service."""
        said = await self.call(hello)
        self._process = psutil.Process(said.pid)
        self.warm_resident_bytes = said.resident_bytes
        return said

    def call(self, function: Callable[..., T], *arguments: object) -> "asyncio.Future[T]":
        """Call a function of a module in the process; OSError or RuntimeError when the process is lost."""
        return asyncio.wrap_future(self._pool.schedule(function, args=arguments))

    def resident_bytes(self, *, with_children: bool = False) -> int | None:
        """The memory that the process holds now; None when it is gone.

        Its children's too when asked for: finding them takes 2 ms, a hundred times the rest.
        """
        if self._process is None:
            return None
        try:
            held = self._process.memory_info().rss
            children = self._process.children(recursive=True) if with_children else []
        except psutil.NoSuchProcess:
            return None
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                held += child.memory_info().rss
        return held or None  # a zombie holds nothing

    def close(self) -> threading.Thread:
        """Kill the process and what it started, at once; the thread ends when the pool's own threads have."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        if self._process is not None:
            _kill(self._process)
        ending = threading.Thread(target=self._pool.join, name="lane-close", daemon=True)
        ending.start()
        return ending


def _kill(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        children = process.children(recursive=True)
        process.kill()
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
