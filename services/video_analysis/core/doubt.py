"""Asking TransNetV2 about the spots at which the cheap tests doubt: a bounded share of the video."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.video_analysis.core.boundary import Boundary, Candidate
    from services.video_analysis.core.measuring import Look

Ask = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Looks at small pictures in the order of time, shape (n, 27, 48, 3), and gives how probably each is the middle of a
transition, shape (n,)."""

AROUND_SECONDS = 0.5
"""So much is shown before and after a doubtful spot: 24 pictures at 24 a second."""

SAMPLE_SECONDS = 0.03
"""Frames closer than this to the one before are left out: the network knows films of about 25 pictures a second."""

MOST_PICTURES = 100
"""What the network was trained on at a time."""

LEAST_PROBABILITY = 0.15
"""With so few pictures the network is careful: real cuts that the cheap tests doubted got 0.21 and more, what moved
past the camera 0.08 and less."""

NEAR_SECONDS = 0.15
"""So near to a doubtful spot, or inside it, the transition must be."""

ASKED_SHARE, ASKED_AT_LEAST = 0.06, 150
"""Of all frames, so many are shown at most (a short video: so many pictures): a bound on the cost."""


def believed(doubtful: Sequence[Candidate], times: NDArray[np.float64], look: Look, ask: Ask | None) -> list[Candidate]:
    """Those of the doubtful that are transitions; without the network none."""
    if ask is None:
        return []
    left = max(ASKED_AT_LEAST, round(ASKED_SHARE * times.size))
    kept = []
    for candidate in sorted(doubtful, key=lambda candidate: -candidate.boundary.score * candidate.distance):
        frames = _shown(candidate.boundary, times)
        if frames.size > left:
            break
        left -= frames.size
        if _is_transition(
            candidate.boundary, times[frames], ask(look(int(frames[0]), int(frames[-1]) + 1)[frames - frames[0]])
        ):
            kept.append(candidate)
    return kept


def _shown(boundary: Boundary, times: NDArray[np.float64]) -> NDArray[np.int64]:
    """Numbers of the frames that are shown."""
    first, end = np.searchsorted(
        times, (boundary.start_seconds - AROUND_SECONDS, boundary.end_seconds + AROUND_SECONDS)
    )
    chosen = [int(first)]
    least = max(SAMPLE_SECONDS, (boundary.seconds + 2 * AROUND_SECONDS) / MOST_PICTURES)
    for frame in range(int(first) + 1, int(end)):
        if times[frame] - times[chosen[-1]] >= least:
            chosen.append(frame)
    return np.array(chosen, np.int64)


def _is_transition(boundary: Boundary, times: NDArray[np.float64], probabilities: NDArray[np.float32]) -> bool:
    near = (times >= boundary.start_seconds - NEAR_SECONDS) & (times <= boundary.end_seconds + NEAR_SECONDS)
    return bool(probabilities[near].max(initial=0.0) >= LEAST_PROBABILITY)
