"""Which moments of a video are looked at for things: chosen from shots and from where the picture changes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SHORTEST_PIECE_SECONDS = 0.5
"""A shorter piece of a shot is looked at only when its window has no longer one."""

MOST_PIECES = 2
"""Pieces of shots looked at in one window: the longest ones."""

EDGE_SECONDS = 0.12
"""Kept away from the bounds of a piece, where pictures may still be mixed; less in short pieces."""

CALM_SECONDS = 0.25
"""So far around a chosen moment the calmest frame is taken: what moves is blurred."""

LEAST_CHANGE = 0.002
"""Of 0 to 1: added to each frame's change, so that a still piece is looked at in even steps of time."""

PLACES = (0.3, 0.7)
"""The two looks at a window's longest piece stand where so much of the change in it has happened."""


@dataclass(frozen=True)
class Planned:
    """One look.

    Attributes:
        frame: The number of the frame.
        shot: The number of the shot it lies in.
        confirms: Whether it is only made when the look before, at the same piece, leaves something to be confirmed.
    """

    frame: int
    window: int
    shot: int
    confirms: bool


def plan_looks(
    windows: Sequence[tuple[float, float]],
    shots: Sequence[tuple[float, float]],
    times: NDArray[np.float64],
    difference: NDArray[np.floating],
) -> list[Planned]:
    """Choose the looks of a whole video, in the order of its frames.

    Each window has one look at least; its longest piece of a shot has two, the next longest one. Within a piece they
    stand where the change so far has reached certain shares of the whole change in it.

    Args:
        windows: Start and end in seconds, in order.
        shots: The same of the shots; they tile the video.
        times: When each of n frames begins, shape (n,), at least one.
        difference: How much each frame differs from the one before, 0 to 1, shape (n,).
    """
    planned: list[Planned] = []
    for window, (start, end) in enumerate(windows):
        for order, (piece_start, piece_end, shot) in enumerate(_pieces(start, end, shots)):
            frames = _frames_of(piece_start, piece_end, times)
            change = difference[frames].astype(np.float64)
            for place, share in enumerate(PLACES[: 1 if order else None]):
                frame = frames[_calm(_at_share(change, share), change, times[frames])]
                planned.append(Planned(int(frame), window, shot, confirms=place > 0))
    return sorted(planned, key=lambda look: (look.frame, look.window, look.confirms))


def _pieces(start: float, end: float, shots: Sequence[tuple[float, float]]) -> list[tuple[float, float, int]]:
    pieces = [
        (max(start, shots[shot][0]), min(end, shots[shot][1]), shot)
        for shot in range(
            bisect_right(shots, start, key=lambda shot: shot[1]), bisect_left(shots, end, key=lambda shot: shot[0])
        )
    ] or [(start, end, 0)]
    longest_first = sorted(pieces, key=lambda piece: piece[0] - piece[1])
    rest = [piece for piece in longest_first[1:MOST_PIECES] if piece[1] - piece[0] >= SHORTEST_PIECE_SECONDS]
    return [longest_first[0], *rest]


def _frames_of(start: float, end: float, times: NDArray[np.float64]) -> NDArray[np.intp]:
    margin = min(EDGE_SECONDS, (end - start) / 4)
    first, last = np.searchsorted(times, (start + margin, end - margin))
    if first < last:
        return np.arange(first, last)
    shown = max(0, int(np.searchsorted(times, (start + end) / 2, side="right")) - 1)
    return np.array([shown])


def _at_share(change: NDArray[np.float64], share: float) -> int:
    so_far = np.cumsum(change + LEAST_CHANGE)
    return min(int(np.searchsorted(so_far, share * so_far[-1])), change.size - 1)


def _calm(place: int, change: NDArray[np.float64], times: NDArray[np.float64]) -> int:
    near = np.flatnonzero(np.abs(times - times[place]) <= CALM_SECONDS)
    # Of equally calm frames the one nearest to the place: a still picture keeps its even steps.
    return int(min(near, key=lambda frame: (round(float(change[frame]), 3), abs(frame - place))))
