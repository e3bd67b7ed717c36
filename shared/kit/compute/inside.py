"""What happens inside a pool process: its beginning, and one piece of work after the other."""

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import structlog
from pydantic import BaseModel

from shared.contracts.artifacts import REPORT
from shared.contracts.failures import FailureCode, PermanentFailure
from shared.kit.compute.failures import WorkFailed
from shared.kit.compute.memory import give_back
from shared.kit.compute.progress import ProgressFile
from shared.kit.stage import Inputs, Progress, WarmUp
from shared.kit.telemetry import setup_telemetry

NICENESS = 5
"""The service's own loop, the gateway and the stores answer first when the cores are all taken."""

PR_SET_PDEATHSIG = 1
"""From linux/prctl.h."""


@dataclass(frozen=True)
class Beginning:
    """What a pool process is told once.

    Attributes:
        warm: The stages' warm-up functions.
        log_level: None: the process keeps the library's own way of writing lines.
    """

    service: str
    warm: tuple[Callable[[WarmUp], None], ...]
    models_dir: Path
    threads: int = 1
    log_level: str | None = None
    log_format: str | None = None


@dataclass(frozen=True)
class Hello:
    """What a pool process says of itself once it is warm; `failures`: a traceback for each warm-up that failed."""

    pid: int
    resident_bytes: int
    failures: tuple[str, ...]


@dataclass(frozen=True)
class Work:
    """One piece of work.

    Attributes:
        memory_limit_bytes: Resident memory that it may add to that of the warm process.
        limit_seconds: Wall-clock time from its start in the process; None: whoever waits decides.
    """

    run: Callable[[Inputs, Any, Progress], BaseModel]
    inputs: Inputs
    parameters: BaseModel
    writes: type[BaseModel]
    progress: ProgressFile
    memory_limit_bytes: int
    limit_seconds: float | None = None


@dataclass(frozen=True)
class Outcome:
    """How a piece of work ended: plain values, because an exception of any library may not survive the way back."""

    failure: tuple[FailureCode, str] | None = None
    is_permanent: bool = False
    detail: str = ""

    def raise_failure(self) -> None:
        """Raise what the work ended with, if it did."""
        if self.failure is None:
            return
        code, message = self.failure
        if self.is_permanent:
            raise PermanentFailure(code, message)
        raise WorkFailed(code, message, self.detail)


_warm_up_failures: list[str] = []


def begin(beginning: Beginning) -> None:
    """Prepare the process; runs before any work, and an exception here would end the process again and again."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the service decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a handler in Python would wait for the running C code
    _die_with_parent()
    os.nice(NICENESS)
    if beginning.log_level is not None:
        setup_telemetry(beginning.service, beginning.log_level, log_format=beginning.log_format)
    for warm in beginning.warm:
        try:
            warm(WarmUp(models_dir=beginning.models_dir, threads=beginning.threads))
        except Exception:  # noqa: BLE001  whatever a stage's library raises is told to the service, which is then not ready
            _warm_up_failures.append(traceback.format_exc())
    give_back()  # networks that are built in memory are copied several times on the way


def hello() -> Hello:
    """Answered only when the beginning is over."""
    return Hello(os.getpid(), psutil.Process().memory_info().rss, tuple(_warm_up_failures))


def do(work: Work) -> Outcome:
    """Do the work and leave its report beside its other files."""
    say = work.progress.open()
    try:
        report = work.run(work.inputs, work.parameters, say)
        if not isinstance(report, work.writes):
            return _unexpected(f"it gave a {type(report).__name__}, not a {work.writes.__name__}")
        work.inputs.output(REPORT).write_bytes(report.model_dump_json().encode())
    except PermanentFailure as failure:
        return Outcome((failure.code, failure.message), is_permanent=True, detail=traceback.format_exc())
    except MemoryError:
        return Outcome((FailureCode.OUT_OF_MEMORY, "The work needs more memory than there is."))
    except (Exception, SystemExit) as error:  # noqa: BLE001  the guard of the work: everything else is an internal error
        return _unexpected(type(error).__name__, traceback.format_exc())
    finally:
        say.close()
        structlog.contextvars.clear_contextvars()
        give_back()
    return Outcome()


def _unexpected(what: str, detail: str = "") -> Outcome:
    return Outcome((FailureCode.INTERNAL_ERROR, f"The stage failed unexpectedly: {what}."), detail=detail)


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if sys.platform == "linux":
        # The signal comes when the parent's thread that made this process ends; that is the thread of its event loop.
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent.pid:  # it died before the call
            os._exit(1)
    else:
        threading.Thread(target=_exit_after, args=(parent,), daemon=True).start()


def _exit_after(parent: Any) -> None:  # noqa: ANN401  multiprocessing does not export the class
    parent.join()
    os._exit(1)
