"""The plan that is measured: six stages that do nothing, one after the other."""

from shared.contracts import plans
from shared.contracts.plans import Plan, Step
from shared.contracts.topics import Topic, dead_letters, offers

STAGES = tuple(f"hop_{number}" for number in range(1, 7))
PLAN = Plan(
    tuple(Step(stage, after=STAGES[number - 1 : number] if number else ()) for number, stage in enumerate(STAGES))
)


def install() -> None:
    """Make it the plan of analyses in this process."""
    plans.PLANS["analysis"] = PLAN


def topics() -> list[Topic]:
    """What must exist beside the topics of the table."""
    return [topic for stage in STAGES for topic in (offers(stage), dead_letters(stage))]
