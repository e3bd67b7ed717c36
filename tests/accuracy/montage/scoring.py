"""How many of the known transitions were found, and what was found besides."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.accuracy.montage.building import Truth

TOLERANCE_SECONDS = 0.3
"""Between the middle of a known transition and the boundary that was found."""

GOAL_KINDS = ("cut", "fade", "dissolve", "wipe")
"""What the goal speaks of."""


@dataclass(frozen=True)
class Found:
    """A boundary that was found; the kind is empty where the method tells none."""

    kind: str
    at_seconds: float
    seconds: float = 0.0


@dataclass
class Score:
    """What is counted over several files, by the true kind.

    Attributes:
        met: The true transition and what was found, for each that was met.
        false: How many boundaries were found where none is.
        disturbed, split: How many disturbances there are, by their kind, and in how many of them a boundary was found.
    """

    true: Counter[str] = field(default_factory=Counter)
    met: list[tuple[Truth, Found]] = field(default_factory=list)
    false: int = 0
    disturbed: Counter[str] = field(default_factory=Counter)
    split: Counter[str] = field(default_factory=Counter)

    def add(self, truth: Sequence[Truth], disturbances: Sequence[Truth], found: Sequence[Found]) -> None:
        """Count one file; each true transition is met once at most, the nearest pairs first."""
        pairs = sorted(
            (abs(entry.at_seconds - true.middle_seconds), number, index)
            for number, true in enumerate(truth)
            for index, entry in enumerate(found)
        )
        taken: dict[int, int] = {}
        for distance, number, index in pairs:
            if distance <= TOLERANCE_SECONDS + 1e-9 and number not in taken and index not in taken.values():
                taken[number] = index
        self.true.update(true.kind for true in truth)
        self.met += [(truth[number], found[index]) for number, index in taken.items()]
        false = [entry for index, entry in enumerate(found) if index not in taken.values()]
        self.false += len(false)
        self.disturbed.update(disturbance.kind for disturbance in disturbances)
        self.split.update(
            disturbance.kind
            for disturbance in disturbances
            if any(
                disturbance.start_seconds - TOLERANCE_SECONDS
                <= entry.at_seconds
                <= disturbance.end_seconds + TOLERANCE_SECONDS
                for entry in false
            )
        )

    def f_measure(self, kinds: Sequence[str] | None = None) -> float:
        """F1 over the true transitions of some kinds, or all; every false boundary counts in both."""
        true = sum(count for kind, count in self.true.items() if kinds is None or kind in kinds)
        met = sum(1 for entry, _ in self.met if kinds is None or entry.kind in kinds)
        return 2 * met / (true + met + self.false) if true + self.false else 1.0

    @property
    def precision(self) -> float:
        """The share of the found boundaries that are true."""
        return len(self.met) / max(1, len(self.met) + self.false)

    @property
    def recall(self) -> float:
        """The share of the true transitions that were found."""
        return len(self.met) / max(1, self.true.total())

    @property
    def right_kind(self) -> float:
        """The share of the met transitions whose kind is told right."""
        return sum(true.kind == entry.kind for true, entry in self.met) / max(1, len(self.met))
