"""Explaining the pictures inside a span by putting those before and after it together, in every way known.

Analysis by synthesis: for each way (an edge running over the picture, one picture pushing the other out, one growing
over the other, ...) a set of pictures is made, one for each degree of progress; the way whose pictures come nearest to
those seen, in the right order, is what happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from services.video_analysis.core.layout import square_distances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shared.contracts.reports.video_analysis import Transition

WIDTH, HEIGHT = 24, 13
"""The size at which pictures are put together: fine enough for an edge, coarse enough for a hand that moves."""

DIVE_ADVANTAGE = 0.15
"""A dive, which may do all that a dissolve does, must explain so much more."""

LEAST_DEEP_SHARE = 0.25
"""Of the pictures inside, so many must be magnified; fewer are a dissolve."""

MAGNIFICATIONS = 4.0 ** np.linspace(0.0, 1.0, 8)
"""How far the camera dives into a picture, from not at all."""

SEAM_SHARE = 0.6
"""The edges at which two pictures meet differ by less than this share of what the whole pictures differ where they are
parts of one wide view."""


@dataclass(frozen=True)
class Explanation:
    """How well one way explains the k pictures inside a span.

    Attributes:
        kind: What one would call it.
        gain: How much better it explains them than the nearer of the two pictures alone: 1 perfectly, 0 not.
        error: What it leaves unexplained, as a share of what is between the two pictures.
        progress: How far it has come in each picture, 0 to 1, shape (k,).
    """

    kind: Transition
    gain: float
    error: float
    progress: NDArray[np.float64]


def reduced(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Small pictures at half their size: shape (n, 13, 24, 3)."""
    count, _, _, channels = pictures.shape
    even = pictures[:, : 2 * HEIGHT].reshape(count, HEIGHT, 2, WIDTH, 2, channels)
    return np.asarray(even.mean(axis=(2, 4), dtype=np.float32), np.float32)


def explanations(
    before: NDArray[np.float32], after: NDArray[np.float32], inside: NDArray[np.float32]
) -> list[Explanation]:
    """Every way's account of the pictures inside, shape (k, 13, 24, 3), the best first."""
    sides = _Sides(before, after, inside.reshape(len(inside), -1))
    found = [
        *_best_of_each("wipe", sides, _wipe_errors(sides), np.array(_STEPS)),
        *_slides(sides, axis=0),
        *_slides(sides, axis=1),
        *_best_of_each("zoom", sides, _errors(sides, _growing(before, after)), np.array(_STEPS)),
        *_best_of_each("zoom", sides, _errors(sides, _growing(after, before)[::-1]), np.array(_STEPS)),
    ]
    blend, dive = _blend(sides), _dive(sides)
    found += [blend] if dive.gain < blend.gain + DIVE_ADVANTAGE else [blend, dive]
    return sorted(found, key=lambda explanation: -explanation.gain)


class _Sides:
    """The pictures before and after, those seen inside, shape (k, 936), and the distances between them."""

    def __init__(self, before: NDArray[np.float32], after: NDArray[np.float32], seen: NDArray[np.float32]) -> None:
        self.before, self.after, self.seen = before, after, seen
        self.both = np.stack([before, after])
        ends = self.both.reshape(2, -1)
        self.to_ends = square_distances(ends, seen)
        self.whole = float(square_distances(ends[:1], ends[1:])[0, 0]) + 1e-6
        self._nearer = float(self.to_ends.min(0).sum()) + 0.02 * self.whole

    def explanation(self, kind: Transition, errors: NDArray[np.float32], progress: NDArray[np.float64]) -> Explanation:
        """Of errors and progress in each picture seen, both of shape (k,)."""
        error = float(np.maximum(errors, 0).sum())
        return Explanation(
            kind, 1 - error / self._nearer, 4 * error / len(self.seen) / self.whole, np.asarray(progress, np.float64)
        )


_across, _down = np.meshgrid((np.arange(WIDTH) + 0.5) / WIDTH - 0.5, (np.arange(HEIGHT) + 0.5) / HEIGHT - 0.5)
_radius = np.hypot(_across * 16, _down * 9)
_angle = np.mod(np.arctan2(_across * 16, -_down * 9), 2 * np.pi)
_box = np.maximum(np.abs(_across), np.abs(_down))
_STEPS = np.linspace(0, 1, 20)[1:-1]
_EDGE_SOFTNESS = 1.5 / WIDTH


