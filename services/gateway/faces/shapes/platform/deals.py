"""Deals, what happened in them, and who works on them (platform contract, sections 9 and 10)."""

from typing import Any, Literal

from pydantic import Field

from services.gateway.faces.shapes.shape import (
    ACTIVITY_ID,
    CHANGED,
    DEAL_ID,
    MADE,
    MEMBER_ID,
    Id,
    Instant,
    Percent,
    Shape,
    shows,
)


class ScoreFactor(Shape):
    """One of the factors that a deal's probability is made of."""

    id: str
    factor_id: str = Field(description="Stable over scorings and deals.")
    score: Percent = Field(description="0 to 100.")
    completion: Percent = Field(description="Share of the factor's evidence that is at hand, 0 to 100.")
    reason: str


_DEAL: dict[str, Any] = {
    "id": DEAL_ID,
    "title": "Acme, forty seats",
    "created_at": MADE,
    "updated_at": CHANGED,
    "product_id": "team",
    "owner_id": MEMBER_ID,
    "forecast_amount": 48000,
    "close_date": "2026-03-31T00:00:00.000Z",
    "probability": 62,
}


class DealInList(Shape):
    """A deal as lists show it; what is unknown is null."""

    model_config = shows(**_DEAL)

    id: Id
    title: str
    created_at: Instant
    updated_at: Instant
    product_id: str | None
    owner_id: Id | None = Field(description="A member of the organization.")
    forecast_amount: float | None = Field(description="In the organization's own currency.")
    close_date: Instant | None
    probability: Percent | None = Field(description="0 to 100.")


class Deal(DealInList):
    """A deal with the factors of its last completed scoring."""

    model_config = shows(
        **_DEAL,
        score_factors=[
            {
                "id": "3c5e7a9b1d2f4608",
                "factor_id": "next_step_agreed",
                "score": 70,
                "completion": 100,
                "reason": 'A next step was named: "See you on Friday." (0:12 in "First call"). No activity is planned.',
            }
        ],
    )

    score_factors: list[ScoreFactor] = Field(description="Empty before the first completed scoring.")


_ACTIVITY: dict[str, Any] = {
    "id": ACTIVITY_ID,
    "deal_id": DEAL_ID,
    "type": "call",
    "title": "First call",
    "body": None,
    "actor_id": MEMBER_ID,
    "occurred_at": MADE,
    "created_at": MADE,
}


class Activity(Shape):
    """Something that happened in a deal."""

    model_config = shows(**_ACTIVITY)

    id: Id
    deal_id: Id
    type: str = Field(description="For example `call`, `email`, `meeting`, `note`.")
    title: str | None
    body: str | None
    actor_id: Id | None = Field(description="A member of the organization.")
    occurred_at: Instant
    created_at: Instant


_MEMBER: dict[str, Any] = {
    "id": MEMBER_ID,
    "name": "Ann Lee",
    "email": "ann@example.com",
    "role": "member",
    "created_at": MADE,
}


class Member(Shape):
    """A person of the organization."""

    model_config = shows(**_MEMBER)

    id: Id
    name: str
    email: str
    role: Literal["admin", "member"]
    created_at: Instant
