"""Which movement of the camera explains a field of flow, however much moves before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ROUNDS = 4
"""Rounds of reweighting; the fit hardly changes after three."""
TOLERANCE_PIXELS = 0.4
"""A residual of this much counts half: the flow's own error is 0.1 to 0.2 pixels."""
STILL_BONUS = 1.15
"""A still camera needs no coincidence to explain still ground, so it may explain a little less than a moving one."""
HYPOTHESES = 64
"""Pairs of cells tried when nothing simple explains the field: one of them is free of things that move with 99.9 % when
two thirds of the picture are."""
LEAST_APART = 0.25
"""Frame widths between the two cells of such a pair."""
GOOD_SHARE = 0.6
"""A movement that explains this share of the texture needs no such search."""
LENS_LIMIT = 2.5
"""The greatest lens term: a view of 77 degrees across."""
LEAST_LENS_PIXELS = 0.5
"""A slower turn shows nothing of the lens."""
LITTLE = 1e-9
"""Keeps a division by nothing finite."""
LEAST_TRUST = 0.3
"""A field whose mean trust is this or less is too flat to be fully sure of."""


@dataclass(frozen=True)
class CameraStep:
    """How the content of the picture moved from one picture to the next: p becomes p + shift + growth * p.

    Units are as in `Field`.

    Attributes:
        growth: The real part is the growth of things, the imaginary part their clockwise turn in radians.
        lens: How much the edges run ahead of the middle because the camera turns behind a wide lens; 0 for a long one.
        explained: The share of the texture that moves so, 0 to 1; 1 where there is none.
        confidence: The same, less where there is little texture.
    """

    shift: complex
    growth: complex
    lens: float
    explained: float
    confidence: float

    def moved(self, points: NDArray[np.complex64]) -> NDArray[np.complex64]:
        """How far the ground at each point moves."""
        ground = self.shift + self.growth * points
        if self.lens:
            ground = ground + self.lens * _lens_pattern(points, self.shift)
        return ground.astype(np.complex64)


NO_STEP = (0j, 0j)