def _masks(place: NDArray[np.float64]) -> NDArray[np.float32]:
    """Where the new picture shows when an edge has passed all places below each step: shape (steps, 312)."""
    scaled = ((place - place.min()) / np.ptp(place)).reshape(1, -1)
    shown = np.clip((_STEPS[:, None] * (1 + _EDGE_SOFTNESS) - scaled) / _EDGE_SOFTNESS, 0, 1)
    return np.asarray(shown, np.float32)


_WIPES = np.stack(
    [
        _masks(sign * place)
        for sign in (1, -1)
        for place in (
            *(_across, _down, _across + _down, _across - _down),
            *(_radius, _angle, np.abs(_across), np.abs(_down), _box),
        )
    ]
)
"""Edges, shape (ways, steps, 312): straight in eight directions, circles, clocks, doors, boxes, opening and closing."""

EDGES = np.concatenate([np.zeros_like(_WIPES[:, :1]), _WIPES, np.ones_like(_WIPES[:, :1])], axis=1)
"""The same with the beginning, where nothing has been passed, and the end: shape (ways, steps + 2, 312)."""


def _wipe_errors(sides: _Sides) -> NDArray[np.float32]:
    """What each edge at each place leaves unexplained of each picture: shape (ways, steps, k)."""
    pixels = sides.seen.reshape(len(sides.seen), -1, 3)
    to_before, to_after = (((pixels - end.reshape(1, -1, 3)) ** 2).sum(2) for end in sides.both)
    gained = _WIPES.reshape(-1, pixels.shape[1]) @ (to_after - to_before).T
    return np.asarray((gained + to_before.sum(1)) / sides.seen.shape[1], np.float32).reshape(*_WIPES.shape[:2], -1)


def _slide_gathers(axis: int) -> NDArray[np.int64]:
    """Which pixel of the two pictures, one after the other, each pixel of a slide is: shape (6, steps, 312).

    The new picture pushes the old one out, slides over it, or comes from under it, in both directions of the axis.
    """
    size = (HEIGHT, WIDTH)[axis]
    gone, place = np.arange(1, size)[:, None], np.arange(size)[None, :]
    still = np.broadcast_to(place, (size - 1, size))
    pushed_old, pushed_new = np.clip(place - gone, 0, size - 1), np.clip(place - gone + size, 0, size - 1)
    pixels = np.arange(2 * HEIGHT * WIDTH).reshape(2, HEIGHT, WIDTH)
    gathers = []
    for direction in (1, -1):
        old, new = (np.moveaxis(part, axis, 0)[::direction] for part in pixels)
        for first, second in ((pushed_old, pushed_new), (still, pushed_new), (pushed_old, still)):
            taken = np.where((place < gone)[..., None], new[second], old[first])[:, ::direction]
            gathers.append(np.moveaxis(taken, 1, axis + 1).reshape(size - 1, -1))
    return np.stack(gathers)


_SLIDES = (_slide_gathers(0), _slide_gathers(1))
_PUSHES = (0, 3)
"""The ways of `_slide_gathers` in which both pictures move."""


def _slides(sides: _Sides, *, axis: int) -> list[Explanation]:
    """One picture moves out, or the other in, or both; without those that a camera which turns explains as well."""
    gathers = _SLIDES[axis]
    pictures = np.take(sides.both.reshape(-1, 3), gathers, axis=0)
    size = (HEIGHT, WIDTH)[axis]
    found = _best_of_each("slide", sides, _errors(sides, pictures), np.arange(1, size) / size)
    for push, direction in zip(_PUSHES, (1, -1), strict=True):
        old, new = (np.moveaxis(picture, axis, 0)[::direction] for picture in sides.both)
        # Where the two pictures meet, a camera that turns shows what lies beside one another anyway.
        if float(((old[0] - new[-1]) ** 2).mean()) < SEAM_SHARE**2 * sides.whole:
            found[push] = sides.explanation("slide", sides.to_ends.min(0), found[push].progress)
    return found


