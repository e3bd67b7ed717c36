"""The windows that tile a video, and what light, colours and motion each has."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from shared.contracts.colours import COLOUR_NAMES
from shared.contracts.motion import motion_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shared.contracts.reports.visual_elements import Brightness
    from shared.contracts.segments import MotionLevel

WINDOW_SECONDS = 3.0

SHORTEST_SECONDS = 0.001
"""What a duration leaves over below the exactness of all our times is no window."""

DARK_BELOW, BRIGHT_FROM = 100 / 3, 200 / 3
"""Thirds of CIE L*, which runs evenly with what the eye sees from 0 (black) to 100 (white)."""

MOST_COLOURS = 3

LEAST_SHARE = 0.1
"""A colour that covers less of the picture is not what one would call it by; the commonest is named however small."""


@dataclass(frozen=True)
class Tone:
    """The light, colours and motion of one window."""

    brightness: Brightness
    colours: tuple[str, ...]
    motion: MotionLevel


def window_bounds(duration_seconds: float) -> list[tuple[float, float]]:
    """Multiples of three seconds, the last window ending at the duration; always at least one window."""
    starts = np.arange(0.0, max(duration_seconds - SHORTEST_SECONDS, SHORTEST_SECONDS), WINDOW_SECONDS).tolist()
    return list(pairwise([*starts, max(0.0, duration_seconds)]))


def tones(
    windows: Sequence[tuple[float, float]],
    times: NDArray[np.float64],
    *,
    lightness: NDArray[np.floating],
    colour_shares: NDArray[np.floating],
    motion: NDArray[np.floating],
    inside: float = 1.0,
) -> list[Tone]:
    """Describe each window by the frames shown in it, each counted for as long as it is shown there.

    Args:
        windows: Start and end in seconds.
        times: When each of n frames begins, ascending, shape (n,), at least one.
        lightness: Mean CIE L* of each frame, 0 to 100, shape (n,).
        colour_shares: The share of each of `COLOUR_NAMES` in each frame, shape (n, 11).
        motion: Frame widths per second, shape (n,).
        inside: The share of the picture inside any black bars, above 0.
    """
    ends = np.append(times[1:], max(windows[-1][1], float(times[-1])))
    described = []
    for start, end in windows:
        first = max(0, int(np.searchsorted(times, start, side="right")) - 1)
        last = max(first + 1, int(np.searchsorted(times, end, side="left")))
        shown = np.minimum(ends[first:last], end) - np.maximum(times[first:last], start)
        weights = np.maximum(shown, 1e-6)
        weights /= weights.sum()
        described.append(
            Tone(
                brightness=_brightness(float(weights @ lightness[first:last].astype(np.float64)) / inside),
                colours=_colours(weights @ colour_shares[first:last].astype(np.float64), inside),
                motion=motion_level(float(weights @ motion[first:last].astype(np.float64))),
            )
        )
    return described


def _brightness(lightness: float) -> Brightness:
    if lightness < DARK_BELOW:
        return "dark"
    return "bright" if lightness >= BRIGHT_FROM else "medium"


def _colours(shares: NDArray[np.float64], inside: float) -> tuple[str, ...]:
    seen = shares.copy()
    black = COLOUR_NAMES.index("black")
    seen[black] = max(0.0, seen[black] - (1 - inside))
    seen /= max(float(seen.sum()), 1e-9)
    order = [int(column) for column in np.argsort(-seen, kind="stable")[:MOST_COLOURS]]
    return tuple(
        COLOUR_NAMES[column] for place, column in enumerate(order) if place == 0 or seen[column] >= LEAST_SHARE
    )
