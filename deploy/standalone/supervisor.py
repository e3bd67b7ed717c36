"""Keeps processes alive: starts them, starts again what died, ends them in order."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.standalone.backoff import next_delay
from deploy.standalone.logs import last_lines, open_log
from deploy.standalone.processes import ProcessSpec
from deploy.standalone.spawn import kill_group, spawn

ASK_READY_EVERY_SECONDS = 0.1


class RefusedToStartError(Exception):
    """A process says that it cannot run as it was told to."""


class Supervisor:
    """Every process of the stack, by name."""

    def __init__(self, logs: Path, changed: Callable[[dict[str, int]], None], tell: Callable[[str], None]) -> None:
        self._logs = logs
        self._changed = changed
        self._tell = tell
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._ready: set[str] = set()
        self._specs: dict[str, ProcessSpec] = {}

    def pids(self) -> dict[str, int]:
        """The process id of everything that runs now, in the order of the first starts."""
        return {name: self._running[name].pid for name in self._keepers if name in self._running}

    def keep(self, spec: ProcessSpec) -> None:
        """Start the process and keep it alive until it is ended by name."""
        self._specs[spec.name] = spec
        self._keepers[spec.name] = asyncio.create_task(self._keep(spec), name=f"keep-{spec.name}")

    async def until_ready(self, spec: ProcessSpec) -> None:
        """Wait until the process says that it can work."""
        keeper = self._keepers[spec.name]
        while not await spec.ready():
            if keeper.done():
                keeper.result()
            await asyncio.sleep(ASK_READY_EVERY_SECONDS)
        self._ready.add(spec.name)

    async def end(self, names: Sequence[str]) -> None:
        """End these processes together, each within its own grace."""
        await asyncio.gather(*(self._end(name) for name in names if name in self._keepers))

    async def _keep(self, spec: ProcessSpec) -> None:
        clock = asyncio.get_running_loop()
        delay_seconds: float | None = None
        while True:
            started_at = clock.time()
            process = await self._start(spec)
            self._running[spec.name] = process
            self._changed(self.pids())
            code = await process.wait()
            del self._running[spec.name]
            self._changed(self.pids())
            # Whatever the dead one had started would compete with its successor.
            kill_group(process.pid)
            if code == spec.refuses_with and spec.name not in self._ready:
                reason = last_lines(self._logs, spec.name, 5)
                raise RefusedToStartError(f"{spec.name} cannot start; see logs/{spec.name}.log:\n{reason}")
            delay_seconds = next_delay(delay_seconds, clock.time() - started_at)
            self._tell(f"{spec.name} ended ({_say_code(code)}), again in {delay_seconds:g} s; see logs/{spec.name}.log")
            await asyncio.sleep(delay_seconds)

    async def _start(self, spec: ProcessSpec) -> asyncio.subprocess.Process:
        for file in spec.removes:
            file.unlink(missing_ok=True)
        with open_log(self._logs, spec.name) as log:
            return await spawn(spec.command, spec.environment, spec.directory, log)

    async def _end(self, name: str) -> None:
        process = self._running.pop(name, None)
        keeper = self._keepers.pop(name)
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError, RefusedToStartError):
            await keeper
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), self._specs[name].stop_grace_seconds)
        except TimeoutError:
            self._tell(f"{name} did not end in {self._specs[name].stop_grace_seconds:g} s and was killed")
        kill_group(process.pid)
        await process.wait()
        self._changed(self.pids())


def _say_code(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
