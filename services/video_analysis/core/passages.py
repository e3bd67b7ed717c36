"""Edges that run over moving pictures: each place changes once, when the edge passes it.

What moves in a shot soon looks unlike the picture before the transition, so putting that together with the one after
explains little. From one picture to the next, though, little moves: most of what changes lies where the edge has just
passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from services.video_analysis.core.composites import EDGES

if TYPE_CHECKING:
    from numpy.typing import NDArray


def passage(pictures: NDArray[np.float32]) -> tuple[float, NDArray[np.float64]]:
    """How much of what changes between pictures is explained by one edge that runs over them, and where it is in each.

    Args:
        pictures: From before the transition to after it, shape (n, 13, 24, 3).

    Returns:
        The share of the squared change that lies where the best edge has just passed, 0 to 1, and its progress in each
        picture, 0 to 1, shape (n,). The path of each edge is the best there is that never goes back, by dynamic
        programming.
    """
    changes = (np.diff(pictures, axis=0) ** 2).sum(-1).reshape(len(pictures) - 1, -1)
    passed = EDGES @ changes.T  # of each change what lies behind each place of each edge: (ways, places, n - 1)
    gained = np.full(EDGES.shape[:2], -np.inf, np.float32)
    gained[:, 0] = 0
    came_from = []
    for behind in np.moveaxis(passed, 2, 0):
        ahead = gained - behind
        best = np.maximum.accumulate(ahead, axis=1)
        is_best = ahead >= best
        places = np.where(is_best, np.arange(ahead.shape[1]), 0)
        came_from.append(np.maximum.accumulate(places, axis=1))
        gained = best + behind
    way, last = int(gained[:, -1].argmax()), EDGES.shape[1] - 1
    path = [last]
    for places in reversed(came_from):
        path.append(int(places[way, path[-1]]))
    share = float(gained[way, -1]) / (float(changes.sum()) + 1e-6)
    return share, np.array(path[::-1]) / last
