"""Stages run one after the other in this process, without a stack: for golden clips, accuracy and cost."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.contracts.artifacts import REPORT
from shared.testkit.stages import place_inputs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic import BaseModel

    from shared.kit.stage import AnyStage


@dataclass(frozen=True)
class Done:
    """What one stage left.

    Attributes:
        files: Its artifact's files by name, the report among them.
        cpu_seconds: Processor time of this process while it worked; of children it does not count.
    """

    report: Any
    files: dict[str, Path]
    cpu_seconds: float
    wall_seconds: float


def run_stages(
    clip: Path,
    stages: Sequence[AnyStage],
    directory: Path,
    *,
    models_dir: Path,
    threads: int = 1,
    before: dict[str, Done] | None = None,
) -> dict[str, Done]:
    """Run stages on a clip in their order; each finds what it reads among those before it.

    The tasks work in `directory`, and what they leave stays there. `before` holds what earlier stages left, so that
    e.g. `ingest` is run once for several variants of a later stage.
    """
    done = dict(before or {})
    for stage in stages:
        read = {
            name: {file: path for file, path in done[name].files.items() if stage.wants(name, file)}
            for name in stage.input_stages
        }
        inputs = place_inputs(
            directory / stage.name,
            source=clip if stage.reads_source else None,
            artifacts=read,
            models_dir=models_dir,
            threads=threads,
        )
        begun_cpu, begun_wall = time.process_time(), time.perf_counter()
        report: BaseModel = stage.run(inputs, stage.parameters, _nobody)
        cpu_seconds, wall_seconds = time.process_time() - begun_cpu, time.perf_counter() - begun_wall
        output = inputs.directory / "output"
        (output / REPORT).write_text(report.model_dump_json(), "utf-8")
        files = {path.relative_to(output).as_posix(): path for path in output.rglob("*") if path.is_file()}
        done[stage.name] = Done(report, files, cpu_seconds, wall_seconds)
    return done


def _nobody(_: float) -> None:
    """Hears the progress."""
