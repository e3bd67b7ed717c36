"""How each part of a small picture moved since the picture before, and how far that can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGER_SIDE_PIXELS = 240
"""Pictures are compared at this size: twice as large costs four times as much and finds the same moves."""
SHORTEST_SIDE_PIXELS = 48
"""A narrower strip has no place for the patches of the flow (8 coarse pixels); stranger pictures are stretched."""
CELL_PIXELS = 8
"""The camera is fitted to the mean flow of squares of this side."""
FINE_PIXELS = 4
"""Things are looked for in squares of this side, four to a cell."""
FINEST_SCALE = 1
"""Octaves above the picture at which the flow stops. The preset's 2 makes patches of 32 pixels, which carry the
movement of a thing far over its edge: the worst fifth of the flow is 2.3 times worse."""
PATCH_STRIDE_PIXELS = 7
"""Distance of patches of 8 coarse pixels: hardly overlapping, which costs a third of the preset's 4."""
ROUNDS = 6
"""Rounds of descent per patch; the pictures were brought together before, so half of the preset's do."""
HALF_TRUSTED_TEXTURE = 5e-5
"""The smaller eigenvalue of the structure tensor, as OpenCV scales it, at which a place is trusted half. Noise of four
luma steps alone gives 1e-5."""
TEXTURE_BLOCK = 5
"""Fine cells across which the structure tensor is averaged: about a patch of the flow."""


@dataclass(frozen=True)
class Field:
    """The flow between two pictures, read at the centres of n cells.

    Positions and movements are complex: right is real, down is imaginary, the unit is the picture's width, and 0 is the
    picture's centre.

    Attributes:
        moved: How far what is in each cell moved, complex64 of shape (n,).
        trust: 0 for a flat area to 1 for good texture, float32 of shape (n,).
        fine_moved, fine_trust: The same of the fine cells, of shape (2 rows, 2 columns).
        unlike: How much each fine cell differs from the picture before once the foretold movement is undone, in luma
            steps, of the same shape.
    """

    moved: NDArray[np.complex64]
    trust: NDArray[np.float32]
    fine_moved: NDArray[np.complex64]
    fine_trust: NDArray[np.float32]
    unlike: NDArray[np.uint8]


@dataclass(frozen=True)
class Grid:
    """Where the cells of a picture of one size lie.

    Attributes:
        width, height: Of the small picture, in pixels.
        points: Their centres, complex64 of shape (n,), row by row, as in `Field`.
        fine_points: The centres of the fine cells, of shape (2 rows, 2 columns).
    """

    width: int
    height: int
    columns: int
    rows: int
    points: NDArray[np.complex64]
    fine_points: NDArray[np.complex64]

    @property
    def pixel(self) -> float:
        """One pixel in picture widths."""
        return 1.0 / self.width


def small_size(width: int, height: int) -> tuple[int, int]:
    """The size at which pictures of a size are compared; small ones are enlarged."""
    scale = LONGER_SIDE_PIXELS / max(width, height)
    return max(SHORTEST_SIDE_PIXELS, round(width * scale)), max(SHORTEST_SIDE_PIXELS, round(height * scale))


def make_grid(width: int, height: int) -> Grid:
    """The cells of a small picture; a rest at the right and at the bottom is left out."""
    columns, rows = width // CELL_PIXELS, height // CELL_PIXELS
    points = _centres(columns, rows, CELL_PIXELS, width, height).reshape(-1)
    return Grid(width, height, columns, rows, points, _centres(2 * columns, 2 * rows, FINE_PIXELS, width, height))


def _centres(columns: int, rows: int, side: int, width: int, height: int) -> NDArray[np.complex64]:
    x = (np.arange(columns) + 0.5) * side - width / 2
    y = (np.arange(rows) + 0.5) * side - height / 2
    return ((x[None, :] + 1j * y[:, None]) / width).astype(np.complex64)


