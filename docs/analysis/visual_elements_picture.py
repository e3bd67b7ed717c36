"""Draw docs/analysis/visual_elements.png: people found in a street, captions of a slide, and when was looked."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import cv2
import numpy as np

from services.ingest import stage as ingest
from services.ingest.settings import Settings as IngestSettings
from services.video_analysis import stage as video_analysis
from services.video_analysis.settings import Settings as VideoAnalysisSettings
from services.visual_elements import stage as visual_elements
from services.visual_elements.settings import Settings
from services.visual_elements.watching import padded
from shared.media import frame_at
from shared.models import model_path
from shared.models.objects import load_detector
from shared.testkit.pipeline import run_stages

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shared.contracts.reports.visual_elements import Caption, VisualElementsReport
    from shared.kit.stage import AnyStage

    Picture = NDArray[np.uint8]
    Colour = tuple[int, int, int]

ROOT = Path(__file__).parents[2]
STREET, CALL = ROOT / "tests" / "data" / "pedestrians.mp4", ROOT / "demo" / "sales_call.mp4"
MODELS_DIR = Path.home() / ".cache" / "rushes" / "models"
STREET_SECONDS, SLIDE_SECONDS = 1.0, 26.0

WIDTH, HEIGHT, LEFT, RIGHT = 1300, 720, 90, 20
PANE_WIDTH, PANE_HEIGHT, PANE_TOP = 480, 360, 30
SLIDE_LEFT = 640
TIMES_TOP, ROW, TICK = 470, 17, 10
TICK_SECONDS = 5
TEXT_SIZE, SMALL, THIN = 0.45, 0.38, 1
WHITE, GREY, BLACK = (255, 255, 255), (150, 150, 150), (40, 40, 40)
GREEN, BLUE, RED = (90, 170, 60), (200, 120, 40), (60, 60, 210)
LEAST_CONFIDENCE = 0.5
COLOUR_STEP = 8
"""Colours of the photograph are coarsened: the file stays small."""


def main() -> None:
    """Look at both clips and draw what was found."""
    picture: Picture = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    with TemporaryDirectory() as scratch:
        street, street_proxy = _analyse(STREET, Path(scratch) / "street")
        call, call_proxy = _analyse(CALL, Path(scratch) / "call")
        _street(picture, frame_at(street_proxy, STREET_SECONDS).bgr(), street)
        _slide(picture, frame_at(call_proxy, SLIDE_SECONDS).bgr(), call)
        _times(picture, call)
    target = Path(__file__).with_name("visual_elements.png")
    cv2.imwrite(str(target), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])


def _analyse(clip: Path, directory: Path) -> tuple[VisualElementsReport, Path]:
    stages: list[AnyStage] = [
        ingest.make_stage(IngestSettings()),
        video_analysis.make_stage(VideoAnalysisSettings()),
        visual_elements.make_stage(Settings()),
    ]
    done = run_stages(clip, stages, directory, models_dir=MODELS_DIR)
    report: VisualElementsReport = done["visual_elements"].report
    return report, done["ingest"].files["proxy.mp4"]


def _street(picture: Picture, frame: Picture, report: VisualElementsReport) -> None:
    """People and cars by both framings: blue the padded one, green the whole picture."""
    detector = load_detector(model_path(visual_elements.OBJECTS, MODELS_DIR), 1)
    height, width = frame.shape[:2]
    shown = frame // COLOUR_STEP * COLOUR_STEP
    bordered = padded(frame)
    rows, columns = (bordered.shape[0] - height) / 2, (bordered.shape[1] - width) / 2
    for source, colour, left, top in ((bordered, BLUE, columns, rows), (frame, GREEN, 0.0, 0.0)):
        for thing in detector.detect(source, least_confidence=LEAST_CONFIDENCE):
            corners = np.array([thing.left, thing.right]) * source.shape[1] - left
            edges = np.array([thing.top, thing.bottom]) * source.shape[0] - top
            start, end = (round(corners[0]), round(edges[0])), (round(corners[1]), round(edges[1]))
            cv2.rectangle(shown, start, end, colour, THIN)
            if colour == GREEN:
                _text(shown, f"{thing.label} {thing.confidence:.2f}", (start[0], start[1] - 3), WHITE, SMALL)
    picture[PANE_TOP : PANE_TOP + PANE_HEIGHT, LEFT : LEFT + PANE_WIDTH] = cv2.resize(shown, (PANE_WIDTH, PANE_HEIGHT))
    _text(picture, "things found in both framings", (LEFT, PANE_TOP - 10), BLACK)
    _text(picture, report.segments[0].content, (LEFT, PANE_TOP + PANE_HEIGHT + 20), BLACK, SMALL)


def _slide(picture: Picture, frame: Picture, report: VisualElementsReport) -> None:
    height, width = frame.shape[:2]
    for caption in _standing(report, SLIDE_SECONDS):
        start = (round(caption.left * width), round(caption.top * height))
        end = (round(caption.right * width), round(caption.bottom * height))
        cv2.rectangle(frame, start, end, RED, THIN)
    top = PANE_TOP + 30
    picture[top : top + height, SLIDE_LEFT : SLIDE_LEFT + width] = frame
    _text(picture, "lines of text found, as large as the proxy has them", (SLIDE_LEFT, top - 10), BLACK)
    window = next(window for window in report.windows if window.end_seconds > SLIDE_SECONDS)
    segment = report.segments[report.windows.index(window)].content
    half = segment.index("Text")
    _text(picture, segment[:half], (SLIDE_LEFT, top + height + 20), BLACK, SMALL)
    _text(picture, segment[half:], (SLIDE_LEFT, top + height + 38), BLACK, SMALL)


def _standing(report: VisualElementsReport, seconds: float) -> list[Caption]:
    return [caption for caption in report.captions if caption.start_seconds <= seconds < caption.end_seconds]


def _times(picture: Picture, report: VisualElementsReport) -> None:
    def at(seconds: float) -> int:
        return round(LEFT + seconds * (WIDTH - LEFT - RIGHT) / report.duration_seconds)

    for tick in range(0, int(report.duration_seconds) + 1, TICK_SECONDS):
        cv2.line(picture, (at(tick), TIMES_TOP - 6), (at(tick), HEIGHT - 20), (225, 225, 225), THIN)
        _text(picture, f"{tick} s", (at(tick) - 8, HEIGHT - 6), GREY, SMALL)
    looks = {look.seconds for look in report.looks}
    searched = [seconds for seconds in report.looked_at_seconds if seconds not in looks]
    for row, (what, instants, colour) in enumerate((("things", looks, GREEN), ("text", searched, BLUE))):
        middle = TIMES_TOP + row * ROW
        _text(picture, what, (20, middle + 4), colour)
        for seconds in instants:
            cv2.line(picture, (at(seconds), middle - TICK // 2), (at(seconds), middle + TICK // 2), colour, 2)
    _text(picture, "captions", (20, TIMES_TOP + 3 * ROW), RED)
    ends: list[float] = []
    for caption in report.captions:
        row = next((row for row, end in enumerate(ends) if end <= caption.start_seconds), len(ends))
        ends[row : row + 1] = [caption.end_seconds]
        top = TIMES_TOP + 2 * ROW + row * (ROW + 22)
        start, end = (at(caption.start_seconds), top), (at(caption.end_seconds) - 1, top + ROW)
        cv2.rectangle(picture, start, end, RED, THIN)
        _text(picture, caption.text, (start[0] + 3, top + ROW + 14), BLACK, SMALL)


def _text(picture: Picture, words: str, place: tuple[int, int], colour: Colour, size: float = TEXT_SIZE) -> None:
    cv2.putText(picture, words, place, cv2.FONT_HERSHEY_SIMPLEX, size, colour, THIN, cv2.LINE_AA)


if __name__ == "__main__":
    main()
