import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from deploy.standalone.processes import ProcessSpec
from deploy.standalone.supervisor import RefusedToStartError, Supervisor

SLEEP = "import time; time.sleep(600)"
# Starts a child of its own, as a pool of workers does, and says its number.
WITH_CHILD = f"""
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {SLEEP!r}])
number = pathlib.Path("number")
number.write_text(str(child.pid))
number.rename("child-pid")
time.sleep(600)
"""
DEAF = """
import pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path("deaf").touch()
time.sleep(600)
"""
LOOKS = """
import pathlib, time
answer = pathlib.Path("answer")
answer.write_text(str(pathlib.Path("one.pid").exists()))
answer.rename("seen")
time.sleep(600)
"""
DIES = "raise SystemExit(3)"
WITHIN_SECONDS = 30.0


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_SECONDS):
        while not condition():  # noqa: ASYNC110  the condition is another process's to make true
            await asyncio.sleep(0.01)


class Watched:
    """A supervisor with everything that it said."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.states: list[dict[str, int]] = []
        self.lines: list[str] = []
        self.supervisor = Supervisor(directory, lambda pids: self.states.append(dict(pids)), self.lines.append)

    def spec(self, name: str, program: str, ready_file: str | None = None, grace_seconds: float = 10.0) -> ProcessSpec:
        async def ready() -> bool:
            return (self.directory / ready_file).exists() if ready_file else name in self.supervisor.pids()

        return ProcessSpec(
            name=name,
            command=(sys.executable, "-c", program),
            ready=ready,
            environment=dict(os.environ),
            directory=self.directory,
            stop_grace_seconds=grace_seconds,
        )

    async def until(self, what: str) -> None:
        await until(lambda: any(what in line for line in self.lines))


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    made = Watched(tmp_path)
    yield made
    await made.supervisor.end(list(made.supervisor.pids()))


async def bring_up(watched: Watched, spec: ProcessSpec) -> int:
    watched.supervisor.keep(spec)
    async with asyncio.timeout(WITHIN_SECONDS):
        await watched.supervisor.until_ready(spec)
    return watched.supervisor.pids()[spec.name]


def is_alive(pid: int) -> bool:
    return bool(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)


async def test_what_is_killed_is_started_again_and_every_change_is_told(watched: Watched) -> None:
    first = await bring_up(watched, watched.spec("one", SLEEP))
    os.kill(first, signal.SIGKILL)
    await watched.until("one ended (SIGKILL), again in 0.2 s")
    await until(lambda: "one" in watched.supervisor.pids())
    second = watched.supervisor.pids()["one"]
    assert watched.states == [{"one": first}, {}, {"one": second}]


async def test_what_dies_at_once_waits_longer_each_time(watched: Watched) -> None:
    watched.supervisor.keep(watched.spec("one", DIES))
    await watched.until("again in 0.4 s")
    assert watched.lines == [
        "one ended (exit code 3), again in 0.2 s; see logs/one.log",
        "one ended (exit code 3), again in 0.4 s; see logs/one.log",
    ]
    await watched.supervisor.end(["one"])


async def test_the_children_of_a_killed_process_do_not_outlive_it(watched: Watched) -> None:
    pid = await bring_up(watched, watched.spec("one", WITH_CHILD, "child-pid"))
    child = int((watched.directory / "child-pid").read_text())
    os.kill(pid, signal.SIGKILL)
    await watched.until("one ended")
    await until(lambda: not is_alive(child))


async def test_ending_is_final_and_told(watched: Watched) -> None:
    pids = [await bring_up(watched, watched.spec(name, SLEEP)) for name in ("one", "two")]
    await watched.supervisor.end(["one", "two"])
    assert not any(is_alive(pid) for pid in pids)
    assert watched.states[-1] == {}
    assert watched.lines == []


async def test_what_does_not_end_in_its_grace_is_killed(watched: Watched) -> None:
    pid = await bring_up(watched, watched.spec("one", DEAF, "deaf", grace_seconds=0.1))
    await watched.supervisor.end(["one"])
    assert not is_alive(pid)
    assert watched.lines == ["one did not end in 0.1 s and was killed"]


async def test_ending_what_waits_for_its_next_start_leaves_nothing(watched: Watched) -> None:
    watched.supervisor.keep(watched.spec("one", DIES))
    await watched.until("one ended")
    await watched.supervisor.end(["one"])
    assert watched.supervisor.pids() == {}


async def test_misleading_files_of_a_predecessor_are_removed_before_each_start(watched: Watched) -> None:
    stale = watched.directory / "one.pid"
    stale.write_text("1")
    spec = watched.spec("one", LOOKS, "seen")
    await bring_up(watched, replace(spec, removes=(stale,)))
    assert (watched.directory / "seen").read_text() == "False"


async def test_what_refuses_its_settings_is_not_started_again(watched: Watched) -> None:
    spec = replace(
        watched.spec("one", "import sys; print('PORT is no number', flush=True); sys.exit(2)", "never"), refuses_with=2
    )
    watched.supervisor.keep(spec)
    async with asyncio.timeout(WITHIN_SECONDS):
        with pytest.raises(RefusedToStartError, match="PORT is no number"):
            await watched.supervisor.until_ready(spec)
    await watched.supervisor.end(["one"])
    assert watched.lines == []
