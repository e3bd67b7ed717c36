"""How one shot becomes the next: each kind as a function of the pictures before and after and the progress, 0 to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    Mixer = Callable[[Picture, Picture, float], Picture]

BLACK, WHITE = 0, 250
FADE_HOLD = 0.12
"""The share of a fade in the middle that is one plain colour."""
SOFT_EDGE_SHARE = 0.06
"""How wide the border of a soft wipe is."""
BLEND_SHARE = 0.2
"""The share of a cross zoom in its middle in which the two pictures are blended."""


def blended(before: Picture, after: Picture, share: float | NDArray[np.float32]) -> Picture:
    """So much of the one that comes after, everywhere or by a map of shape (height, width)."""
    weight = np.asarray(share, np.float32)
    weight = weight[..., None] if weight.ndim else weight
    mixed: Picture = np.clip(before + (after.astype(np.float32) - before) * weight + 0.5, 0, 255).astype(np.uint8)
    return mixed


def fade_through(colour: int) -> Mixer:
    """Out to a plain colour, and from it in."""

    def mix(before: Picture, after: Picture, progress: float) -> Picture:
        plain = np.full_like(before, colour)
        ramp = (1 - FADE_HOLD) / 2
        if progress < 0.5:
            return blended(before, plain, min(1.0, progress / ramp))
        return blended(after, plain, min(1.0, (1 - progress) / ramp))

    return mix


def wipe(across: float, down: float, *, softness: float = 0.0) -> Mixer:
    """A straight edge runs over the picture towards (across, down)."""

    def mix(before: Picture, after: Picture, progress: float) -> Picture:
        height, width = before.shape[:2]
        place = across * np.linspace(-0.5, 0.5, width)[None, :] + down * np.linspace(-0.5, 0.5, height)[:, None]
        place = (place - place.min()) / np.ptp(place)
        edge = max(softness, 1e-3)
        return blended(before, after, np.clip((progress * (1 + edge) - place) / edge, 0, 1).astype(np.float32))

    return mix


def iris(before: Picture, after: Picture, progress: float) -> Picture:
    """A circle opens from the middle."""
    height, width = before.shape[:2]
    across, down = np.meshgrid(np.arange(width) - width / 2, np.arange(height) - height / 2)
    radius = np.hypot(across, down)
    return blended(before, after, np.clip(progress * radius.max() - radius + 1, 0, 1).astype(np.float32))


def clock(before: Picture, after: Picture, progress: float) -> Picture:
    """A hand turns about the middle."""
    height, width = before.shape[:2]
    across, down = np.meshgrid(np.arange(width) - width / 2, np.arange(height) - height / 2)
    angle = np.mod(np.arctan2(across, -down), 2 * np.pi) / (2 * np.pi)
    return blended(before, after, (angle < progress).astype(np.float32))


def reversed_in_time(mix: Mixer) -> Mixer:
    """What opens closes, what grows shrinks."""
    return lambda before, after, progress: mix(after, before, 1 - progress)


def doors(before: Picture, after: Picture, progress: float) -> Picture:
    """Two edges part in the middle."""
    width = before.shape[1]
    place = np.abs(np.linspace(-1, 1, width))[None, :]
    return blended(before, after, np.broadcast_to(place < progress, before.shape[:2]).astype(np.float32))


def slide(across: int, down: int, *, moves_before: bool = True, moves_after: bool = True) -> Mixer:
    """The next picture comes in towards (across, down), pushing the one before out, over it, or from under it."""

    def mix(before: Picture, after: Picture, progress: float) -> Picture:
        height, width = before.shape[:2]
        gone = round(progress * (width if across else height))
        axis, towards = (1, across) if across else (0, down)
        size = before.shape[axis]
        old = np.roll(before, towards * gone, axis) if moves_before else before
        new = np.roll(after, towards * (gone - size), axis) if moves_after else after
        place = np.arange(size) if towards > 0 else np.arange(size)[::-1]
        is_new = place < gone
        return np.where(is_new[None, :, None] if axis else is_new[:, None, None], new, old)

    return mix


def magnified(picture: Picture, factor: float) -> Picture:
    """The middle of the picture, so many times as large (below 1: the picture small on black)."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 0, factor)
    return np.asarray(cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REFLECT), np.uint8)


def cross_zoom(factor: float) -> Mixer:
    """The camera dives into the picture before and comes out of the one after."""

    def mix(before: Picture, after: Picture, progress: float) -> Picture:
        old = magnified(before, factor ** min(1.0, 2 * progress))
        new = magnified(after, factor ** min(1.0, 2 * (1 - progress)))
        return blended(old, new, float(np.clip((progress - 0.5) / BLEND_SHARE + 0.5, 0, 1)))

    return mix


def dive_in(before: Picture, after: Picture, progress: float) -> Picture:
    """The picture before grows while the one after shows through it."""
    return blended(magnified(before, 1 + 2 * progress), after, float(np.clip(2 * progress - 0.5, 0, 1)))


def grow(before: Picture, after: Picture, progress: float) -> Picture:
    """The picture after grows out of the middle over the one before."""
    height, width = before.shape[:2]
    small = (max(2, round(width * progress)), max(2, round(height * progress)))
    left, top = (width - small[0]) // 2, (height - small[1]) // 2
    mixed = before.copy()
    mixed[top : top + small[1], left : left + small[0]] = cv2.resize(after, small, interpolation=cv2.INTER_AREA)
    return mixed


def dissolve(before: Picture, after: Picture, progress: float) -> Picture:
    """One shines through the other."""
    return blended(before, after, progress)


KINDS: dict[str, tuple[Mixer, ...]] = {
    "dissolve": (dissolve,),
    "fade": (fade_through(BLACK), fade_through(BLACK), fade_through(WHITE)),
    "wipe": (
        wipe(1, 0),
        wipe(0, 1, softness=SOFT_EDGE_SHARE),
        iris,
        wipe(-1, 0, softness=SOFT_EDGE_SHARE),
        wipe(1, 1),
        wipe(0, -1),
        clock,
    ),
    "slide": (
        slide(-1, 0),
        slide(0, 1),
        slide(1, 0, moves_before=False),
        slide(0, -1, moves_after=False),
        slide(1, 0),
        slide(0, -1, moves_before=False),
    ),
    "zoom": (cross_zoom(4.0), grow, dive_in),
}
"""The gradual kinds, each with the ways it is shown in turn."""

OTHER_KINDS: dict[str, tuple[Mixer, ...]] = {
    "dissolve": (dissolve,),
    "fade": (fade_through(WHITE), fade_through(BLACK)),
    "wipe": (
        wipe(1, -1),
        reversed_in_time(iris),
        wipe(-1, 0, softness=2 * SOFT_EDGE_SHARE),
        doors,
        wipe(0, 1),
        reversed_in_time(clock),
        wipe(1, 0),
    ),
    "slide": (
        slide(-1, 0, moves_before=False),
        slide(0, -1),
        slide(1, 0, moves_after=False),
        slide(-1, 0),
        slide(0, 1, moves_before=False),
        slide(0, 1, moves_after=False),
    ),
    "zoom": (reversed_in_time(grow), cross_zoom(6.0), grow),
}
"""The same kinds in other ways."""
