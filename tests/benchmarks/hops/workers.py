"""Six stages that do nothing in one worker: `python -m tests.benchmarks.hops.workers`."""

from typing import Any

import structlog

from shared.kit.service import run_services
from shared.testkit.stages import make_play_stage
from tests.benchmarks.hops.marks import Marks
from tests.benchmarks.hops.plan import STAGES


def hear(marks: Marks) -> None:
    # A pool process imports this module again, and needs none of these.
    from shared.kit.compute import Compute  # noqa: PLC0415
    from shared.kit.documents import Collection  # noqa: PLC0415
    from shared.kit.runner import Shelf, StageRunner  # noqa: PLC0415
    from shared.kit.runner.attempt import Attempt  # noqa: PLC0415

    marks.on(StageRunner, "hear", before=lambda _, heard: (heard.event.run_id, f"{heard.event.stage} heard"))
    marks.on(Collection, "insert", after=claimed)
    marks.on(Attempt, "_work", before=working("looked"))
    marks.on(Compute, "work", before=working("working"), after=working("worked"))
    marks.on(Shelf, "store", before=working("storing"), after=working("kept"))


def claimed(_: object, document: dict[str, Any]) -> tuple[str, str]:
    run_id, stage, _attempt = document["_id"].split(":")
    return run_id, f"{stage} claimed"


def working(place: str) -> Any:
    def name(*_: object) -> tuple[str, str]:
        bound = structlog.contextvars.get_contextvars()
        return bound["run_id"], f"{bound['stage']} {place}"

    return name


if __name__ == "__main__":
    hear(Marks())
    run_services([make_play_stage(stage) for stage in STAGES])
