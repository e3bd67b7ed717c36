"""Draw docs/analysis/video_reasoning.png: a picture of each shot of the demonstration, and what is said of it."""

from __future__ import annotations

import textwrap
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from services.ingest import stage as ingest
from services.ingest.settings import Settings as IngestSettings
from services.transcription import stage as transcription
from services.transcription.settings import Settings as TranscriptionSettings
from services.video_analysis import stage as video_analysis
from services.video_analysis.settings import Settings as VideoAnalysisSettings
from services.video_reasoning import stage as video_reasoning
from services.video_reasoning.settings import Settings
from services.visual_elements import stage as visual_elements
from services.visual_elements.settings import Settings as VisualElementsSettings
from shared.testkit.pipeline import run_stages

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLIP = Path(__file__).parents[2] / "demo" / "sales_call.mp4"
MODELS_DIR = Path.home() / ".cache" / "rushes" / "models"

STAGES = (
    ingest.make_stage(IngestSettings()),
    video_analysis.make_stage(VideoAnalysisSettings()),
    transcription.make_stage(TranscriptionSettings()),
    visual_elements.make_stage(VisualElementsSettings()),
    video_reasoning.make_stage(Settings()),
)

WIDTH, THUMBNAIL, GAP = 1200, (188, 106), 12
IN_A_ROW = 6
LINE, LETTERS, TEXT_SIZE = 20, 150, 0.45
BLACK, GREY, WHITE = (40, 40, 40), (120, 120, 120), (255, 255, 255)


def main() -> None:
    """Run every stage on the clip, and draw."""
    with TemporaryDirectory() as scratch:
        done = run_stages(CLIP, STAGES, Path(scratch), models_dir=MODELS_DIR)
    cut, told = done["video_analysis"].report, done["video_reasoning"].report
    pieces = []
    for description in told.descriptions:
        if description.scene_index is not None:
            pieces.append(_strip([cut.shots[index] for index in cut.scenes[description.scene_index].shot_indices]))
        for statement in description.statements:
            pieces.append(_text(plain(statement.text), BLACK, LETTERS))
            pieces.append(_text(f"    {', '.join(statement.sources)}", GREY, LETTERS))
        pieces.append(np.full((GAP, WIDTH, 3), WHITE, np.uint8))
    target = str(Path(__file__).parent / "video_reasoning.png")
    cv2.imwrite(target, np.vstack(pieces), [cv2.IMWRITE_PNG_COMPRESSION, 9])


def plain(text: str) -> str:
    """The text in the letters that OpenCV can draw."""
    return text.replace("“", '"').replace("”", '"').replace("…", "...")


def _strip(shots: list[Any]) -> NDArray[np.uint8]:
    """The key picture of each shot."""
    clip = cv2.VideoCapture(str(CLIP))
    across, down = THUMBNAIL
    rows = -(-len(shots) // IN_A_ROW)
    strip = np.full((rows * (down + GAP), WIDTH, 3), WHITE, np.uint8)
    for place, shot in enumerate(shots):
        clip.set(cv2.CAP_PROP_POS_MSEC, shot.key_seconds * 1000)
        _, picture = clip.read()
        top, left = place // IN_A_ROW * (down + GAP), GAP + place % IN_A_ROW * (across + GAP // 2)
        strip[top : top + down, left : left + across] = cv2.resize(picture, THUMBNAIL, interpolation=cv2.INTER_AREA)
    return strip


def _text(text: str, colour: tuple[int, int, int], letters: int) -> NDArray[np.uint8]:
    lines = textwrap.wrap(text, letters, drop_whitespace=False)
    drawn = np.full((LINE * len(lines), WIDTH, 3), WHITE, np.uint8)
    for number, line in enumerate(lines):
        place = (GAP, LINE * number + LINE - 6)
        cv2.putText(drawn, line, place, cv2.FONT_HERSHEY_SIMPLEX, TEXT_SIZE, colour, 1, cv2.LINE_AA)
    return drawn


if __name__ == "__main__":
    main()
