"""Where in a camera's path a move begins and ends, and which of its directions it takes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from services.motion_analysis.core.path import Path

Direction = Literal["right", "left", "down", "up", "in", "out", "clockwise", "counterclockwise"]

MEAN_RADIUS = 0.31
"""The mean distance of a point of a 16:9 picture from its middle, in widths: what makes zooms and shifts comparable."""
LEAST_SHIFT_RATE = 0.012
"""Frame widths per second: a slower drift is no pan or tilt."""
LEAST_GROWTH_RATE = 0.004
"""Per second: a slower zoom, less than 4 % in ten seconds, is none."""
LEAST_TURN_RATE = 0.01
"""Radians per second, 0.6 degrees: a slower roll is none."""
ENTRY_WIDTHS = 0.01
"""What a move must cover beyond the least rates, in frame widths, to be one."""
ENTRY_TREMBLES = 8.0
"""Where the camera trembles a move must cover this many times the trembling besides."""

SHORT_SECONDS = 0.8
TREMBLING = -2
MOVES_OF_A_HAND = 3
"""So many moves in a row that are so short are a hand's."""

_DIRECTIONS: tuple[Direction, ...] = ("right", "left", "down", "up", "in", "out", "clockwise", "counterclockwise")
_LEAST = np.repeat(
    [LEAST_SHIFT_RATE, LEAST_SHIFT_RATE, LEAST_GROWTH_RATE * MEAN_RADIUS, LEAST_TURN_RATE * MEAN_RADIUS], 2
)


@dataclass(frozen=True)
class Run:
    """Samples `first` until before `last` of a path in which the camera goes one way; None: it goes nowhere.

    Attributes:
        clearness: How far the way stands out, 0 to 1.
    """

    direction: Direction | None
    first: int
    last: int
    clearness: float


def runs_of(path: Path, directions: Sequence[Direction] = _DIRECTIONS) -> tuple[Run, ...]:
    """The best division of a path into runs; they tile it.

    A run gains what the camera covers in its direction, in frame widths, less what the slowest move would have covered;
    to begin one costs a fixed way and some of the trembling; going nowhere gains nothing. The division that gains most
    is found by dynamic programming (Viterbi, 1967).
    """
    chosen = [_DIRECTIONS.index(direction) for direction in directions]
    gains = _gains(path)[chosen]
    states = _without_trembling(_best_states(gains, _entry_costs(path)[chosen]), path.step_seconds)
    borders = [0, *(np.flatnonzero(np.diff(states)) + 1).tolist(), len(states)]
    return tuple(
        Run(
            None if states[first] < 0 else directions[states[first]],
            first,
            last,
            _clearness(gains[:, first:last].sum(axis=1), int(states[first])),
        )
        for first, last in pairwise(borders)
    )


def _speeds(path: Path) -> NDArray[np.float64]:
    """Right, down, growth and turn in frame widths per second, shape (4, n)."""
    return np.stack([path.rate.real, path.rate.imag, path.growth.real * MEAN_RADIUS, path.growth.imag * MEAN_RADIUS])


def _gains(path: Path) -> NDArray[np.float64]:
    """What each direction gains in each step, in frame widths, shape (8, n)."""
    speeds = _speeds(path)
    both_ways = np.stack([speeds, -speeds], axis=1).reshape(8, -1)
    gains: NDArray[np.float64] = (both_ways - _LEAST[:, None]) * path.step_seconds
    return gains


def _entry_costs(path: Path) -> NDArray[np.float64]:
    trembling = np.median(np.abs(path.tremble), axis=1)
    return np.repeat(ENTRY_WIDTHS + ENTRY_TREMBLES * trembling, 2)


def _best_states(gains: NDArray[np.float64], costs: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each step the number of its direction; -1: nowhere."""
    count = gains.shape[1]
    stays = np.zeros((count, len(costs)), bool)
    origin = np.zeros(count, np.int64)
    totals = -costs + gains[:, 0]
    nowhere = 0.0
    for step in range(1, count):
        best = int(np.argmax(totals))
        origin[step], highest = (best, float(totals[best])) if totals[best] > nowhere else (-1, nowhere)
        entered = highest - costs
        stays[step] = totals >= entered
        totals = np.maximum(totals, entered) + gains[:, step]
        nowhere = highest
    states = np.empty(count, np.int64)
    state = int(np.argmax(totals)) if totals.max() > nowhere else -1
    for step in range(count - 1, -1, -1):
        states[step] = state
        if step and (state < 0 or not stays[step, state]):
            state = int(origin[step])
    return states


def _without_trembling(states: NDArray[np.int64], step_seconds: float) -> NDArray[np.int64]:
    """The states with each row of very short moves, as a hand makes them in a part of a shot, as a run to nowhere."""
    borders = np.r_[0, np.flatnonzero(np.diff(states)) + 1, len(states)]
    is_short = np.diff(borders) * step_seconds < SHORT_SECONDS
    edges = np.flatnonzero(np.diff(np.r_[False, is_short, False]))
    calm = states.copy()
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        row = slice(borders[first], borders[last])
        if np.count_nonzero(states[borders[first:last]] >= 0) >= MOVES_OF_A_HAND:
            calm[row] = TREMBLING
    return calm


def _clearness(gained: NDArray[np.float64], state: int) -> float:
    """The share by which a direction beats the next best, or the lack of any."""
    if state < 0:
        return float(np.clip(1.0 - gained.max() / ENTRY_WIDTHS, 0.5, 1.0))
    others = np.delete(gained, state)
    return float(np.clip(1.0 - max(0.0, float(others.max(initial=0.0))) / gained[state], 0.0, 1.0))
