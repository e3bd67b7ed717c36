"""When the sweeper must look at a run: silence and deadlines."""

from datetime import datetime, timedelta

from services.gateway.core.run import NEVER, RunState, StageState

SILENCE = timedelta(seconds=30)
"""A stage at work says something at least every 5 s; six missed signs mean that its worker is gone."""
UNCLAIMED = timedelta(seconds=30)
"""Every worker may be busy, so an offer is repeated with doubling pauses from this on …"""
UNCLAIMED_MOST = timedelta(minutes=5)
"""… to this."""


def due_at(stage: StageState) -> datetime:
    """When a stage's silence becomes a reason to act."""
    if stage["status"] == "started":
        return stage["heard_at"] + SILENCE
    if stage["status"] == "offered":
        doublings: int = stage["offers"] - 1
        return stage["heard_at"] + min(UNCLAIMED * (1 << doublings), UNCLAIMED_MOST)
    return NEVER


def attention_at(run: RunState) -> datetime:
    """The earliest instant at which anything about the run is due."""
    if run["status"] != "processing":
        return NEVER
    return min([run["deadline_at"], *(due_at(stage) for stage in run["stages"])])
