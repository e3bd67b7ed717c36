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


async def _until_signalled(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    loop = asyncio.get_running_loop()
    work = asyncio.ensure_future(main())
    signalled = asyncio.Event()

    def end() -> None:
        if not signalled.is_set():
            signalled.set()
            work.cancel()

    for number in SIGNALS:
        loop.add_signal_handler(number, end)
    try:
        await asyncio.wait([work, asyncio.ensure_future(signalled.wait())], return_when=asyncio.FIRST_COMPLETED)
        while not work.done():
            # A library may swallow a cancellation (asyncio.wait_for does, when it ends at the same moment).
            _, unfinished = await asyncio.wait([work], timeout=CANCELLED_AGAIN_AFTER_SECONDS)
            if unfinished:
                work.cancel()
        if signalled.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                work.result()
        else:
            work.result()
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
