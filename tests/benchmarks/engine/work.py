"""Stages at work in a process of their own: `python -m tests.benchmarks.engine.work CLIP FOLDER STAGE…`.

They are warmed, then do their work on the clip; what stages before them left lies in the folder. A line of JSON says
what the warming took, and one more what each stage took.
"""

import resource
import sys
import time
from pathlib import Path
from typing import Any

import orjson

from deploy.standalone.workers import make_stages
from shared.kit.compute.memory import give_back
from shared.kit.stage import AnyStage, WarmUp
from shared.testkit.pipeline import Done, run_stages
from tests.benchmarks.engine.models import MODELS_DIR
from tests.benchmarks.measuring import MEBIBYTE

THREADS = 1
"""As a worker gives them where there is one pool process per core."""
PEAK, RESIDENT = "VmHWM", "VmRSS"


def main(clip: Path, folder: Path, names: list[str]) -> None:
    """Warm the stages, then run them one after the other."""
    stages = {stage.name: stage for stage in make_stages()}
    used, began = cpu_seconds(), time.perf_counter()
    for name in names:
        warm = stages[name].warm
        if warm is not None:
            warm(WarmUp(models_dir=MODELS_DIR, threads=THREADS))
    give_back()  # as a pool process does then
    say({"cpu_seconds": cpu_seconds() - used, "wall_seconds": time.perf_counter() - began, "mebibytes": memory()})
    done = {name: left_by(folder, name) for name in stages if (folder / name).exists()}
    for name in names:
        say({"stage": name} | work(stages[name], clip, folder, done))


def work(stage: AnyStage, clip: Path, folder: Path, done: dict[str, Done]) -> dict[str, Any]:
    """What one stage takes; it adds what it leaves to `done`."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak is counted anew
    used = cpu_seconds()
    done.update(run_stages(clip, [stage], folder, models_dir=MODELS_DIR, threads=THREADS, before=done))
    give_back()  # as a pool process does after every work
    return {
        "cpu_seconds": cpu_seconds() - used,
        "wall_seconds": done[stage.name].wall_seconds,
        "peak_mebibytes": memory(PEAK),
        "mebibytes": memory(),
    }


def left_by(folder: Path, name: str) -> Done:
    """What another process left of a stage."""
    output = folder / name / "output"
    files = {path.relative_to(output).as_posix(): path for path in output.rglob("*") if path.is_file()}
    return Done(None, files, 0.0, 0.0)


def cpu_seconds() -> float:
    """Of this process and of the children that it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def memory(what: str = RESIDENT) -> float:
    """Resident memory in MiB, now or at its peak."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    kibibytes = next(int(line.split()[1]) for line in lines if line.startswith(what))
    return kibibytes * 1024 / MEBIBYTE


def say(what: dict[str, Any]) -> None:
    """One line."""
    print(orjson.dumps(what).decode(), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
