"""Processes of a benchmark: modules run beside it, that cannot outlive it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

from deploy.standalone.checks import answers_ok
from deploy.standalone.ports import LOOPBACK, choose_ports
from deploy.standalone.processes import python_environment
from deploy.standalone.spawn import TETHER
from deploy.standalone.stack import PACKAGES, Stack

READY_SECONDS = 90.0
ENDING_SECONDS = 40.0
LOOK_SECONDS = 0.05

OURS = {"KAFKA_BOOTSTRAP_SERVERS": "", "MONGODB_URI": "", "S3_ENDPOINT_URL": "", "MONGODB_DATABASE": ""}
"""The environment of a stack whose parts are all its own: what is measured must be on this machine."""


class ChildFailedError(Exception):
    """A process ended, or did not become ready."""


class Child:
    """A running module; what it says on its standard output is one JSON value a line."""

    def __init__(self, module: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.pid = process.pid
        self._module = module
        self._process = process
        self._log = log

    async def said(self) -> Any:
        """The next value that it says."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise ChildFailedError(f"{self._module} said nothing more:\n{self._last_words()}")
        return orjson.loads(line)

    async def until_answering(self, url: str) -> None:
        """Wait until a GET is answered with success."""
        try:
            async with asyncio.timeout(READY_SECONDS):
                while not await asyncio.to_thread(answers_ok, url):
                    if self._process.returncode is not None:
                        raise ChildFailedError(f"{self._module} ended:\n{self._last_words()}")
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise ChildFailedError(f"{self._module} is not ready:\n{self._last_words()}") from None

    async def end(self) -> None:
        """SIGTERM, and SIGKILL when that is not enough."""
        if self._process.returncode is None:
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), ENDING_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
            print(f"{self._module} did not end in {ENDING_SECONDS:g} s and was killed", flush=True)

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])


@asynccontextmanager
async def child(
    module: str, *arguments: str, environment: Mapping[str, str], folder: Path, speaks: bool = False
) -> AsyncIterator[Child]:
    """Run a module inside the block; without `speaks` its standard output goes to its log."""
    log = folder / f"{module.rpartition('benchmarks.')[2]}.log"
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(TETHER), str(os.getpid())),
            *(sys.executable, "-m", module, *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE if speaks else output,
            stderr=output,
            env=python_environment(environment),
            cwd=PACKAGES,
        )
    running = Child(module, process, log)
    try:
        yield running
    finally:
        await running.end()


@asynccontextmanager
async def started(stack: Stack) -> AsyncIterator[Stack]:
    """The stack, ready inside the block."""
    await asyncio.to_thread(stack.start)
    try:
        yield stack
    finally:
        await asyncio.to_thread(stack.stop)


def environment_on(stack: Stack, **more: str) -> dict[str, str]:
    """What a service needs to run on the parts of a stack, and other variables."""
    parts = stack.parts
    return {
        **os.environ,
        "KAFKA_BOOTSTRAP_SERVERS": parts.kafka,
        "MONGODB_URI": parts.mongodb,
        "MONGODB_DATABASE": parts.mongodb_database,
        "S3_ENDPOINT_URL": parts.s3,
        "S3_ACCESS_KEY_ID": parts.s3_access_key_id,
        "S3_SECRET_ACCESS_KEY": parts.s3_secret_access_key,
        "RUSHES_WORK_DIR": str(stack.layout.work),
        "RUSHES_MODELS_DIR": str(stack.layout.models),
        **more,
    }


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    return choose_ports(("benchmark",), {})["benchmark"]


def local_url(port: int, path: str = "") -> str:
    """Where a server of this machine answers."""
    return f"http://{LOOPBACK}:{port}{path}"
