"""TransNetV2: small pictures in, how probable a transition is at each out."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from services.video_analysis.transnet_graph import HISTOGRAM_BINS, REACH, build_model
from services.video_analysis.weights import read_weights
from shared.models.sessions import session_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

MODEL = "transnetv2"
"""Its name in the manifest of models."""
FILE = "transnetv2-pytorch-weights.pth"
BITS_PER_CHANNEL = 3
"""Of its histograms' colours: 512 bins."""


@cache
def load(directory: Path, threads: int) -> Callable[[NDArray[np.uint8]], NDArray[np.float32]]:
    """The network, built and loaded once in each process.

    What it gives takes n small pictures in the order of time, uint8 of shape (n, 27, 48, 3), red green blue, and gives
    how probably each is the middle of a transition, shape (n,). It sees 50 pictures to both sides and was trained on
    100 at a time: with fewer it is quicker and, near the ends, less sure. About 10 cpu-milliseconds a picture.
    """
    session = session_of(build_model(read_weights(directory / FILE)), threads)

    def ask(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        count = len(pictures)
        inputs = {
            "frames": np.ascontiguousarray(pictures),
            "histograms": _histograms(pictures),
            "places": np.arange(count)[:, None] + np.arange(2 * REACH + 1)[None, :],
        }
        (probability,) = session.run(["probability"], inputs)
        return np.asarray(probability[:, 0], np.float32)

    return ask


def _histograms(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How many pixels of each picture fall into each of 512 colours: shape (n, 512)."""
    coarse = pictures.reshape(len(pictures), -1, 3).astype(np.int64) >> (8 - BITS_PER_CHANNEL)
    bins = (coarse[..., 0] << 2 * BITS_PER_CHANNEL) + (coarse[..., 1] << BITS_PER_CHANNEL) + coarse[..., 2]
    return np.stack([np.bincount(row, minlength=HISTOGRAM_BINS) for row in bins]).astype(np.float32)
