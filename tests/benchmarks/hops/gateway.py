"""The gateway with a plan of six stages that do nothing: `python -m tests.benchmarks.hops.gateway`."""

import runpy
from collections.abc import Sequence
from typing import Any

from services.gateway.runs import Runs
from shared.contracts.events import StageCompleted
from shared.kit.bus import Heard
from shared.kit.documents import Collection
from tests.benchmarks.hops.marks import Marks
from tests.benchmarks.hops.plan import STAGES, install


def hear(marks: Marks) -> None:
    original = Runs.hear

    async def heard(self: Runs, batch: Sequence[Heard]) -> None:
        for one in batch:
            if isinstance(one.event, StageCompleted):
                marks.note(one.event.run_id, f"{one.event.stage} told")
        await original(self, batch)

    Runs.hear = heard  # type: ignore[method-assign]
    marks.on(Collection, "insert", after=lambda _, document: carries(document, "offered"))
    marks.on(Collection, "replace", before=folded("folded"), after=folded("stored"))


def folded(place: str) -> Any:
    def name(_: object, document: dict[str, Any]) -> tuple[str, str] | None:
        if "run" not in document or not (done := completed(document)):
            return None
        return document["_id"], f"{STAGES[done - 1]} {place}"

    return name


def carries(document: dict[str, Any], place: str) -> tuple[str, str] | None:
    return (document["_id"], place) if "run" in document else None


def completed(document: dict[str, Any]) -> int:
    return sum(stage["status"] == "completed" for stage in document["run"]["stages"])


if __name__ == "__main__":
    install()
    hear(Marks())
    runpy.run_module("services.gateway", run_name="__main__")
