"""The plan that keeps both cores busy: every stage, each after those that it reads."""

from deploy.standalone.workers import make_stages
from shared.contracts import plans
from shared.contracts.plans import STAGES_OF_VIDEOS, Plan, Step

PREPARATION = "ingest"


def install() -> None:
    """Make it the plan of analyses in this process."""
    plans.PLANS["analysis"] = Plan(
        tuple(
            Step(stage.name, after=tuple(name for name in stage.input_stages if name != PREPARATION))
            for stage in make_stages()
            if stage.name in STAGES_OF_VIDEOS - {PREPARATION}
        )
    )
