"""Pictures as short vectors, and how far they are from each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from services.video_analysis.core.measuring import Small

BLOCK_PIXELS = 3
"""Three by three pixels of a small picture become one: 16 by 9."""

CHANGED = 12.0
"""Mean difference of a block's colour (0 to 255) from which on it shows something else."""


def layouts(pictures: Small) -> NDArray[np.float32]:
    """The coarse layout of colours of n small pictures: shape (n, 432), 0 to 255."""
    count, height, width, channels = pictures.shape
    rows = pictures.reshape(count, height // BLOCK_PIXELS, BLOCK_PIXELS, -1).sum(axis=2, dtype=np.uint16)
    blocks = rows.reshape(count, height // BLOCK_PIXELS, width // BLOCK_PIXELS, BLOCK_PIXELS, channels)
    return blocks.sum(axis=3, dtype=np.float32).reshape(count, -1) / np.float32(BLOCK_PIXELS**2)


def square_distances(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean squared difference of every vector of `left`, (m, k), to every one of `right`, (n, k): shape (m, n)."""
    squares = (left * left).sum(1)[:, None] + (right * right).sum(1)[None, :] - 2 * left @ right.T
    return np.asarray(np.maximum(squares, 0) / left.shape[1], np.float32)


def changed_share(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    """The share of a picture's blocks that show something else: of two layouts, shape (432,).

    What moves through a shot, or a title that comes in, leaves the rest of the picture as it was.
    """
    return float((np.abs(before - after).reshape(-1, 3).mean(1) >= CHANGED).mean())