def _errors(sides: _Sides, pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    """What pictures put together, shape (ways, steps, 312, 3) or (steps, 13, 24, 3), leave unexplained of each seen.

    Shape (ways, steps, k); one way when none is told.
    """
    flat = pictures.reshape(-1, sides.seen.shape[1])
    steps = pictures.shape[-3] if pictures.shape[-2] != WIDTH else len(pictures)
    return square_distances(flat, sides.seen).reshape(-1, steps, len(sides.seen))


def _best_of_each(
    kind: Transition, sides: _Sides, errors: NDArray[np.float32], steps: NDArray[np.float64]
) -> list[Explanation]:
    """Of each way the step that fits each picture best; the two pictures alone are its first and last step."""
    ways = len(errors)
    ends = np.broadcast_to(sides.to_ends[None], (ways, *sides.to_ends.shape))
    whole = np.concatenate([ends[:, :1], errors, ends[:, 1:]], axis=1)
    best = whole.argmin(1)
    least = np.take_along_axis(whole, best[:, None], 1)[:, 0]
    progress = np.r_[0.0, steps, 1.0][best]
    return [sides.explanation(kind, least[way], progress[way]) for way in range(ways)]


def _growing(outside: NDArray[np.float32], inside: NDArray[np.float32]) -> NDArray[np.float32]:
    """One picture, smaller, in the middle of the other, from almost nothing to almost all: shape (steps, 13, 24, 3)."""
    grown = np.repeat(outside[None], _STEPS.size, 0)
    for index, share in enumerate(_STEPS):
        matrix = np.array([[share, 0, (1 - share) * (WIDTH - 1) / 2], [0, share, (1 - share) * (HEIGHT - 1) / 2]])
        cv2.warpAffine(inside, matrix, (WIDTH, HEIGHT), dst=grown[index], borderMode=cv2.BORDER_TRANSPARENT)
    return grown


def _blend(sides: _Sides) -> Explanation:
    """A mixture of the two pictures, in any share."""
    along = (sides.to_ends[0] + sides.whole - sides.to_ends[1]) / 2
    shares = np.clip(along / sides.whole, 0, 1)
    return sides.explanation("dissolve", sides.to_ends[0] - 2 * shares * along + shares**2 * sides.whole, shares)


def _magnified(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """The middle of the picture, larger and larger: shape (8, 13, 24, 3)."""
    centre = ((WIDTH - 1) / 2, (HEIGHT - 1) / 2)
    sharp = [
        cv2.warpAffine(
            picture,
            cv2.getRotationMatrix2D(centre, 0, float(factor)),
            (WIDTH, HEIGHT),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT,
        )
        for factor in MAGNIFICATIONS
    ]
    return np.stack(sharp)


def _dive(sides: _Sides) -> Explanation:
    """The camera dives into the old picture and comes out of the new one, with any mixture of the two in between."""
    old, new = (_magnified(picture).reshape(MAGNIFICATIONS.size, -1) for picture in sides.both)
    to_old, to_new, between = (
        square_distances(old, sides.seen),
        square_distances(new, sides.seen),
        square_distances(old, new),
    )
    along = (to_old[:, None, :] + between[:, :, None] - to_new[None, :, :]) / 2
    shares = np.clip(along / np.maximum(between, 1e-6)[:, :, None], 0, 1)
    errors = to_old[:, None, :] - 2 * shares * along + shares**2 * between[:, :, None]
    best = errors.reshape(-1, len(sides.seen)).argmin(0)
    least, share = (np.take_along_axis(array.reshape(-1, best.size), best[None], 0)[0] for array in (errors, shares))
    into_old, out_of_new = np.unravel_index(best, (MAGNIFICATIONS.size, MAGNIFICATIONS.size))
    depth_of_old, depth_of_new = (
        np.where(used, into, 0) / max(1, int(np.where(used, into, 0).max()))
        for into, used in ((into_old, share < 1), (out_of_new, share > 0))
    )
    progress = (1 - share) * depth_of_old / 2 + share * (1 - depth_of_new / 2)
    is_deep = ((into_old > 0) & (share < 1)) | ((out_of_new > 0) & (share > 0))
    if is_deep.mean() < LEAST_DEEP_SHARE:
        least = sides.to_ends.min(0)
    return sides.explanation("zoom", least, progress)
