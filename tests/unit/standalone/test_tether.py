import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from deploy.standalone.orphans import MARK, end_orphans
from deploy.standalone.spawn import TETHER

WITHIN_SECONDS = 30.0
SLEEP = shutil.which("sleep") or "sleep"
# A launcher that starts one tethered sleeper, tells its number, and waits to be killed.
LAUNCHER = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-I", "-S", sys.argv[1], str(os.getpid()),
                          sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"],
                         stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(600)
"""


def until_gone(pid: int) -> None:
    deadline = time.monotonic() + WITHIN_SECONDS
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the tethered process outlived its launcher"
        time.sleep(0.02)


@pytest.mark.parametrize("environment", [{}, {"RUSHES_TETHER_WATCH": "1"}], ids=["death-signal", "watcher"])
def test_a_killed_launcher_takes_its_processes_along(environment: dict[str, str]) -> None:
    launcher = subprocess.Popen(  # noqa: S603  our own command
        [sys.executable, "-c", LAUNCHER, str(TETHER)], stdout=subprocess.PIPE, env={**os.environ, **environment}
    )
    assert launcher.stdout is not None
    tethered = int(launcher.stdout.readline())
    launcher.kill()
    launcher.wait()
    until_gone(tethered)


def test_a_watcher_goes_with_what_it_watched() -> None:
    command = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), SLEEP, "600"]
    tethered = psutil.Popen(command, env={**os.environ, "RUSHES_TETHER_WATCH": "1"})
    deadline = time.monotonic() + WITHIN_SECONDS
    while not (watchers := tethered.children()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    tethered.terminate()
    assert tethered.wait() == -signal.SIGTERM
    until_gone(watchers[0].pid)


def test_a_command_whose_launcher_is_gone_never_begins() -> None:
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-I", "-S", str(TETHER), "1", "/bin/echo", "begun"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""


def test_what_a_former_launcher_left_is_ended_and_nothing_else(tmp_path: Path) -> None:
    def sleeper(mark: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([SLEEP, "600"], env={**os.environ, MARK: mark})  # noqa: S603  our own command

    left, stranger = sleeper(str(tmp_path)), sleeper(str(tmp_path / "other"))
    try:
        assert end_orphans(tmp_path) == 1
        assert not psutil.pid_exists(left.pid)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
