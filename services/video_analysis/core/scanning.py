"""Looking for spans in which one picture gives way to another: quick tests on coarse layouts, everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.video_analysis.core.layout import layouts, square_distances

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from services.video_analysis.core.measuring import Look

LENGTHS_SECONDS = (0.2, 0.3, 0.45, 0.65, 0.9, 1.3, 1.8, 2.5)
"""Spans of these lengths are tried."""

STEP_SECONDS = 0.06
"""Spans are tried about centres so far apart."""

SAMPLE_SECONDS = 0.03
"""Frames closer than this to the one before are left out."""

BLOCK_SECONDS = 10.0
"""So much is looked at in one go."""

INSIDE = 11
"""Pictures looked at inside a span."""

LEAST_DISTANCE = 12.0
"""Root mean square difference (0 to 255) of first and last picture below which a span is not looked into."""


@dataclass(frozen=True)
class Spans:
    """Spans that were tried; n of them.

    Attributes:
        centres, lengths: Seconds, shape (n,).
        distances: Root mean square difference between the first and the last picture, 0 to 255, shape (n,).
        blend_gain: How much better the pictures inside are explained by mixtures of the first and the last than by the
            nearer of the two alone, shape (n,): near 1 in a dissolve, about 0 at a cut, below 0.6 where things move.
        blend_error: What mixtures leave unexplained, as a share of what is between the two, shape (n,).
        between_share: How much of a span's pictures are neither the first nor the last: mean squared distance to the
            nearer of the two as a share of that between them, shape (n,). 0 at a cut, 0.17 in a wipe, 0.3 and more
            where everything moves.
        shares: How much of the last picture each picture inside has, 0 to 1, shape (n, 11).
    """

    centres: NDArray[np.float64]
    lengths: NDArray[np.float64]
    distances: NDArray[np.float64]
    blend_gain: NDArray[np.float64]
    blend_error: NDArray[np.float64]
    between_share: NDArray[np.float64]
    shares: NDArray[np.float64]


def scan(times: NDArray[np.float64], look: Look) -> Iterator[Spans]:
    """Try every span of a video, block by block."""
    if times.size == 0:
        return
    reach = max(LENGTHS_SECONDS) / 2
    start, last = float(times[0]), float(times[-1])
    while start < last:
        first, end = np.searchsorted(times, (start - reach, start + BLOCK_SECONDS + reach))
        chosen = _thinned(times[first:end])
        seen = layouts(look(int(first), int(end))[chosen])
        centres = np.arange(start, min(start + BLOCK_SECONDS, last), STEP_SECONDS)
        yield _tried(times[first:end][chosen], seen, centres)
        start += BLOCK_SECONDS


def _thinned(times: NDArray[np.float64]) -> NDArray[np.int64]:
    """Numbers of frames that are far enough apart."""
    chosen = [0]
    for frame in range(1, times.size):
        if times[frame] - times[chosen[-1]] >= SAMPLE_SECONDS:
            chosen.append(frame)
    return np.array(chosen, np.int64)


def _tried(times: NDArray[np.float64], seen: NDArray[np.float32], centres: NDArray[np.float64]) -> Spans:
    """Everything about mixtures follows from the distances between pictures, as in a triangle."""
    between = square_distances(seen, seen).astype(np.float64)
    lengths = np.repeat(LENGTHS_SECONDS, centres.size)
    centres = np.tile(centres, len(LENGTHS_SECONDS))
    places = centres[:, None] + np.linspace(-0.5, 0.5, INSIDE + 2) * lengths[:, None]
    fits = (places[:, 0] >= times[0]) & (places[:, -1] <= times[-1])
    centres, lengths, places = centres[fits], lengths[fits], places[fits]
    frames = np.searchsorted(times, places + 1e-6, side="right") - 1
    whole = between[frames[:, 0], frames[:, -1]]
    far = whole >= LEAST_DISTANCE**2
    centres, lengths, frames, whole = centres[far], lengths[far], frames[far], whole[far]
    left, right = between[frames[:, 1:-1], frames[:, :1]], between[frames[:, 1:-1], frames[:, -1:]]
    along = (left + whole[:, None] - right) / 2
    shares = np.clip(along / whole[:, None], 0, 1)
    unexplained = np.maximum(0, left - 2 * shares * along + shares**2 * whole[:, None])
    nearer = np.minimum(left, right)
    return Spans(
        centres=centres,
        lengths=lengths,
        distances=np.sqrt(whole),
        blend_gain=1 - unexplained.sum(1) / (nearer.sum(1) + 0.02 * whole),
        blend_error=4 * unexplained.mean(1) / whole,
        between_share=nearer.mean(1) / whole,
        shares=shares,
    )
