"""Where the time of a run went: its marks, put in a row from its creation to its last word."""

import statistics
from collections.abc import Mapping, Sequence

from tests.benchmarks.hops.plan import STAGES

STEPS: tuple[tuple[str, str], ...] = (
    ("heard", "Kafka: the offer, from the stored outbox to the worker"),
    ("claimed", "claim"),
    ("looked", "task begun, and what the look for the artifact takes longer than the claim"),
    ("working", "task directory"),
    ("worked", "pool process"),
    ("storing", "files listed"),
    ("kept", "upload of the report"),
    ("told", "Kafka: the completion, from the upload to the gateway"),
    ("folded", "read and fold"),
    ("stored", "replace, with the next offer in the outbox"),
)
"""The places that a hop passes, in order, and what lies before each."""


def steps_of(marks: Mapping[str, float]) -> dict[str, list[float]] | None:
    """Seconds of each step in each hop of a run; None when a mark is missing."""
    steps: dict[str, list[float]] = {name: [] for _, name in STEPS}
    before = marks.get("offered")
    for stage in STAGES:
        for place, name in STEPS:
            at = marks.get(f"{stage} {place}")
            if before is None or at is None:
                return None
            steps[name].append(at - before)
            before = at
    return steps


def medians(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median of each step over all hops of all runs whose marks are complete."""
    found: dict[str, list[float]] = {name: [] for _, name in STEPS}
    for marks in runs:
        for name, seconds in (steps_of(marks) or {}).items():
            found[name] += seconds
    return {name: statistics.median(seconds) for name, seconds in found.items() if seconds}
