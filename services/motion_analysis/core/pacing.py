"""How much moves, second by second and over all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PACING_STEP_SECONDS = 1.0
HALF_WAY_SPEED = 0.2
"""Frame widths per second at which the scale of motion_intensity has gone 63 % of its way: a brisk pan."""


def pacing_of(pairs: NDArray[Any], duration_seconds: float) -> tuple[float, ...]:
    """The mean motion magnitude in each second, in frame widths per second.

    A second in which nothing was compared (within a transition) is as the one before it, or after it.
    """
    count = max(1, math.ceil(duration_seconds / PACING_STEP_SECONDS - 1e-6))
    if not len(pairs):
        return (0.0,) * count
    edges = np.arange(count + 1, dtype=np.float64) * PACING_STEP_SECONDS
    way = _up_to(edges, pairs, pairs["magnitude"])
    seconds = _up_to(edges, pairs, pairs["end"] - pairs["begin"])
    compared = np.flatnonzero(seconds > 0)
    speeds = way[compared] / seconds[compared]
    nearest = np.clip(np.searchsorted(compared, np.arange(count), side="right") - 1, 0, None)
    return tuple(speeds[nearest].tolist())


def motion_intensity(pairs: NDArray[Any]) -> float:
    """How much moves over all, 0 static to 100: 100 (1 - exp(-speed / 0.2)) of the mean motion magnitude per second."""
    seconds = float((pairs["end"] - pairs["begin"]).sum())
    if not seconds:
        return 0.0
    return 100.0 * (1.0 - math.exp(-float(pairs["magnitude"].sum()) / seconds / HALF_WAY_SPEED))


def _up_to(edges: NDArray[np.float64], pairs: NDArray[Any], amounts: NDArray[Any]) -> NDArray[np.float64]:
    """What falls between neighbouring edges of amounts that are spread evenly over their pairs."""
    times = np.stack([pairs["begin"], pairs["end"]], axis=1).reshape(-1)
    sums = np.cumsum(np.stack([np.zeros(len(pairs)), amounts], axis=1).reshape(-1))
    between: NDArray[np.float64] = np.diff(np.interp(edges, times, sums))
    return between
