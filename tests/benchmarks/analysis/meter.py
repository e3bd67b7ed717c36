"""A meter around the work of a stage, read in the pool process that does it."""

import dataclasses
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel

from shared.kit.stage import AnyStage, Inputs, Progress


@dataclass(frozen=True)
class Metered:
    """Does the work of a stage and leaves a line of what it took."""

    stage: AnyStage
    file: Path

    def __call__(self, inputs: Inputs, parameters: Any, say: Progress) -> BaseModel:
        used, began = _cpu_seconds(), time.monotonic()
        report: BaseModel = self.stage.run(inputs, parameters, say)
        line = {
            "stage": self.stage.name,
            "cpu_seconds": _cpu_seconds() - used,
            "wall_seconds": time.monotonic() - began,
            "began_seconds": began,
        }
        with self.file.open("ab") as lines:
            lines.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        return report


def metered(stage: AnyStage, file: Path) -> AnyStage:
    """The same stage, with a meter."""
    return dataclasses.replace(stage, run=Metered(stage, file))


def read(file: Path) -> dict[str, dict[str, float]]:
    """The latest line of each stage."""
    lines = [orjson.loads(line) for line in file.read_bytes().splitlines()] if file.exists() else []
    return {line["stage"]: line for line in lines}


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
