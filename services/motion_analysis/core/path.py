"""The camera's path through one shot: its trend, and the trembling around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.ndimage import gaussian_filter1d

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP_SECONDS = 1 / 15
"""The distance of the samples of a path."""
TREND_SECONDS = 0.3
"""The deviation of the Gaussian that tells the trend from the trembling: half of the power at 0.44 hertz."""
SURE_CONFIDENCE = 0.2
"""Pairs below this are bridged by their neighbours."""


@dataclass(frozen=True)
class Path:
    """What the camera did, at n instants at equal distances.

    Attributes:
        times: The middles of the steps in seconds, shape (n,).
        rate: How fast the view moves, complex, in frame widths per second: right is real, down is imaginary.
        growth: The rate of the logarithm of the size of things (real) and of the camera's clockwise turn in radians
            (imaginary), per second.
        tremble: The distance from the smooth path: right and down in frame widths, the logarithm of the size, the turn
            in radians; shape (4, n).
        confidence: 0 to 1.
        layered, moving, spread: As in `Depth`.
    """

    step_seconds: float
    times: NDArray[np.float64]
    rate: NDArray[np.complex128]
    growth: NDArray[np.complex128]
    tremble: NDArray[np.float64]
    confidence: NDArray[np.float64]
    layered: NDArray[np.float64]
    moving: NDArray[np.float64]
    spread: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.times)


def path_of(pairs: NDArray[Any]) -> Path | None:
    """The path through one shot's rows of `PAIR`; None where nothing was seen."""
    sure = pairs[pairs["confidence"] >= SURE_CONFIDENCE]
    if not len(sure):
        return None
    start, end = float(pairs["begin"][0]), float(pairs["end"][-1])
    count = max(1, round((end - start) / STEP_SECONDS))
    edges = np.linspace(start, end, count + 1)
    step = (end - start) / count
    # The view moves against the content; scales multiply, so their logarithms add.
    rate = np.diff(_integral(edges, sure, -sure["shift"])) / step
    factors = 1.0 + sure["growth"]
    growth = np.diff(_integral(edges, sure, np.log(np.abs(factors)) - 1j * np.angle(factors))) / step
    middles = (edges[:-1] + edges[1:]) / 2
    held = np.clip(np.searchsorted(pairs["end"], middles), 0, len(pairs) - 1)
    return Path(
        step_seconds=step,
        times=middles,
        rate=rate,
        growth=growth,
        tremble=tremble_of(np.stack([rate.real, rate.imag, growth.real, growth.imag]), step),
        confidence=pairs["confidence"][held].astype(np.float64),
        layered=pairs["layered"][held].astype(np.float64),
        moving=pairs["moving"][held].astype(np.float64),
        spread=pairs["spread"][held].astype(np.float64),
    )


def _integral(edges: NDArray[np.float64], pairs: NDArray[Any], steps: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """The sum of all steps up to each instant; in a gap between pairs the camera goes on as in its neighbours."""
    rates = steps / (pairs["end"] - pairs["begin"])
    times = np.stack([pairs["begin"], pairs["end"]], axis=1).reshape(-1)
    values = np.empty(len(times) - 1, np.complex128)
    values[::2], values[1::2] = rates, (rates[:-1] + rates[1:]) / 2
    longer = np.r_[min(edges[0], times[0]) - 1.0, times, max(edges[-1], times[-1]) + 1.0]
    sums = np.r_[0, np.cumsum(np.r_[rates[0], values, rates[-1]] * np.diff(longer))]
    return np.asarray(np.interp(edges, longer, sums), np.complex128)


def tremble_of(rates: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """The distance of a path from its smooth self, which goes on beyond the ends as it did (an odd reflection).

    Args:
        rates: Per second, each row a path of its own, shape (m, n).
        step: Seconds between two.
    """
    path: NDArray[np.float64] = np.cumsum(rates, axis=1) * step
    reach = min(path.shape[1] - 1, round(4 * TREND_SECONDS / step))
    longer = np.pad(path, ((0, 0), (reach, reach)), mode="reflect", reflect_type="odd")
    smooth = np.asarray(gaussian_filter1d(longer, TREND_SECONDS / step, axis=1), np.float64)
    return path - smooth[:, reach : reach + path.shape[1]]
