"""The per-frame statistics of a prepared video as a file: written by ingest, read by whoever needs colours or light."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(frozen=True)
class FrameStatistics:
    """One entry per frame of the proxy, in order; n frames.

    Attributes:
        ticks: Times in units of `time_base`, shape (n,); the first is 0.
        time_base: Seconds per tick.
        duration_seconds: From the first frame to the end of the last.
        luma_mean, luma_deviation: 0 black to 1 white, shape (n,).
        difference: Mean absolute change of Y, Cb and Cr from the frame before, 0 to 1, shape (n,); 0 for the first.
        luma_histogram: Shares of the picture in 32 equal bins, darkest first, shape (n, 32).
        lab_mean, lab_deviation: CIE L*a*b*, L 0 to 100, shape (n, 3).
        chroma_mean: Mean distance from grey in the a*b* plane, shape (n,).
        hue_histogram: Shares of the picture in 12 equal bins of the hue angle in the a*b* plane from 0 degrees, shape
            (n, 12); grey pixels count nowhere.
        colour_shares: Shares of the picture of each of `shared.contracts.colours.COLOUR_NAMES`, shape (n, 11).
    """

    ticks: NDArray[np.int64]
    time_base: Fraction
    duration_seconds: float
    luma_mean: NDArray[np.float32]
    luma_deviation: NDArray[np.float32]
    difference: NDArray[np.float32]
    luma_histogram: NDArray[np.float16]
    lab_mean: NDArray[np.float32]
    lab_deviation: NDArray[np.float32]
    chroma_mean: NDArray[np.float32]
    hue_histogram: NDArray[np.float16]
    colour_shares: NDArray[np.float16]

    @property
    def time_seconds(self) -> NDArray[np.float64]:
        """When each frame begins."""
        seconds: NDArray[np.float64] = self.ticks * self.time_base.numerator / self.time_base.denominator
        return seconds


def write_statistics(path: Path, rows: NDArray[np.void], time_base: Fraction, duration_seconds: float) -> None:
    """Write rows with the fields of `FrameStatistics`; they may be mapped from a file, one field is held at a time."""
    with path.open("wb") as file:
        arrays: dict[str, Any] = {name: rows[name] for name in rows.dtype.names or ()}
        arrays["time_base"] = np.array([time_base.numerator, time_base.denominator], np.int64)
        arrays["duration_seconds"] = np.array(duration_seconds)
        np.savez(file, **arrays)


def read_statistics(path: Path) -> FrameStatistics:
    """Read what `write_statistics` wrote."""
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    numerator, denominator = (int(part) for part in arrays.pop("time_base"))
    return FrameStatistics(
        time_base=Fraction(numerator, denominator), duration_seconds=float(arrays.pop("duration_seconds")), **arrays
    )
