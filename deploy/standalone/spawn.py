"""Starts one process of the stack so that it cannot outlive the launcher."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

TETHER = Path(__file__).with_name("tether.py")


async def spawn(
    command: Sequence[str], environment: Mapping[str, str], directory: Path | None, log: IO[bytes]
) -> asyncio.subprocess.Process:
    """Start the command, tied to this process, with its output in the log."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", str(TETHER), str(os.getpid())),
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env=dict(environment),
        cwd=directory,
        # A group of its own: Ctrl-C reaches the launcher alone, which then ends all in order.
        start_new_session=True,
    )


def kill_group(leader_pid: int) -> None:
    """Kill a process and whatever it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader_pid, signal.SIGKILL)
