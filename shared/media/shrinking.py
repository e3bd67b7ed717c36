"""Very small pictures of a proxy's frames, made from its planes: five times cheaper than scaling them in colour."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from shared.media.pictures import planes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shared.media.frames import Frame

BGR_OF_PLANES = np.array(
    [
        [1.164384, 2.112402, 0.0, -289.0180],
        [1.164384, -0.213249, -0.532909, 76.8780],
        [1.164384, 0.0, 1.792741, -248.1007],
    ],
    np.float32,
)
"""ITU-R BT.709 in limited range, which every proxy is: blue, green and red of Y, Cb, Cr and 1."""


FEW_TIMES = 8
"""A plane is halved, as long as its sides are even, until it is less than so many times as large as wanted."""


def shrunk_bgr(frame: Frame, width: int, height: int) -> NDArray[np.uint8]:
    """The frame averaged over areas: shape (height, width, 3), blue green red, 0 to 255.

    Args:
        frame: Of a proxy.
        width: Pixels across.
        height: Pixels down.
    """
    small = [_averaged(plane, width, height) for plane in planes_of(frame.picture)]
    return np.asarray(cv2.transform(cv2.merge(small), BGR_OF_PLANES), np.uint8)


def _averaged(plane: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    small: Any = plane
    for size in _sizes((plane.shape[1], plane.shape[0]), (width, height)):
        small = cv2.resize(small, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


@cache
def _sizes(size: tuple[int, int], wanted: tuple[int, int]) -> list[tuple[int, int]]:
    """The sizes on the way: blocks of four pixels are averaged many times faster than areas of any other size."""
    sizes = []
    while all(side % 2 == 0 and side >= FEW_TIMES * least for side, least in zip(size, wanted, strict=True)):
        size = (size[0] // 2, size[1] // 2)
        sizes.append(size)
    return [*sizes, wanted]
