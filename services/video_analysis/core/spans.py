"""Which frames are a shot's, and which of them show it alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from services.video_analysis.core.shots import FoundShot


@dataclass(frozen=True, slots=True)
class Span:
    """The frames of a shot: numbers from the first up to, without, the end.

    Attributes:
        first, end: All of them; the spans of a video's shots tile its frames.
        clear_first, clear_end: Those outside gradual transitions; all of them when none would be left.
    """

    first: int
    end: int
    clear_first: int
    clear_end: int


def spans_of(shots: Sequence[FoundShot], times: NDArray[np.float64]) -> list[Span]:
    """The frames of every shot.

    Args:
        shots: Of the whole video.
        times: When each frame begins, shape (n,), n at least the number of shots.
    """
    firsts = [int(np.searchsorted(times, shot.start_seconds - 1e-6)) for shot in shots]
    ends = [*firsts[1:], len(times)]
    halves = [shot.transition_seconds / 2 for shot in shots]
    spans = []
    for shot, first, end, half_in, half_out in zip(shots, firsts, ends, halves, [*halves[1:], 0.0], strict=True):
        clear_first = int(np.searchsorted(times, shot.start_seconds + half_in - 1e-6))
        clear_end = min(end, int(np.searchsorted(times, shot.end_seconds - half_out - 1e-6))) if half_out else end
        is_clear = clear_first < clear_end
        spans.append(Span(first, end, clear_first if is_clear else first, clear_end if is_clear else end))
    return spans


def changes_of(shots: Sequence[FoundShot]) -> list[tuple[float, float]]:
    """From when to when, in seconds, the picture changes to each shot; to the first at 0."""
    return [
        (shot.start_seconds - shot.transition_seconds / 2, shot.start_seconds + shot.transition_seconds / 2)
        for shot in shots
    ]
