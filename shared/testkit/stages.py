"""Stages that do nothing, and stages that misbehave, for tests and benchmarks of everything around a stage."""

import mmap
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.artifacts import REPORT, SourceReference
from shared.contracts.failures import FailureCode, PermanentFailure
from shared.kit.stage import Inputs, Progress, Stage, WarmUp

MEBIBYTE = 1 << 20

Behaviour = Literal[
    "none", "slow", "crash", "exit", "segfault", "memory", "permanent", "unexpected", "endless", "child", "wrong_report"
]


class PlayParameters(BaseModel):
    """What the stage is to do.

    Attributes:
        size_bytes: How much `memory` takes, and how long the file is that `none` and `slow` write; 0: none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    behaviour: Behaviour = "none"
    seconds: float = 0.0
    steps: int = 10
    size_bytes: int = 0
    word: str = ""


class PlayReport(BaseModel):
    """What it saw: the process that worked, and the reports of its inputs by stage."""

    model_config = ConfigDict(frozen=True)

    pid: int
    word: str
    source_bytes: int | None = None
    heard: dict[str, str] = {}
    files: tuple[str, ...] = ()


class OtherReport(BaseModel):
    """Not what the stage promises."""


def play(inputs: Inputs, parameters: PlayParameters, say: Progress) -> PlayReport:
    """Behave as the parameters say."""
    match parameters.behaviour:
        case "slow":
            for step in range(parameters.steps):
                time.sleep(parameters.seconds / parameters.steps)
                say((step + 1) / parameters.steps)
        case "memory":
            say(0.1)
            _hold(parameters.size_bytes, parameters.seconds)
        case "permanent":
            raise PermanentFailure(FailureCode.UNREADABLE, "This is no video.")
        case "unexpected":
            raise _UnpicklableError(lambda: None, 7)
        case "wrong_report":
            return OtherReport()  # type: ignore[return-value]
        case "none":
            pass
        case _:
            say(0.5)
            _never_answer(inputs, parameters.behaviour)
    return _report(inputs, parameters)


def _never_answer(inputs: Inputs, behaviour: Behaviour) -> None:
    match behaviour:
        case "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(0)
        case "segfault":
            signal.raise_signal(signal.SIGSEGV)
        case "child":
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            inputs.output("child.pid").write_text(str(child.pid))
            child.wait()
        case _:
            while True:
                time.sleep(3600)


class _UnpicklableError(Exception):
    """Survives no border between processes."""

    def __init__(self, function: object, number: int) -> None:
        super().__init__("seven")
        self.function = function
        self.number = number


def _hold(size_bytes: int, seconds: float) -> None:
    with mmap.mmap(-1, size_bytes) as memory:
        for offset in range(0, size_bytes, mmap.PAGESIZE):
            memory[offset] = 1
        time.sleep(seconds)


def _report(inputs: Inputs, parameters: PlayParameters) -> PlayReport:
    if parameters.size_bytes:
        inputs.output("data.bin").write_bytes(os.urandom(parameters.size_bytes))
    earlier = inputs.directory / "inputs"
    found = sorted(path for path in earlier.rglob("*") if path.is_file()) if earlier.exists() else []
    return PlayReport(
        pid=os.getpid(),
        word=parameters.word,
        source_bytes=inputs.source.stat().st_size if inputs.source.exists() else None,
        heard={path.parent.name: path.read_text() for path in found if path.name == REPORT},
        files=tuple(path.relative_to(earlier).as_posix() for path in found),
    )


def make_play_stage(name: str = "ingest", **changes: Any) -> Stage[PlayParameters, PlayReport]:  # noqa: ANN401  fields of Stage
    """A stage that does nothing unless its offer's parameters say otherwise."""
    fields: dict[str, Any] = {
        "version": 1,
        "reads": (),
        "writes": PlayReport,
        "parameters": PlayParameters(),
        "run": play,
        "memory_limit_bytes": 256 * MEBIBYTE,
    }
    return Stage(name=name, **(fields | changes))


def warm_slowly(warm_up: WarmUp) -> None:
    """Take a while, and leave a trace of having been called with these values."""
    time.sleep(0.2)
    (warm_up.models_dir / f"warm-{os.getpid()}").write_text(str(warm_up.threads))


def warm_badly(_warm_up: WarmUp) -> None:
    """Fail."""
    raise FileNotFoundError("the model is not there")


def place_inputs(
    directory: Path,
    *,
    source: Path | None = None,
    artifacts: Mapping[str, Mapping[str, bytes | Path]] | None = None,
    models_dir: Path = Path("models"),
    threads: int = 1,
) -> Inputs:
    """The inputs of a task as a runner lays them out, to call a stage's `run` without one.

    `artifacts` has the files of each input artifact, by stage and name, as bytes or as a file to link to.
    """
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "output").mkdir(exist_ok=True)
    if source is not None:
        (directory / "source").symlink_to(source.resolve())
    inputs = Inputs(
        directory=directory,
        source_reference=SourceReference(bucket="rushes-media", key="source", size_bytes=0, sha256="0" * 64),
        models_dir=models_dir,
        threads=threads,
    )
    for stage, files in (artifacts or {}).items():
        for name, content in files.items():
            path = inputs.file(stage, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                path.symlink_to(content.resolve())
            else:
                path.write_bytes(content)
    return inputs
