"""A process of ours: one coroutine on uvloop, ended in order by a signal."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop

SIGNALS = (signal.SIGTERM, signal.SIGINT)
CANCELLED_AGAIN_AFTER_SECONDS = 12.0
"""Longer than any orderly end takes."""


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run `main` to its end; SIGTERM or SIGINT cancels it, and that is an end in order (exit 0).

    Signals after the first change nothing: Ctrl-C reaches all of a terminal, and a launcher's SIGTERM follows.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_until_signalled(main))


async def end(work: asyncio.Future[None], again_after_seconds: float) -> None:
    """Cancel a task until it ends: before Python 3.12 `wait_for`, deep in a client, may swallow a cancellation."""
    while not work.done():
        work.cancel()
        await asyncio.wait([work], timeout=again_after_seconds)


async def _until_signalled(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    loop = asyncio.get_running_loop()
    work = asyncio.ensure_future(main())
    signalled = asyncio.Event()

    for number in SIGNALS:
        loop.add_signal_handler(number, signalled.set)
    try:
        await asyncio.wait([work, asyncio.ensure_future(signalled.wait())], return_when=asyncio.FIRST_COMPLETED)
        await end(work, CANCELLED_AGAIN_AFTER_SECONDS)
        if signalled.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                work.result()
        else:
            work.result()
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
