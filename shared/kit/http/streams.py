"""Streams that are open: Server-Sent Events do not end by themselves, so the end of the process ends them."""

import asyncio


class Streams:
    """The tasks that write a stream now; after `end`, each of them is cancelled, later ones at once."""

    def __init__(self) -> None:
        self.is_ending = False
        self._tasks: set[asyncio.Task[object]] = set()

    def open(self, task: asyncio.Task[object]) -> None:
        """A stream begins."""
        self._tasks.add(task)
        if self.is_ending:
            task.cancel()

    def close(self, task: asyncio.Task[object]) -> None:
        """A stream has ended."""
        self._tasks.discard(task)

    def end(self) -> None:
        """The process ends."""
        self.is_ending = True
        for task in self._tasks:
            task.cancel()
