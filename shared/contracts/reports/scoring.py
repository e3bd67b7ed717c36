"""What a scoring says of a deal: its factors and the probability that they give."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

FactorId = Literal[
    "engagement",
    "recency",
    "momentum",
    "coverage_of_people",
    "next_step_agreed",
    "objections_open",
    "pricing_discussed",
    "sentiment",
    "forecast_hygiene",
]
"""Closed for one version of the stage; a factor keeps its id for ever."""

Percent = Annotated[int, Field(ge=0, le=100)]


class ScoredFactor(BaseModel):
    """One of the things that speak for or against a deal.

    Attributes:
        score: 50 speaks neither for nor against it.
        completion: Share of the factor's evidence that is at hand, in per cent; 0: nothing is known, the score is 50.
        reason: Names the evidence, in English.
    """

    model_config = ConfigDict(frozen=True)

    factor_id: FactorId
    score: Percent
    completion: Percent
    reason: str


class ScoringReport(BaseModel):
    """The scoring of one deal at one instant.

    Attributes:
        probability: That the deal is won, in per cent; follows from the factors' numbers alone.
        factors: All of them, in the order of `FactorId`.
    """

    model_config = ConfigDict(frozen=True)

    probability: Percent
    factors: tuple[ScoredFactor, ...]
