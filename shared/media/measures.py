"""Numbers of each frame as a file: written by video_analysis, read by whoever asks how much moves when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(frozen=True)
class FrameMeasures:
    """One entry per frame of the proxy, in order; n frames.

    Attributes:
        time_seconds: When each frame begins, float64, shape (n,).
        motion: How far the picture moves, in frame widths per second: the mean over what has any texture, float32,
            shape (n,). A new shot's first frame carries the motion of the next, so a cut is no motion.
    """

    time_seconds: NDArray[np.float64]
    motion: NDArray[np.float32]


def write_frame_measures(path: Path, measures: FrameMeasures) -> None:
    """Write the measures of a video."""
    with path.open("wb") as file:
        np.savez(file, time_seconds=measures.time_seconds, motion=measures.motion)


def read_frame_measures(path: Path) -> FrameMeasures:
    """Read what `write_frame_measures` wrote."""
    with np.load(path, allow_pickle=False) as file:
        return FrameMeasures(time_seconds=file["time_seconds"], motion=file["motion"])
