"""Pictures as short vectors, and how far they are from each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from services.video_analysis.core.measuring import Small

BLOCK_PIXELS = 3
"""Three by three pixels of a small picture become one: 16 by 9."""

CHANGED, LIT = 12.0, 28.0
"""A block shows something else when its colour differs by the first (mean of 0 to 255), and counts when it does or is
lit at all: black bars, and the dark around a lamp, are not what stays."""

SAME_CORRELATION = 0.93
"""The correlation from which on two layouts differ in light alone."""

LEAST_COUNTED_SHARE = 0.5
"""At least so much of a picture counts."""


def layouts(pictures: Small) -> NDArray[np.float32]:
    """The coarse layout of colours of n small pictures: shape (n, 432), 0 to 255."""
    count, height, width, channels = pictures.shape
    rows = pictures.reshape(count, height // BLOCK_PIXELS, BLOCK_PIXELS, -1).sum(axis=2, dtype=np.uint16)
    blocks = rows.reshape(count, height // BLOCK_PIXELS, width // BLOCK_PIXELS, BLOCK_PIXELS, channels)
    return np.asarray(blocks.sum(axis=3, dtype=np.float32).reshape(count, -1) / BLOCK_PIXELS**2, np.float32)


def square_distances(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean squared difference of every vector of `left`, (m, k), to every one of `right`, (n, k): shape (m, n)."""
    squares = (left * left).sum(1)[:, None] + (right * right).sum(1)[None, :] - 2 * left @ right.T
    return np.asarray(np.maximum(squares, 0) / left.shape[1], np.float32)


def changed_share(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    """The share of a picture's blocks that show something else: of two layouts, shape (432,).

    What moves through a shot, or a title that comes in, leaves the rest of the picture as it was.
    """
    changed = np.abs(before - after).reshape(-1, 3).mean(1) >= CHANGED
    lit = np.maximum(before, after).reshape(-1, 3).mean(1) >= LIT
    return float(changed.sum() / max(LEAST_COUNTED_SHARE * changed.size, (changed | lit).sum()))


def same_structure(before: NDArray[np.float32], after: NDArray[np.float32]) -> bool:
    """Whether two layouts, shape (432,), show the same in another light: a lamp or a flash is no cut."""
    left, right = before - before.mean(), after - after.mean()
    norm = float(np.linalg.norm(left) * np.linalg.norm(right))
    return norm > 0 and float(left @ right) >= SAME_CORRELATION * norm
