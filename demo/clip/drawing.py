"""Strokes that the pictures are made of: gradients, shapes with smooth edges, text."""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Shape (height, width, 3), blue green red."""

Colour = tuple[int, int, int]
"""Blue, green, red, 0 to 255."""

WIDTH = 1280
HEIGHT = 720
SUBPIXEL_BITS = 4

FONT = cv2.FontFace("sans")

WHITE: Colour = (245, 245, 245)
INK: Colour = (60, 45, 35)


def gradient(top: Colour, bottom: Colour) -> Picture:
    """A whole picture that goes from one colour to another."""
    share = np.linspace(0.0, 1.0, HEIGHT)[:, None, None]
    rows = np.array(top) * (1 - share) + np.array(bottom) * share
    return np.broadcast_to(np.rint(rows), (HEIGHT, WIDTH, 3)).astype(np.uint8, order="C")


def ellipse(
    picture: Picture, centre: tuple[float, float], axes: tuple[float, float], colour: Colour, *, degrees: float = 0.0
) -> None:
    """A filled ellipse, placed to a sixteenth of a pixel so that slow movement stays smooth."""
    scale = 1 << SUBPIXEL_BITS
    cv2.ellipse(
        picture,
        (round(centre[0] * scale), round(centre[1] * scale)),
        (round(axes[0] * scale), round(axes[1] * scale)),
        degrees,
        0,
        360,
        colour,
        cv2.FILLED,
        cv2.LINE_AA,
        SUBPIXEL_BITS,
    )


def box(picture: Picture, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:  # noqa: PLR0917  a rectangle
    """A filled rectangle."""
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    scaled = np.rint(corners * (1 << SUBPIXEL_BITS)).astype(np.int32)
    cv2.fillConvexPoly(picture, scaled, colour, cv2.LINE_AA, SUBPIXEL_BITS)


def text(
    picture: Picture, words: str, at: tuple[float, float], colour: Colour, *, size: int, weight: int = 450
) -> None:
    """One line of text; `size` in pixels, `weight` from 100 (thin) to 900 (black)."""
    cv2.putText(picture, words, (round(at[0]), round(at[1])), colour, FONT, size, weight)


def darker(colour: Colour, by: int) -> Colour:
    """The colour with every channel lowered."""
    return (colour[0] - by, colour[1] - by, colour[2] - by)


def zoomed(picture: Picture, factor: float) -> Picture:
    """The picture seen closer around its middle, as a camera that moves in would see it."""
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 0.0, factor)
    return cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR).astype(np.uint8)
