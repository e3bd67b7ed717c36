"""The stretches of a video in which one camera is seen, without the transitions between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.contracts.reports.video_analysis import Shot


@dataclass(frozen=True)
class ShotSpan:
    """A shot, in seconds.

    Attributes:
        start, end: From its first frame to the next shot's first.
        clear_start, clear_end: Between the transitions at its ends.
    """

    index: int
    start: float
    end: float
    clear_start: float
    clear_end: float


def clear_spans(shots: Sequence[Shot]) -> tuple[ShotSpan, ...]:
    """The shots without their gradual transitions, each of which lies around its boundary."""
    halves = [shot.transition_seconds / 2 for shot in shots] + [0.0]
    return tuple(
        ShotSpan(
            shot.index, shot.start_seconds, shot.end_seconds, shot.start_seconds + before, shot.end_seconds - after
        )
        for shot, before, after in zip(shots, halves[:-1], halves[1:], strict=True)
    )
