"""What finding a transition gives, however it was found."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.reports.video_analysis import Transition


@dataclass(frozen=True, slots=True)
class Boundary:
    """How one shot becomes the next.

    Attributes:
        kind: What it looks like.
        start_seconds, end_seconds: From the last instant of the old shot alone to the first of the new one alone; the
            same for a cut: the time of the new shot's first frame.
        score: How sure it is, 0 to 1.
    """

    kind: Transition
    start_seconds: float
    end_seconds: float
    score: float

    @property
    def middle_seconds(self) -> float:
        """Where the new shot is said to begin."""
        return (self.start_seconds + self.end_seconds) / 2

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return self.end_seconds - self.start_seconds


@dataclass(frozen=True, slots=True)
class Candidate:
    """A boundary that was found.

    Attributes:
        distance: Root mean square difference (0 to 255) of the pictures before and after.
        is_sure: False where the cheap tests doubt.
    """

    boundary: Boundary
    distance: float
    is_sure: bool
