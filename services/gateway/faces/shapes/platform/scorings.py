"""Scorings of deals and their streams (platform contract, 9.3, 9.4 and section 15)."""

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel

from services.gateway.faces.shapes.platform.analyses import RunError
from services.gateway.faces.shapes.shape import (
    BEGUN,
    CHANGED,
    DEAL_ID,
    MADE,
    SCORING_ID,
    Id,
    Instant,
    Percent,
    Shape,
    may_be_absent,
    shows,
)


class ScoringFactor(Shape):
    """One of the factors that the probability is made of; the deal shows how much of its evidence is at hand."""

    factor_id: str = Field(description="Stable over scorings and deals.")
    score: Percent = Field(description="0 to 100; 50 speaks neither for nor against the deal.")
    reason: str = Field(description="Names the evidence.")


class ScoringResult(Shape):
    """How likely the deal is won, and why; the deal has got the same."""

    probability: Percent = Field(description="0 to 100.")
    factors: list[ScoringFactor]


class _ScoringMembers(Shape):
    """What a scoring shows in every state."""

    id: Id
    deal_id: Id
    created_at: Instant
    updated_at: Instant


class ScoringProcessing(_ScoringMembers):
    """A scoring that is queued or in flight."""

    status: Literal["processing"]
    started_at: Instant = may_be_absent("Left out until work starts.")


class ScoringCompleted(_ScoringMembers):
    """A scoring that succeeded; it never changes again."""

    status: Literal["completed"]
    started_at: Instant
    finished_at: Instant
    result: ScoringResult


class ScoringFailed(_ScoringMembers):
    """A scoring that failed for good; it never changes again, and its deal is as it was."""

    status: Literal["failed"]
    started_at: Instant = may_be_absent("Left out when work had not started.")
    finished_at: Instant
    error: RunError


_NEW_SCORING: dict[str, Any] = {
    "id": SCORING_ID,
    "deal_id": DEAL_ID,
    "status": "processing",
    "created_at": MADE,
    "updated_at": MADE,
}


class NewScoring(_ScoringMembers):
    """A scoring as its creation shows it."""

    model_config = shows(**_NEW_SCORING)

    status: Literal["processing"]


class Scoring(
    RootModel[Annotated[ScoringProcessing | ScoringCompleted | ScoringFailed, Field(discriminator="status")]]
):
    """A scoring of a deal; `result` and `error` are there only in the state they belong to."""

    model_config = shows(
        **_NEW_SCORING
        | {
            "status": "completed",
            "started_at": BEGUN,
            "finished_at": CHANGED,
            "updated_at": CHANGED,
            "result": {
                "probability": 62,
                "factors": [
                    {
                        "factor_id": "recency",
                        "score": 86,
                        "reason": 'The last contact was 3 days ago: call "First call" on 2026-01-28.',
                    }
                ],
            },
        }
    )


class ScoringProgress(Shape):
    """The data of both events of a scoring's stream."""

    model_config = shows(progress_percent=0, current_stage=None, resource=_NEW_SCORING)

    progress_percent: Annotated[int, Field(ge=0, le=100)] = Field(
        description="Never falls, and is 100 only when the run is completed."
    )
    current_stage: str | None = Field(description="The stage in flight; null while queued and after the end.")
    resource: Scoring = Field(description="What GET returns under `data` at that moment.")
