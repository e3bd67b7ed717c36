"""From what the detector's network gives to separate findings: boxes moved into place, repetitions left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOVE_UNITS = (0.1, 0.1, 0.2, 0.2)
"""The network's moves are told in these units: of a box's height and width, and of logarithms of sizes."""

SAME_SHARE = 0.6
"""Two boxes of one kind with more than this share of their union in common are one thing."""

MOST_OF_A_KIND = MOST = 100
"""So many are looked at, and given out, the surest first: as the network was released."""


def moved(boxes: NDArray[np.float32], moves: NDArray[np.float32]) -> NDArray[np.float32]:
    """The edges of things, shape (n, 4): left, top, right, bottom, in shares of the picture.

    Args:
        boxes: Middles down and across, heights and widths, shape (n, 4).
        moves: How a thing's box differs from each, in the network's units, shape (n, 4).
    """
    steps = moves * np.array(MOVE_UNITS, np.float32)
    middles = boxes[:, :2] + steps[:, :2] * boxes[:, 2:]
    halves = np.exp(steps[:, 2:]) * boxes[:, 2:] / 2
    return np.concatenate([(middles - halves)[:, ::-1], (middles + halves)[:, ::-1]], axis=1)


def apart(edges: NDArray[np.float32], kinds: NDArray[np.integer], confidences: NDArray[np.float32]) -> list[int]:
    """The places of the findings to keep, surest first: of those that lie on one another the surest of each kind.

    Args:
        edges: Left, top, right, bottom, shape (n, 4).
        kinds: Shape (n,); findings of different kinds leave each other alone.
        confidences: Shape (n,).
    """
    sizes = edges[:, 2:] - edges[:, :2]
    areas = sizes[:, 0] * sizes[:, 1]
    order = np.argsort(-confidences, kind="stable")
    kept: list[int] = []
    for kind in np.unique(kinds):
        left = order[kinds[order] == kind][:MOST_OF_A_KIND]
        while left.size:
            surest, others = left[0], left[1:]
            kept.append(int(surest))
            shared = np.minimum(edges[others, 2:], edges[surest, 2:]) - np.maximum(edges[others, :2], edges[surest, :2])
            both = np.prod(np.maximum(shared, 0), axis=1)
            left = others[both <= SAME_SHARE * (areas[others] + areas[surest] - both)]
    return sorted(kept, key=lambda place: -confidences[place])[:MOST]
