"""Whether the camera itself travels: near things then run ahead of far ones along the camera's own flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.motion_analysis.core.camera_fit import CameraFit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from services.motion_analysis.core.camera_fit import CameraStep
    from services.motion_analysis.core.flow import Field

BASELINE_PIXELS = 6.0
"""Movements are summed until the picture has moved this far on average: less hides depth in the flow's error."""
BASELINE_PAIRS = 16
"""Summed at most this many pairs, about 1.3 seconds: a shorter move shows no more."""
LEAST_REST_PIXELS = 0.5
"""A smaller rest of the movement is the flow's error."""
LEAST_REST_SHARE = 0.12
"""A smaller share of the movement is the lens or a fit that is slightly off."""
LEAST_SPEED_PIXELS = 1.0
"""Where the camera's own flow is less, as in the middle of a zoom, its direction means nothing."""
LEAST_SEEN_SHARE = 0.1
"""Of the cells that must be seen to move."""
ASIDE_SHARE = 0.35
"""A rest that points further aside (as a share of its length) is not depth: something moves by itself."""
SLOWEST_SHARE = 0.1
FASTEST_SHARE = 4.0
"""Things move at this share of the ground's speed if depth is the reason: nothing is pulled the other way, and what is
four times as near as the rest does not stay in the picture."""
TRUSTED = 0.5
"""Cells below this trust have no say."""


@dataclass(frozen=True)
class Depth:
    """What a stretch of time shows of depth.

    Attributes:
        layered: Share of the textured picture that moves along the camera's flow, but faster or slower.
        moving: Share that moves otherwise: things with a movement of their own.
        spread: How far apart the layered cells lie, as a share of how far apart all textured cells do.
    """

    layered: float
    moving: float
    spread: float


NO_DEPTH = Depth(0.0, 0.0, 0.0)


class DepthMeter:
    """Sums movements until they show depth. A meter serves one grid; `forget` at each shot."""

    def __init__(self, points: NDArray[np.complex64], pixel: float) -> None:
        self._points = points
        self._pixel = pixel
        self.forget()

    def forget(self) -> None:
        """A new shot begins."""
        self._depth = NO_DEPTH
        self._begin()

    def add(self, field: Field, step: CameraStep) -> Depth:
        """Take in one pair of pictures; the newest depth that is known."""
        self._moved += field.moved
        self._trust += field.trust
        self._pairs += 1
        far = float(np.mean(np.abs(self._moved))) >= BASELINE_PIXELS * self._pixel
        if far or self._pairs >= BASELINE_PAIRS:
            trust = self._trust / np.float32(self._pairs)
            # What parts near from far by less than the flow's error in one pair is clear in the sum: it is fitted anew.
            whole = step if self._pairs == 1 else CameraFit(self._points, self._pixel).fit(self._moved, trust)
            self._depth = depth_of(self._points, self._moved, whole.moved(self._points), trust, self._pixel)
            self._begin()
        return self._depth

    def _begin(self) -> None:
        self._moved = np.zeros_like(self._points)
        self._trust = np.zeros(len(self._points), np.float32)
        self._pairs = 0


def depth_of(
    points: NDArray[np.complex64],
    moved: NDArray[np.complex64],
    ground: NDArray[np.complex64],
    trust: NDArray[np.float32],
    pixel: float,
) -> Depth:
    """What a movement says about depth, if `ground` is how the fitted camera alone moves each point.

    A camera that only turns or zooms moves everything alike, near or far (Longuet-Higgins and Prazdny, 1980). One that
    travels moves each thing along the same line, at a speed of the thing's depth: the rest is parallel to the flow.
    """
    speed = np.abs(ground)
    seen = (trust >= TRUSTED) & (speed > LEAST_SPEED_PIXELS * pixel)
    if int(seen.sum()) < LEAST_SEEN_SHARE * len(points):
        return NO_DEPTH
    points, ground, rest, speed = points[seen], ground[seen], (moved - ground)[seen], speed[seen]
    length = np.abs(rest)
    turned = rest * ground.conj()
    along, aside = turned.real / speed**2, np.abs(turned.imag) / speed
    large = length > LEAST_REST_PIXELS * pixel + LEAST_REST_SHARE * speed
    layered = large & (aside < ASIDE_SHARE * length) & (along > SLOWEST_SHARE - 1) & (along < FASTEST_SHARE - 1)
    if not layered.any():
        return Depth(0.0, float(large.mean()), 0.0)
    spread = _spread(points[layered]) / max(_spread(points), 1e-6)
    return Depth(float(layered.mean()), float((large & ~layered).mean()), min(1.0, spread))


def _spread(points: NDArray[np.complex64]) -> float:
    return float(np.sqrt(np.mean(np.abs(points - points.mean()) ** 2)))
