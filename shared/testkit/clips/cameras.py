"""Pictures seen by a camera that moves along a known path, with layers of depth and things that move before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class View:
    """Where the camera looks.

    Attributes:
        centre: The place in the world that is in the middle of the frame, in frame widths at size 1; right is real,
            down is imaginary.
        size: How large things are; 2 is a zoom by two.
        turn: Radians that the camera is turned clockwise.
    """

    centre: complex = 0j
    size: float = 1.0
    turn: float = 0.0


@dataclass(frozen=True)
class Layer:
    """A surface of the world that faces the camera.

    Attributes:
        picture: Grey, shape (rows, columns); its middle is the world's origin, beyond its edges it goes on mirrored.
        pixels_per_width: Pixels of it across the frame at size 1.
        mask: Where it is solid, 0 to 255, of the picture's shape; None for everywhere.
    """

    picture: Grey
    pixels_per_width: float
    mask: Grey | None = None


@dataclass(frozen=True)
class Sprite:
    """A thing that moves over the picture: an ellipse cut from a picture.

    Attributes:
        picture: Its texture; the ellipse fills it.
        places: Where its middle is in the frame at each instant, complex, in frame widths from the frame's middle.
    """

    picture: Grey
    places: NDArray[np.complex128]

    def box(self, index: int, width: int, height: int) -> tuple[float, float, float, float]:
        """Left, top, right and bottom in shares of the frame's width and height."""
        x = float(self.places[index].real) + 0.5
        y = float(self.places[index].imag) * width / height + 0.5
        half_x, half_y = self.picture.shape[1] / width / 2, self.picture.shape[0] / height / 2
        return x - half_x, y - half_y, x + half_x, y + half_y


def seen(layers: Sequence[Layer], views: Sequence[View], width: int, height: int) -> Grey:
    """What the camera sees of layers, the farthest first, each in its own view."""
    frame = np.zeros((height, width), np.uint8)
    for layer, view in zip(layers, views, strict=True):
        warp = _warp(layer, view, width, height)
        picture = _warped(layer.picture, warp, width, height)
        frame = picture if layer.mask is None else _blended(frame, picture, _warped(layer.mask, warp, width, height))
    return frame


def with_sprites(frame: Grey, sprites: Sequence[Sprite], index: int) -> Grey:
    """A frame with things before it, at the instant `index`."""
    height, width = frame.shape
    for sprite in sprites:
        rows, columns = sprite.picture.shape
        place = sprite.places[index]
        x, y = place.real * width + width / 2 - columns / 2, place.imag * width + height / 2 - rows / 2
        move = np.array([[1, 0, x], [0, 1, y]], np.float64)
        picture, mask = (
            np.asarray(cv2.warpAffine(part, move, (width, height), flags=cv2.INTER_LINEAR), np.uint8)
            for part in (sprite.picture, _ellipse(rows, columns))
        )
        frame = _blended(frame, picture, mask)
    return frame


def looked_around(
    panorama: Grey, *, yaw: float, pitch: float, roll: float, field_of_view: float, size: tuple[int, int]
) -> Grey:
    """A turning camera in the middle of a spherical picture (360 by 180 degrees); all angles in radians.

    Yaw turns it right, pitch down, roll clockwise; `size` is width and height.
    """
    width, height = size
    focal = width / 2 / np.tan(field_of_view / 2)
    x, y = np.meshgrid(np.arange(width) - (width - 1) / 2, np.arange(height) - (height - 1) / 2)
    turned = (x + 1j * y) * np.exp(1j * roll)
    right, down, ahead = turned.real, turned.imag, focal
    down, ahead = down * np.cos(pitch) + ahead * np.sin(pitch), ahead * np.cos(pitch) - down * np.sin(pitch)
    longitude = np.arctan2(right, ahead) + yaw
    latitude = np.arctan2(down, np.hypot(right, ahead))
    rows, columns = panorama.shape
    map_x = ((longitude / (2 * np.pi) + 0.5) % 1.0 * columns).astype(np.float32)
    map_y = ((latitude / np.pi + 0.5) * rows).astype(np.float32)
    return np.asarray(cv2.remap(panorama, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _warp(layer: Layer, view: View, width: int, height: int) -> NDArray[np.float64]:
    """From pixels of the frame to pixels of the layer."""
    pixels = layer.pixels_per_width
    one = np.exp(1j * view.turn) / view.size * pixels / width
    rows, columns = layer.picture.shape
    origin = view.centre * pixels + complex(columns - 1, rows - 1) / 2 - one * complex(width - 1, height - 1) / 2
    return np.array([[one.real, -one.imag, origin.real], [one.imag, one.real, origin.imag]])


def _warped(picture: Grey, warp: NDArray[np.float64], width: int, height: int) -> Grey:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    border = cv2.BORDER_REFLECT_101
    return np.asarray(cv2.warpAffine(picture, warp, (width, height), flags=flags, borderMode=border), np.uint8)


def _ellipse(rows: int, columns: int) -> Grey:
    mask = np.zeros((rows, columns), np.uint8)
    cv2.ellipse(mask, (columns // 2, rows // 2), (columns // 2 - 1, rows // 2 - 1), 0, 0, 360, 255, -1, cv2.LINE_AA)
    return mask


def _blended(below: Grey, above: Grey, mask: Grey) -> Grey:
    share = mask.astype(np.float32) * np.float32(1 / 255)
    blended = below + (above.astype(np.float32) - below) * share
    picture: Grey = np.round(blended).astype(np.uint8)
    return picture
