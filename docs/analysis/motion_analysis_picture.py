"""Draws docs/analysis/motion_analysis.png: `python -m docs.analysis.motion_analysis_picture`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from services.motion_analysis.core.analysis import Analysis
from services.motion_analysis.core.shots import ShotSpan
from services.motion_analysis.core.window import Window
from shared.testkit.clips.cameras import Layer, Sprite, View, seen, with_sprites
from tests.accuracy.camera_clips import HEIGHT, WIDTH, pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from shared.contracts.reports.motion_analysis import Box, CameraSpan, MotionAnalysisReport

    Picture = NDArray[np.uint8]

RATE, SECONDS = 25, 10.0
TIMES = np.arange(round(RATE * SECONDS)) / RATE
SHOWN_SECONDS = (0.8, 3.2, 7.0, 9.2)
PLOT_WIDTH, PLOT_HEIGHT, MARGIN = 960, 160, 46
INK, GREY, BLUE, ORANGE = (40, 40, 40), (150, 150, 150), (190, 110, 30), (20, 110, 230)
COLOURS = {
    "static": (235, 235, 235),
    "pan": (250, 215, 175),
    "zoom_in": (185, 235, 190),
    "handheld": (185, 205, 250),
}


def view(time: float) -> View:
    """Still, a pan to the right, still, a zoom in, and a trembling hand."""
    hand = max(0.0, time - 8.0) and 0.006 * complex(math.sin(13 * time), math.cos(9 * time + 1))
    return View(-0.2 + 0.12 * min(max(time - 1.5, 0.0), 3.0) + hand, math.exp(0.2 * min(max(time - 5.5, 0.0), 2.5)))


def main() -> None:
    """Film, analyse, draw."""
    known = pictures(unseen=False)
    layer = Layer(known["canal"], 0.5 * known["canal"].shape[1])
    face = np.ascontiguousarray(known["graf1"][150:250, 250:350])
    walker = Sprite(face, np.asarray(-0.42 + 0.08 * TIMES + 0.08j, np.complex128))
    frames = [
        with_sprites(seen([layer], [view(time)], WIDTH, HEIGHT), [walker], index) for index, time in enumerate(TIMES)
    ]
    analysis = Analysis([ShotSpan(0, 0.0, SECONDS, 0.0, SECONDS)], Window())
    for time, frame in zip(TIMES.tolist(), frames, strict=True):
        analysis.add(time, frame)
    report = analysis.report(SECONDS)
    spans = report.camera[0].spans
    rows = [
        np.hstack([_shown(frames[round(time * RATE)], time, report) for time in SHOWN_SECONDS]),
        _plot("view to the right", spans, lambda time: view(time).centre.real, lambda span: span.right_per_second),
        _plot(
            "size of things (log)",
            spans,
            lambda time: math.log(view(time).size),
            lambda span: math.log(span.scale_per_second),
        ),
        _pacing(report),
    ]
    path = Path(__file__).with_name("motion_analysis.png")
    cv2.imwrite(str(path), np.vstack(rows), [cv2.IMWRITE_PNG_COMPRESSION, 9])


def _shown(frame: Picture, time: float, report: MotionAnalysisReport) -> Picture:
    """A frame with the span it lies in and the boxes of what moves."""
    picture = np.asarray(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR), np.uint8)
    for track in report.tracks:
        near = min(track.boxes, key=lambda box: abs(box.time_seconds - time))
        if abs(near.time_seconds - time) < 0.25:  # noqa: PLR2004  a box's own time
            cv2.rectangle(picture, *_corners(near), ORANGE, 4)
    small = np.asarray(cv2.resize(picture, (PLOT_WIDTH // 4, 135), interpolation=cv2.INTER_AREA), np.uint8)
    span = next(span for span in report.camera[0].spans if span.start_seconds <= time < span.end_seconds)
    cv2.rectangle(small, (0, 0), (150, 18), (255, 255, 255), -1)
    _write(small, f"{time:.1f} s  {span.move}", (4, 13))
    return small


def _corners(box: Box) -> tuple[tuple[int, int], tuple[int, int]]:
    return (round(box.left * WIDTH), round(box.top * HEIGHT)), (round(box.right * WIDTH), round(box.bottom * HEIGHT))


def _plot(
    title: str,
    spans: Sequence[CameraSpan],
    true: Callable[[float], float],
    rate: Callable[[CameraSpan], float],
) -> Picture:
    """The true path as a thick grey line, the spans' mean rates as lines from where each span truly begins."""
    picture = _ground(spans, title)
    values = [true(time) for time in TIMES.tolist()]
    least, most = min(values), max(values)

    def place(time: float, value: float) -> tuple[int, int]:
        share = (value - least) / (most - least)
        return _across(time), round(PLOT_HEIGHT - 20 - share * (PLOT_HEIGHT - 70))

    line = np.array([place(time, value) for time, value in zip(TIMES.tolist(), values, strict=True)], np.int32)
    cv2.polylines(picture, [line], isClosed=False, color=GREY, thickness=5, lineType=cv2.LINE_AA)
    for span in spans:
        begin = true(span.start_seconds)
        end = begin + rate(span) * (span.end_seconds - span.start_seconds)
        cv2.line(picture, place(span.start_seconds, begin), place(span.end_seconds, end), BLUE, 2, cv2.LINE_AA)
    return picture


def _pacing(report: MotionAnalysisReport) -> Picture:
    picture = _ground((), f"pacing, frame widths per second; motion_intensity {report.motion_intensity}")
    highest = max(report.pacing)
    for second, speed in enumerate(report.pacing):
        top = round(PLOT_HEIGHT - 20 - speed / highest * (PLOT_HEIGHT - 60))
        cv2.rectangle(picture, (_across(second) + 2, top), (_across(second + 1) - 2, PLOT_HEIGHT - 20), BLUE, -1)
        _write(picture, f"{speed:.2f}", (_across(second) + 26, top - 4))
        _write(picture, f"{second} s", (_across(second) + 30, PLOT_HEIGHT - 6))
    return picture


def _ground(spans: Sequence[CameraSpan], title: str) -> Picture:
    picture = np.full((PLOT_HEIGHT, PLOT_WIDTH, 3), 255, np.uint8)
    for span in spans:
        left, right = _across(span.start_seconds), _across(span.end_seconds)
        cv2.rectangle(picture, (left, 38), (right, PLOT_HEIGHT - 8), COLOURS.get(span.move, (245, 245, 245)), -1)
        _write(picture, span.move, (left + 4, 33))
    _write(picture, title, (MARGIN, 16))
    return picture


def _across(time: float) -> int:
    return round(MARGIN + time / SECONDS * (PLOT_WIDTH - 2 * MARGIN))


def _write(picture: Picture, text: str, place: tuple[int, int]) -> None:
    cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.42, INK, 1, cv2.LINE_AA)


if __name__ == "__main__":
    main()
