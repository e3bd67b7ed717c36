"""The cost of every stage over the length of the video, drawn."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

WIDTH, HEIGHT = 1000, 620
LEFT, RIGHT, TOP, BOTTOM = 90, 210, 60, 70
INK, RULE, PAPER = (50, 50, 50), (225, 225, 225), (255, 255, 255)
LINES = (
    (180, 119, 31),
    (14, 127, 255),
    (44, 160, 44),
    (40, 39, 214),
    (189, 103, 148),
    (75, 86, 140),
    (194, 119, 227),
    (207, 190, 23),
    (34, 189, 188),
)
"""Blue first: colours of lines, blue green red."""
FONT = cv2.FONT_HERSHEY_SIMPLEX
LEAST_LABEL_PIXELS = 20
"""Labels of lines that end close together are moved apart."""


def draw(path: Path, title: str, minutes: Sequence[int], seconds: Mapping[str, Sequence[float]]) -> None:
    """Write a picture with one line for each name: processor seconds over minutes of video."""
    picture = np.full((HEIGHT, WIDTH, 3), PAPER, np.uint8)
    highest = max(max(values) for values in seconds.values()) * 1.05
    _axes(picture, title, minutes, highest)
    labels = _spread({name: _place(minutes[-1], values[-1], minutes, highest)[1] for name, values in seconds.items()})
    for (name, values), colour in zip(seconds.items(), LINES * len(seconds), strict=False):
        points = [_place(at, value, minutes, highest) for at, value in zip(minutes, values, strict=True)]
        cv2.polylines(
            picture, [np.array(points, np.int32)], isClosed=False, color=colour, thickness=2, lineType=cv2.LINE_AA
        )
        for point in points:
            cv2.circle(picture, point, 4, colour, cv2.FILLED, cv2.LINE_AA)
        _write(picture, name, (WIDTH - RIGHT + 12, labels[name] + 5), colour)
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])


def _axes(picture: np.ndarray, title: str, minutes: Sequence[int], highest: float) -> None:
    step = 10 ** np.floor(np.log10(highest))
    step = step / 2 if highest / step < 4 else step
    for value in np.arange(0, highest, step):
        left, right = _place(0, value, minutes, highest), _place(minutes[-1], value, minutes, highest)
        cv2.line(picture, left, right, RULE, 1)
        _write(picture, f"{value:g}", (left[0] - 55, left[1] + 5), INK)
    for at in minutes:
        foot = _place(at, 0, minutes, highest)
        cv2.line(picture, foot, (foot[0], foot[1] + 6), INK, 1)
        _write(picture, f"{at}", (foot[0] - 8, foot[1] + 26), INK)
    _write(picture, title, (LEFT, 34), INK)
    _write(picture, "minutes of video", (WIDTH // 2 - 120, HEIGHT - 14), INK)


def _place(at: float, value: float, minutes: Sequence[int], highest: float) -> tuple[int, int]:
    across = LEFT + (WIDTH - LEFT - RIGHT) * at / minutes[-1]
    down = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / highest
    return round(across), round(down)


def _spread(wanted: Mapping[str, int]) -> dict[str, int]:
    """Rows of labels, from the lowest up, none too close to the one below."""
    placed: dict[str, int] = {}
    below = HEIGHT
    for name, row in sorted(wanted.items(), key=lambda item: -item[1]):
        below = min(row, below - LEAST_LABEL_PIXELS)
        placed[name] = below
    return placed


def _write(picture: np.ndarray, text: str, corner: tuple[int, int], colour: tuple[int, int, int]) -> None:
    cv2.putText(picture, text, corner, FONT, 0.5, colour, 1, cv2.LINE_AA)
