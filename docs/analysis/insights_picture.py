"""The picture of the page insights: precision and recall of each type, read from the page's own table."""

import re
from pathlib import Path

import cv2
import numpy as np

PAGE = Path(__file__).with_name("insights.md")
PICTURE = PAGE.with_suffix(".png")

ROW = re.compile(r"^\| ([a-z_ ]+) \|.*\| (\d+) \| ([\d.]+) \| ([\d.]+) \|$", re.MULTILINE)
WIDTH, ROW_HEIGHT, LEFT, TOP = 900, 40, 220, 60
INK, GOAL = (60, 60, 60), (90, 90, 200)
PRECISION, RECALL = (170, 120, 40), (110, 180, 90)
"""Colours as OpenCV orders them: blue, green, red."""
GOAL_SHARE = 0.8


def draw() -> None:
    """Write the picture."""
    rows = [(name, int(true), (float(precision), float(recall))) for name, true, precision, recall in _measured()]
    canvas = np.full((TOP + ROW_HEIGHT * len(rows) + 30, WIDTH, 3), 255, np.uint8)
    span = WIDTH - LEFT - 60
    _write(canvas, "precision", (LEFT, 30), PRECISION)
    _write(canvas, "recall", (LEFT + 110, 30), RECALL)
    _write(canvas, "goal 0.8", (LEFT + 190, 30), GOAL)
    for index, (name, true, shares) in enumerate(rows):
        top = TOP + index * ROW_HEIGHT
        _write(canvas, f"{name} ({true})", (10, top + 20), INK)
        for offset, share, colour in zip((4, 17), shares, (PRECISION, RECALL), strict=True):
            right = LEFT + round(span * share)
            cv2.rectangle(canvas, (LEFT, top + offset), (right, top + offset + 10), colour, cv2.FILLED)
            _write(canvas, f"{share:.2f}", (right + 5, top + offset + 10), INK, 0.38)
    goal = LEFT + round(span * GOAL_SHARE)
    cv2.line(canvas, (goal, TOP - 10), (goal, canvas.shape[0] - 20), GOAL, 1)
    cv2.imwrite(str(PICTURE), canvas)


def _measured() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = ROW.findall(PAGE.read_text("utf-8"))
    return rows


def _write(canvas: np.ndarray, text: str, at: tuple[int, int], colour: tuple[int, int, int], size: float = 0.5) -> None:
    cv2.putText(canvas, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, colour, 1, cv2.LINE_AA)


if __name__ == "__main__":
    draw()
