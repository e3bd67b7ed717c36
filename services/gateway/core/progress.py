"""What clients see of a run in flight."""

from services.gateway.core.run import RunState, plan_of

ALMOST = 99
"""A run shows 100 only when it is complete."""


def percent(run: RunState) -> int:
    """The share of the plan's weight that is done, 0 to 100; never less than was shown before."""
    if run["status"] == "completed":
        return 100
    plan = plan_of(run)
    total = sum(step.weight for step in plan.steps)
    done = sum(plan.step(stage["stage"]).weight * stage["progress"] for stage in run["stages"])
    return max(run["progress_percent"], min(ALMOST, int(100 * done / total)))


def current_stage(run: RunState) -> str | None:
    """The first stage in the plan's order that is not complete, once any work has started.

    Stages run side by side, so the one shown moves in the documented order whatever ends first.
    """
    if run["status"] != "processing" or all(stage["status"] in ("waiting", "offered") for stage in run["stages"]):
        return None
    return next((stage["stage"] for stage in run["stages"] if stage["status"] != "completed"), None)
