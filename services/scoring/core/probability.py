"""From factors to a probability: a logistic sum with published weights (docs/scoring.md)."""

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from services.scoring.core.evidence import NEUTRAL
from shared.contracts.reports.scoring import FactorId, ScoredFactor

BASE = -0.85
"""The log-odds of a deal of which nothing is known: 30 %."""

WEIGHTS: Mapping[FactorId, float] = MappingProxyType(
    {
        "engagement": 0.50,
        "recency": 0.50,
        "momentum": 0.35,
        "coverage_of_people": 0.40,
        "next_step_agreed": 0.70,
        "objections_open": 0.45,
        "pricing_discussed": 0.30,
        "sentiment": 0.30,
        "forecast_hygiene": 0.30,
    }
)
"""What a factor adds to the log-odds at most, or takes away. Set by judgement, not fitted: no outcomes are at hand.

All together 3.8: everything good makes 95 %, everything bad 1 %.
"""


def probability(factors: Iterable[ScoredFactor]) -> int:
    """The probability in whole per cent; a factor counts as far as its evidence is at hand."""
    log_odds = BASE + sum(weight_of(factor) for factor in factors)
    return round(100 / (1 + math.exp(-log_odds)))


def weight_of(factor: ScoredFactor) -> float:
    """What one factor adds to the log-odds."""
    return WEIGHTS[factor.factor_id] * factor.completion / 100 * (factor.score - NEUTRAL) / NEUTRAL
