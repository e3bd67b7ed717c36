"""The rule that decides when a stage is offered."""

from services.gateway.core.run import RunState, StageState, plan_of


def ready(run: RunState) -> list[StageState]:
    """The stages to offer now: not offered yet, and every stage they wait for is complete."""
    if run["status"] != "processing":
        return []
    plan = plan_of(run)
    complete = {stage["stage"] for stage in run["stages"] if stage["status"] == "completed"}
    return [
        stage
        for stage in run["stages"]
        if stage["status"] == "waiting" and complete.issuperset(plan.step(stage["stage"]).after)
    ]