class FlowMeter:
    """Computes fields of pictures of one size.

    The flow is DIS (Kroeger et al., Fast Optical Flow using Dense Inverse Search, ECCV 2016), OpenCV's.
    It falls short of large movements by some percent, so it is given pictures that were brought together as well as can
    be foretold, and finds the small rest.
    """

    def __init__(self, width: int, height: int) -> None:
        self.grid = make_grid(width, height)
        self._dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._dis.setFinestScale(FINEST_SCALE)
        self._dis.setPatchStride(PATCH_STRIDE_PIXELS)
        self._dis.setGradientDescentIterations(ROUNDS)
        self._window: NDArray[np.float32] | None = None

    def field(
        self, before: NDArray[np.uint8], now: NDArray[np.uint8], foretold: tuple[complex, complex] = (0j, 0j)
    ) -> Field:
        """How a picture became the next.

        Args:
            before: Of shape (height, width).
            now: Of the same shape.
            foretold: The shift and growth that are expected, as in `CameraStep`.
        """
        grid, (shift, growth) = self.grid, foretold
        brought = self._brought_back(now, shift, growth) if shift or growth else now
        flow = self._dis.calc(before, brought, None)  # type: ignore[call-overload]
        flow = flow[: grid.rows * CELL_PIXELS, : grid.columns * CELL_PIXELS]
        fine_size = (2 * grid.columns, 2 * grid.rows)
        rest = cv2.resize(flow, fine_size, interpolation=cv2.INTER_AREA).view(np.complex64)[..., 0]
        rest *= np.float32(grid.pixel)
        moved = (shift + growth * grid.fine_points + (1 + growth) * rest).astype(np.complex64)
        trust = self._trust(before)
        trust[~self._inside(grid.fine_points + moved)] = 0.0
        used = (slice(grid.rows * CELL_PIXELS), slice(grid.columns * CELL_PIXELS))
        unlike = cv2.resize(cv2.absdiff(before[used], brought[used]), fine_size, interpolation=cv2.INTER_AREA)
        cells = (self._of_cells(moved), self._of_cells(trust))
        return Field(*cells, moved, trust, np.asarray(unlike, np.uint8))

    def _of_cells(self, fine: NDArray[Any]) -> NDArray[Any]:
        """The means over the four fine cells of each cell, row by row: shape (n,)."""
        size = (self.grid.columns, self.grid.rows)
        parts = fine.view(np.float32).reshape(*fine.shape, -1)  # a complex number is two
        means = cv2.resize(parts, size, interpolation=cv2.INTER_AREA).reshape(size[1], -1)
        return means.view(fine.dtype).reshape(-1)

    def _brought_back(self, now: NDArray[np.uint8], shift: complex, growth: complex) -> NDArray[np.uint8]:
        """`now` as it would look without the foretold movement."""
        grid, one = self.grid, 1 + growth
        middle = complex(grid.width - 1, grid.height - 1) / 2
        origin = shift * grid.width + middle - one * middle
        warp = np.array([[one.real, -one.imag, origin.real], [one.imag, one.real, origin.imag]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        size = (grid.width, grid.height)
        return np.asarray(cv2.warpAffine(now, warp, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)

    def _inside(self, places: NDArray[np.complex64]) -> NDArray[np.bool_]:
        """Which places lie in the picture."""
        inside: NDArray[np.bool_] = (np.abs(places.real) < 0.5) & (  # noqa: PLR2004  half a width from the middle
            np.abs(places.imag) < self.grid.height / self.grid.width / 2
        )
        return inside

    def shift(self, before: NDArray[np.uint8], now: NDArray[np.uint8]) -> complex:
        """The one shift that explains most of the change, by phase correlation; for very fast moves."""
        size = (self.grid.width // 2, self.grid.height // 2)
        halves = [
            cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32) for picture in (before, now)
        ]
        if self._window is None:
            self._window = np.asarray(cv2.createHanningWindow(size, cv2.CV_32F), np.float32)
        (right, down), _ = cv2.phaseCorrelate(halves[0], halves[1], self._window)
        return complex(right, down) / size[0]

    def _trust(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        """How much texture of two directions each fine cell has (the corner measure of Shi and Tomasi), as 0 to 1."""
        grid = self.grid
        used = picture[: grid.rows * CELL_PIXELS, : grid.columns * CELL_PIXELS]
        coarse = cv2.resize(used, (2 * grid.columns, 2 * grid.rows), interpolation=cv2.INTER_AREA)
        texture = cv2.cornerMinEigenVal(coarse, TEXTURE_BLOCK, ksize=3)
        trust: NDArray[np.float32] = texture / (texture + np.float32(HALF_TRUSTED_TEXTURE))
        return trust