class CameraFit:
    """Fits cameras to the fields of one grid; remembers the last one as the first guess for the next.

    A similarity is fitted by iteratively reweighted least squares with the weights of Geman and McClure, begun from the
    best of a few guesses, or of many pairs of cells (RANSAC) where none is good.
    """

    def __init__(self, points: NDArray[np.complex64], pixel: float) -> None:
        self._points = points
        self._moments = np.stack([np.ones(len(points)), points.real, points.imag, np.abs(points) ** 2]).astype(
            np.float32
        )
        self._pixel = pixel
        self._first, self._second = _pairs_apart(points)
        self._last = NO_STEP

    def forget(self) -> None:
        """A new shot begins."""
        self._last = NO_STEP

    def fit(self, moved: NDArray[np.complex64], trust: NDArray[np.float32]) -> CameraStep:
        """The camera that explains most of the trusted texture."""
        total = float(trust.sum())
        if total < 1.0:
            return CameraStep(0j, 0j, 0.0, explained=1.0, confidence=0.0)
        tolerance = self._pixel * TOLERANCE_PIXELS
        guess = self._guess(moved, trust, tolerance)
        shift, growth, lens, explained = self._refined(moved, trust, guess, tolerance)
        self._last = (shift, growth)
        flat = min(1.0, total / (LEAST_TRUST * len(trust)))
        return CameraStep(shift, growth, lens, explained, explained * flat)

    def _guess(
        self, moved: NDArray[np.complex64], trust: NDArray[np.float32], tolerance: float
    ) -> tuple[complex, complex]:
        simple = [NO_STEP, self._last, self._similarity(moved, trust)]
        scores = self._scores(simple, moved, trust, tolerance)
        scores[0] *= STILL_BONUS
        best = int(np.argmax(scores))
        if scores[best] >= GOOD_SHARE:
            return simple[best]
        pairs = self._from_pairs(moved)
        pair_scores = self._scores(pairs, moved, trust, tolerance)
        if pair_scores.max() > scores[best]:
            return pairs[int(np.argmax(pair_scores))]
        return simple[best]

    def _from_pairs(self, moved: NDArray[np.complex64]) -> list[tuple[complex, complex]]:
        one, other = self._points[self._first], self._points[self._second]
        growth = (moved[self._first] - moved[self._second]) / (one - other)
        shift = moved[self._first] - growth * one
        return list(zip(shift.tolist(), growth.tolist(), strict=True))

    def _scores(
        self,
        guesses: Sequence[tuple[complex, complex]],
        moved: NDArray[np.complex64],
        trust: NDArray[np.float32],
        tolerance: float,
    ) -> NDArray[np.float64]:
        """The share of the trusted texture that each guess explains; every second cell is asked."""
        shift = np.array([guess[0] for guess in guesses], np.complex64)[:, None]
        growth = np.array([guess[1] for guess in guesses], np.complex64)[:, None]
        asked = trust[::2]
        rest = moved[::2] - shift - growth * self._points[::2]
        scores: NDArray[np.float64] = (_near(rest, tolerance) @ asked / (asked.sum() + LITTLE)).astype(np.float64)
        return scores

    def _refined(
        self, moved: NDArray[np.complex64], trust: NDArray[np.float32], guess: tuple[complex, complex], tolerance: float
    ) -> tuple[complex, complex, float, float]:
        shift, growth = guess
        lens, bent = 0.0, np.zeros_like(moved)
        for _ in range(ROUNDS):
            near = _near(moved - shift - growth * self._points - bent, tolerance)
            weights = trust * near * near
            shift, growth = self._similarity(moved - bent, weights)
            if abs(shift) > LEAST_LENS_PIXELS * self._pixel:
                pattern = _lens_pattern(self._points, shift)
                lens = _lens(moved - shift - growth * self._points, pattern, weights)
                bent = pattern * np.float32(lens)
        return shift, growth, lens, float(trust @ near / trust.sum())

    def _similarity(self, moved: NDArray[np.complex64], weights: NDArray[np.float32]) -> tuple[complex, complex]:
        """The weighted least squares' shift and growth."""
        total, x, y, square = (float(moment) for moment in self._moments @ weights)
        total += LITTLE
        weighted = moved * weights
        middle, sum_moved = complex(x, y) / total, complex(weighted.sum())
        turned = complex(np.vdot(self._points, weighted))
        growth = (turned - middle.conjugate() * sum_moved) / (square - abs(middle) ** 2 * total + LITTLE)
        return sum_moved / total - growth * middle, growth


def _near(rest: NDArray[np.complex64], tolerance: float) -> NDArray[np.float32]:
    """How near to nothing each rest is, 0 to 1; a half at the tolerance."""
    return np.asarray(1 / (1 + (rest.real**2 + rest.imag**2) * tolerance**-2), np.float32)


def _pairs_apart(points: NDArray[np.complex64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers of cells far enough apart to say something about growth; always the same."""
    first, second = np.random.default_rng(1).integers(0, len(points), (2, 8 * HYPOTHESES))
    apart = np.abs(points[first] - points[second]) > LEAST_APART
    return first[apart][:HYPOTHESES], second[apart][:HYPOTHESES]


def _lens_pattern(points: NDArray[np.complex64], shift: complex) -> NDArray[np.complex64]:
    """What a turning camera adds at the edges: (b . p) p, the quadratic part of a rotation's flow.

    Longuet-Higgins and Prazdny, The interpretation of a moving retinal image, 1980.
    """
    along = points.real * shift.real + points.imag * shift.imag
    return (along * points).astype(np.complex64)


def _lens(rest: NDArray[np.complex64], pattern: NDArray[np.complex64], weights: NDArray[np.float32]) -> float:
    power = float(weights @ (pattern.real**2 + pattern.imag**2))
    along = float(weights @ (rest.real * pattern.real + rest.imag * pattern.imag))
    return float(np.clip(along / (power + LITTLE), 0.0, LENS_LIMIT))
