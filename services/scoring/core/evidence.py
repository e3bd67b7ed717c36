"""A factor is made of parts: each a share of its evidence that is at hand or not, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.contracts.reports.scoring import FactorId, ScoredFactor

NEUTRAL = 50
"""Speaks neither for nor against a deal."""

LONGEST_QUOTE = 160
"""Characters: one spoken sentence, not a speech."""


@dataclass(frozen=True)
class Part:
    """One piece of a factor's evidence.

    Attributes:
        share: Of the factor's evidence, 0 to 1; those of a factor add up to 1.
        at_hand: How much of it is known, 0 to 1.
        score: What it says, 0 to 100.
        reason: A sentence that names the evidence, or says what is missing.
    """

    share: float
    at_hand: float
    score: float
    reason: str


def missing(share: float, reason: str) -> Part:
    """A part of which nothing is known."""
    return Part(share, 0.0, NEUTRAL, reason)


def factor(factor_id: FactorId, parts: Sequence[Part]) -> ScoredFactor:
    """The mean of what is at hand, by share, in whole numbers: the probability is made of what is shown."""
    known = sum(part.share * part.at_hand for part in parts)
    said = sum(part.share * part.at_hand * part.score for part in parts)
    completion = round(100 * known)
    return ScoredFactor(
        factor_id=factor_id,
        score=round(said / known) if completion else NEUTRAL,
        completion=completion,
        reason=" ".join(part.reason for part in parts),
    )


def quoted(text: str) -> str:
    """The text on one line in quotation marks, cut where it is long."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= LONGEST_QUOTE else f'"{line[: LONGEST_QUOTE - 1].rstrip()}…"'


def counted(number: int, noun: str) -> str:
    """`1 day`, `2 days`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
