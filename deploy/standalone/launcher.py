"""`rushes up`: everything started in order, kept alive, ended in order."""

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager

from deploy.standalone.assembly import Assembly
from deploy.standalone.console import Terminal
from deploy.standalone.logs import last_lines, open_log
from deploy.standalone.processes import ProcessSpec
from deploy.standalone.spawn import kill_group, spawn
from deploy.standalone.state import StateFile
from deploy.standalone.supervisor import Supervisor

# Generous: a slow disk, a first start, models on their way.
READY_WITHIN_SECONDS = 600.0


class StartError(Exception):
    """Something did not become ready in time."""


async def launch(assembly: Assembly, terminal: Terminal) -> None:
    """Run the stack until a signal asks for its end."""
    state = StateFile(assembly.layout.state_file, assembly.url, assembly.endpoints)
    state.write({})
    assembly.layout.ready_file.unlink(missing_ok=True)
    supervisor = Supervisor(assembly.layout.logs, state.write, terminal.complain)
    try:
        with _stop_signals() as stop:
            # Ended by a signal while it starts or while it runs: both are the same orderly end.
            start = asyncio.create_task(_start(assembly, supervisor, terminal))
            asked = asyncio.create_task(stop.wait())
            await asyncio.wait({start, asked}, return_when=asyncio.FIRST_COMPLETED)
            if start.done():
                start.result()
                await asked
            else:
                start.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await start
            terminal.say("ending")
    finally:
        assembly.layout.ready_file.unlink(missing_ok=True)
        await supervisor.end([spec.name for spec in assembly.services])
        await supervisor.end([spec.name for spec in assembly.parts])
        state.write({})


async def _start(assembly: Assembly, supervisor: Supervisor, terminal: Terminal) -> None:
    waiting: set[str] = set()

    def bring_up(specs: Sequence[ProcessSpec]) -> list[Coroutine[None, None, None]]:
        return [_bring_up(spec, supervisor, terminal, waiting) for spec in specs]

    try:
        async with asyncio.timeout(READY_WITHIN_SECONDS):
            # The preparation's clients are loaded while the parts still start.
            fetches = [_fetch(spec) for spec in assembly.services if spec.fetch_command]
            await _together(*fetches, _prepare_parts(assembly, waiting), *bring_up(assembly.parts))
            await _together(*bring_up(assembly.services))
    except TimeoutError:
        raise StartError(_what_is_late(assembly, waiting)) from None
    _announce(assembly, terminal)
    assembly.layout.ready_file.touch()


async def _together(*works: Coroutine[None, None, None]) -> None:
    try:
        async with asyncio.TaskGroup() as tasks:
            for work in works:
                tasks.create_task(work)
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def _bring_up(spec: ProcessSpec, supervisor: Supervisor, terminal: Terminal, waiting: set[str]) -> None:
    started_at = time.monotonic()
    waiting.add(spec.name)
    supervisor.keep(spec)
    await supervisor.until_ready(spec)
    waiting.discard(spec.name)
    terminal.started(spec.name, time.monotonic() - started_at)


async def _fetch(spec: ProcessSpec) -> None:
    process = await spawn(spec.fetch_command, spec.environment, spec.directory, sys.stderr.buffer)
    try:
        code = await process.wait()
    finally:
        kill_group(process.pid)
    if code != 0:
        raise StartError(f"{spec.name} misses files that could not be fetched")


async def _prepare_parts(assembly: Assembly, waiting: set[str]) -> None:
    waiting.add("prepare")
    with open_log(assembly.layout.logs, "prepare") as log:
        process = await spawn(assembly.prepare_command, assembly.prepare_environment, None, log)
    try:
        code = await process.wait()
    finally:
        kill_group(process.pid)
    if code != 0:
        reason = last_lines(assembly.layout.logs, "prepare", 1)
        raise StartError(f"topics and buckets could not be made; see logs/prepare.log: {reason}")
    waiting.discard("prepare")


def _what_is_late(assembly: Assembly, waiting: set[str]) -> str:
    names = sorted(waiting)
    ends = "\n".join(f"--- logs/{name}.log\n{last_lines(assembly.layout.logs, name)}" for name in names)
    return f"not ready within {READY_WITHIN_SECONDS:g} s: {', '.join(names)}\n{ends}"


def _announce(assembly: Assembly, terminal: Terminal) -> None:
    key_file = assembly.layout.first_key_file
    if assembly.announces_first_key and key_file.exists():
        terminal.say(f"API key of the default organization, shown only this once: {key_file.read_text().strip()}")
        key_file.unlink()
    if assembly.url:
        terminal.address(assembly.url)
    else:
        for name, address in assembly.endpoints.known().items():
            terminal.say(f"{name}: {address}")


@contextmanager
def _stop_signals() -> Iterator[asyncio.Event]:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        # From here on everything ends anyway; a second Ctrl-C must not leave processes behind.
        for number in numbers:
            loop.add_signal_handler(number, lambda: None)
