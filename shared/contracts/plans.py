"""Plans: which stages a run needs, and which of them each one waits for."""

from dataclasses import dataclass
from typing import Literal

RunKind = Literal["preparation", "analysis", "processing", "job", "scoring"]


@dataclass(frozen=True)
class Step:
    """One stage of a plan.

    Attributes:
        stage: The stage's name.
        after: The stages of the same plan that must be complete before this one is offered.
        weight: The step's share of the run's progress, relative to the others.
    """

    stage: str
    after: tuple[str, ...] = ()
    weight: int = 1


@dataclass(frozen=True)
class Plan:
    """The steps of a run, in the order in which a client sees them."""

    steps: tuple[Step, ...]

    def step(self, stage: str) -> Step:
        """The step of that stage; KeyError when the plan has none."""
        for step in self.steps:
            if step.stage == stage:
                return step
        raise KeyError(stage)


PREPARATION = Plan((Step("ingest"),))

ANALYSIS = Plan(
    (
        Step("video_analysis", weight=2),
        Step("transcription", weight=6),
        Step("insights", after=("video_analysis", "transcription"), weight=2),
    )
)

PROCESSING = Plan(
    (
        Step("video_analysis", weight=2),
        Step("transcription", weight=6),
        Step("visual_elements", after=("video_analysis",), weight=6),
        Step("video_reasoning", after=("video_analysis", "transcription", "visual_elements"), weight=1),
    )
)

JOB = Plan(
    (
        Step("video_analysis", weight=2),
        Step("audio_analysis", weight=2),
        Step("motion_analysis", after=("video_analysis",), weight=2),
    )
)

SCORING = Plan((Step("scoring"),))

PLANS: dict[RunKind, Plan] = {
    "preparation": PREPARATION,
    "analysis": ANALYSIS,
    "processing": PROCESSING,
    "job": JOB,
    "scoring": SCORING,
}

STAGES_OF_VIDEOS: frozenset[str] = frozenset(
    step.stage for plan in PLANS.values() if plan is not SCORING for step in plan.steps
)
"""All but those that look at something else."""

STAGES: tuple[str, ...] = tuple(dict.fromkeys(step.stage for plan in PLANS.values() for step in plan.steps))
