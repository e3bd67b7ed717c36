"""The names of the commonest colours of a span of frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.contracts.colours import COLOUR_NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_NAMES = 3

LEAST_SHARE = 0.1
"""A colour that covers less of the picture is not what one would call it by; the commonest is named however small."""


def commonest_colours(shares: NDArray[np.floating]) -> tuple[str, ...]:
    """Up to three names, commonest first, none where there are no frames.

    Args:
        shares: The share of the picture of each of `COLOUR_NAMES` in each frame, shape (n, 11).
    """
    if not len(shares):
        return ()
    mean = shares.astype(np.float64).mean(axis=0)
    order = [int(column) for column in np.argsort(-mean, kind="stable")[:MOST_NAMES]]
    return tuple(
        COLOUR_NAMES[column] for place, column in enumerate(order) if place == 0 or mean[column] >= LEAST_SHARE
    )
