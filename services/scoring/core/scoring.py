"""The scoring of a deal: every factor, and the probability that they give."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from services.scoring.core.contacts import coverage_of_people, engagement, momentum, recency
from services.scoring.core.conversations import next_step_agreed, objections_open, pricing_discussed, sentiment
from services.scoring.core.evidence import Part, factor
from services.scoring.core.forecast import forecast_hygiene
from services.scoring.core.probability import probability
from shared.contracts.deal_snapshot import DealSnapshot
from shared.contracts.reports.scoring import FactorId, ScoringReport

FACTORS: Mapping[FactorId, Callable[[DealSnapshot], Sequence[Part]]] = MappingProxyType(
    {
        "engagement": engagement,
        "recency": recency,
        "momentum": momentum,
        "coverage_of_people": coverage_of_people,
        "next_step_agreed": next_step_agreed,
        "objections_open": objections_open,
        "pricing_discussed": pricing_discussed,
        "sentiment": sentiment,
        "forecast_hygiene": forecast_hygiene,
    }
)


def score(snapshot: DealSnapshot) -> ScoringReport:
    """Score a deal; equal snapshots give equal reports."""
    factors = tuple(factor(factor_id, parts_of(snapshot)) for factor_id, parts_of in FACTORS.items())
    return ScoringReport(probability=probability(factors), factors=factors)
