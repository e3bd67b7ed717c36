"""How many instants were found: each true one may be met once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def hits(found: Sequence[float], true: Sequence[float], tolerance_seconds: float = 0.07) -> int:
    """How many true instants have a found one of their own within the tolerance; both in order."""
    count = used = 0
    for instant in true:
        first = max(used, bisect_left(found, instant - tolerance_seconds))
        if first < len(found) and found[first] <= instant + tolerance_seconds:
            count += 1
            used = first + 1
    return count


def f_measure(found: Sequence[float], true: Sequence[float], tolerance_seconds: float = 0.07) -> float:
    """The harmonic mean of the shares found and right; 1 when there is nothing and nothing was found."""
    both = len(found) + len(true)
    return 2 * hits(found, true, tolerance_seconds) / both if both else 1.0
