"""Run a command that cannot outlive the launcher: `tether.py LAUNCHER_PID COMMAND…`.

Standard library only, started with `-I -S`, replaced by the command within milliseconds.
"""

import ctypes
import os
import signal
import sys
import time

PR_SET_PDEATHSIG = 1
LOOK_EVERY_SECONDS = 1.0


def ask_kernel_for_death_signal() -> None:
    """Have Linux kill this process, whatever program it becomes, at the moment its parent dies."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def leave_watcher(launcher_pid: int) -> None:
    """Leave a child behind that kills this process once the launcher is gone, for systems without death signals."""
    tethered_pid = os.getpid()
    if os.fork() != 0:
        return
    while os.getppid() == tethered_pid:
        if not _exists(launcher_pid):
            os.kill(tethered_pid, signal.SIGKILL)
        time.sleep(LOOK_EVERY_SECONDS)
    os._exit(0)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main(arguments: list[str]) -> None:
    """Tie this process to the launcher and become the command."""
    launcher_pid, command = int(arguments[0]), arguments[1:]
    if sys.platform == "linux" and "RUSHES_TETHER_WATCH" not in os.environ:
        ask_kernel_for_death_signal()
    else:
        leave_watcher(launcher_pid)
    if os.getppid() != launcher_pid:
        sys.exit("the launcher ended before this process began")
    os.execvp(command[0], command)  # noqa: S606  the launcher wrote the command, no shell is involved


if __name__ == "__main__":
    main(sys.argv[1:])
