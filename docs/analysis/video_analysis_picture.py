"""Draw docs/analysis/video_analysis.png: the shots of the demonstration, groups, scenes, motion."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import cv2
import numpy as np

from services.ingest.settings import Settings as IngestSettings
from services.ingest.stage import make_stage as make_ingest
from services.video_analysis.settings import Settings
from services.video_analysis.stage import make_stage
from shared.media import FrameMeasures, pick_frames, read_frame_measures
from shared.testkit.pipeline import run_stages

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shared.contracts.reports.video_analysis import Shot, VideoAnalysisReport

CLIP = Path(__file__).parents[2] / "demo" / "sales_call.mp4"
MODELS_DIR = Path.home() / ".cache" / "rushes" / "models"

COLUMNS, TILE_WIDTH, TILE_HEIGHT, CAPTION, FRAME = 4, 270, 152, 44, 4
COLOUR_STEP = 8
LINE_HEIGHT, LINE_LEFT = 250, 70
FASTEST = 0.3
"""Frame widths per second at the top of the curve."""

WHITE, BLACK, GREY = (255, 255, 255), (40, 40, 40), (190, 190, 190)
GROUP_COLOURS = ((60, 60, 220), (70, 160, 50), (210, 130, 30), (180, 60, 170), (30, 160, 220))
"""Blue, green, red."""


def main() -> None:
    """Analyse the clip and draw it."""
    with TemporaryDirectory() as directory:
        stages = (make_ingest(IngestSettings()), make_stage(Settings()))
        done = run_stages(CLIP, stages, Path(directory), models_dir=MODELS_DIR)
        report: VideoAnalysisReport = done["video_analysis"].report
        ingest = done["ingest"]
        keys = [shot.key_seconds for shot in report.shots]
        pictures = [frame.bgr() for frame in pick_frames(ingest.files[ingest.report.proxy], keys)]
        measures = read_frame_measures(done["video_analysis"].files["measures.npz"])
    sheet = _sheet(report, pictures)
    line = _time_line(report, measures, sheet.shape[1])
    target = Path(__file__).parent / "video_analysis.png"
    cv2.imwrite(str(target), np.vstack([sheet, line]), [cv2.IMWRITE_PNG_COMPRESSION, 9])


def _sheet(report: VideoAnalysisReport, pictures: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    rows = -(-len(pictures) // COLUMNS)
    height, width = TILE_HEIGHT + CAPTION + 2 * FRAME, TILE_WIDTH + 2 * FRAME
    sheet = np.full((rows * height, COLUMNS * width, 3), WHITE, np.uint8)
    for shot, picture in zip(report.shots, pictures, strict=True):
        row, column = divmod(shot.index, COLUMNS)
        sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = _tile(report, shot, picture)
    return sheet


def _tile(report: VideoAnalysisReport, shot: Shot, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A key picture in its group's colour, with the thirds, the subject, and the words of the report."""
    # Few colours, without grain, make a small file.
    calm = cv2.resize(cv2.medianBlur(picture, 3), (TILE_WIDTH, TILE_HEIGHT), interpolation=cv2.INTER_AREA)
    small = calm // COLOUR_STEP * COLOUR_STEP
    for third in (1, 2):
        cv2.line(small, (third * TILE_WIDTH // 3, 0), (third * TILE_WIDTH // 3, TILE_HEIGHT), GREY, 1)
        cv2.line(small, (0, third * TILE_HEIGHT // 3), (TILE_WIDTH, third * TILE_HEIGHT // 3), GREY, 1)
    composition = shot.composition
    if composition and composition.subject:
        place = (round(composition.subject[0] * TILE_WIDTH), round(composition.subject[1] * TILE_HEIGHT))
        cv2.circle(small, place, 9, WHITE, 5, cv2.LINE_AA)
        cv2.circle(small, place, 9, (0, 0, 230), 2, cv2.LINE_AA)
    tile = np.full((TILE_HEIGHT + CAPTION + 2 * FRAME, TILE_WIDTH + 2 * FRAME, 3), WHITE, np.uint8)
    tile[: TILE_HEIGHT + 2 * FRAME] = _group_colour(report, shot.index)
    tile[FRAME : FRAME + TILE_HEIGHT, FRAME : FRAME + TILE_WIDTH] = small
    begins = shot.transition_in or "begins"
    length = f" of {shot.transition_seconds:.1f} s" if shot.transition_seconds else ""
    score = "" if shot.score is None else f" ({shot.score:.2f})"
    nearness = composition.thirds if composition else None
    thirds = "" if nearness is None else f", thirds {nearness:.2f}"
    _write(tile, f"{shot.index + 1}: {begins}{length}{score} at {shot.start_seconds:.2f} s", 6, TILE_HEIGHT + 26)
    _write(tile, f"{', '.join(shot.colours)}; motion {shot.motion}{thirds}", 6, TILE_HEIGHT + 44)
    return tile


def _time_line(report: VideoAnalysisReport, measures: FrameMeasures, width: int) -> NDArray[np.uint8]:
    """Shots and scenes as bars, and the motion of every frame as a curve."""
    line = np.full((LINE_HEIGHT, width, 3), WHITE, np.uint8)

    def column(seconds: float) -> int:
        return LINE_LEFT + round(seconds / report.duration_seconds * (width - LINE_LEFT - 15))

    for shot in report.shots:
        left, right = column(shot.start_seconds), column(shot.end_seconds) - 2
        cv2.rectangle(line, (left, 12), (right, 34), _group_colour(report, shot.index), -1)
        _write(line, str(shot.index + 1), (left + right) // 2 - 5, 28, WHITE)
    for scene in report.scenes:
        left, right = column(scene.start_seconds), column(scene.end_seconds) - 2
        cv2.rectangle(line, (left, 42), (right, 64), BLACK, -1)
        _write(line, str(scene.index + 1), (left + right) // 2 - 5, 58, WHITE)
    floor, top = LINE_HEIGHT - 30, 80
    speeds = np.minimum(measures.motion, FASTEST)
    points = [
        (column(float(time)), round(floor - float(speed) / FASTEST * (floor - top)))
        for time, speed in zip(measures.time_seconds, speeds, strict=True)
    ]
    cv2.polylines(
        line, [np.array(points, np.int32)], isClosed=False, color=(200, 120, 40), thickness=1, lineType=cv2.LINE_AA
    )
    for name, row in (("shots", 28), ("scenes", 58), ("motion", 100), (f"{FASTEST} w/s", top + 6), ("0", floor)):
        _write(line, name, 5, row)
    for second in range(0, int(report.duration_seconds) + 1, 5):
        _write(line, f"{second} s", column(second) - 8, LINE_HEIGHT - 8)
    return line


def _group_colour(report: VideoAnalysisReport, shot: int) -> tuple[int, int, int]:
    for group in report.groups:
        if shot in group.shot_indices:
            return GROUP_COLOURS[group.index % len(GROUP_COLOURS)]
    return GREY


def _write(
    picture: NDArray[np.uint8], text: str, left: int, baseline: int, colour: tuple[int, int, int] = BLACK
) -> None:
    cv2.putText(picture, text, (left, baseline), cv2.FONT_HERSHEY_SIMPLEX, 0.42, colour, 1, cv2.LINE_AA)


if __name__ == "__main__":
    main()
