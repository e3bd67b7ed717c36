"""How right the verdict on burned-in subtitles is: real pictures with subtitles drawn on them, and without."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from services.ingest.settings import Settings as IngestSettings
from services.ingest.stage import make_stage as make_ingest
from services.video_analysis.core.spans import changes_of
from services.video_analysis.core.subtitles import SubtitleMeter, are_burned_in
from services.video_analysis.settings import Settings
from services.video_analysis.stage import make_stage
from shared.media import frames
from shared.testkit.pipeline import run_stages
from tests.accuracy import clips
from tests.accuracy.montage.sources import big_buck_bunny

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from shared.contracts.reports.video_analysis import Shot

MODELS_DIR = Path.home() / ".cache" / "rushes" / "models"
DEMO = Path(__file__).parents[2] / "demo" / "sales_call.mp4"
PIECE_SECONDS = 30.0
TEXT = (
    "the quick brown fox said nobody would ever come back here again because winter is long and cold in these old "
    "mountains where we live"
)
"""Words to choose from."""

Style = Literal["outlined", "boxed", "small"]
STYLES: tuple[Style, ...] = ("outlined", "boxed", "small")
LETTER_SCALE = {"outlined": 0.95, "boxed": 0.9, "small": 0.75}
"""Of OpenCV's letters in a picture of 960 by 540."""


@dataclass(frozen=True)
class Piece:
    """Half a minute of a prepared clip."""

    proxy: Path
    start_seconds: float
    changes: tuple[tuple[float, float], ...]


def measure() -> str:
    """A table: how many pieces of each kind are said to have subtitles."""
    lines = ["| half minutes of | without | outlined | boxed | small |", "|---|---|---|---|---|"]
    with TemporaryDirectory() as directory:
        for name, clip in _sources().items():
            pieces = list(_pieces(clip, Path(directory) / name))
            counts = [sum(is_subtitled(piece, style) for piece in pieces) for style in (None, *STYLES)]
            lines.append(f"| {name} | {' | '.join(f'{count} of {len(pieces)}' for count in counts)} |")
    return "\n".join(lines)


def _sources() -> dict[str, Path]:
    return {
        "Big Buck Bunny": big_buck_bunny(),
        "demonstration": DEMO,
        "pedestrians": clips.from_debian("opencv-doc", "usr/share/doc/opencv-doc/examples/data/vtest.avi"),
        "Earth": clips.from_python("gradio==6.31", "gradio/media_assets/videos/world.mp4"),
    }


def _pieces(clip: Path, directory: Path) -> Iterator[Piece]:
    stages = (make_ingest(IngestSettings()), make_stage(Settings()))
    done = run_stages(clip, stages, directory, models_dir=MODELS_DIR)
    ingest = done["ingest"]
    shots: tuple[Shot, ...] = done["video_analysis"].report.shots
    start = 0.0
    while start + PIECE_SECONDS / 2 < ingest.report.duration_seconds:
        yield Piece(ingest.files[ingest.report.proxy], start, tuple(changes_of(shots)))
        start += PIECE_SECONDS


def is_subtitled(piece: Piece, style: Style | None) -> bool:
    """The verdict on a piece with subtitles of a style drawn on it, or without."""
    meter = SubtitleMeter()
    texts = list(_texts(round(piece.start_seconds))) if style else []
    end = piece.start_seconds + PIECE_SECONDS
    for frame in frames(piece.proxy, start_seconds=piece.start_seconds, end_seconds=end):
        if not meter.wants(frame.time_seconds):
            continue
        luma = frame.luma()
        since = frame.time_seconds - piece.start_seconds
        for begin, stop, text in texts:
            if style and begin <= since < stop:
                luma = _written(luma, text, style)
        meter.add(frame.time_seconds, luma)
    return are_burned_in(meter.lines(), piece.changes)


def _texts(seed: int) -> Iterator[tuple[float, float, str]]:
    """Subtitles of 3 to 8 words that stand for 1.2 to 4 s, some without a pause between them."""
    dice = random.Random(seed)
    words = TEXT.split()
    begin = 1.0
    while begin < PIECE_SECONDS - 2:
        end = begin + dice.uniform(1.2, 4.0)
        yield begin, end, " ".join(dice.choice(words) for _ in range(dice.randint(3, 8)))
        begin = end + dice.choice((0.0, 0.0, 0.6, 2.0))


def _written(luma: NDArray[np.uint8], text: str, style: Style) -> NDArray[np.uint8]:
    """The picture with a subtitle at its foot, drawn at twice the size and scaled down as a proxy is."""
    large = cv2.resize(luma, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
    scale = LETTER_SCALE[style] * large.shape[0] / 540
    for line, foot in _lines(text, scale, large.shape[1]):
        (width, height), _ = cv2.getTextSize(line, cv2.FONT_HERSHEY_SIMPLEX, scale, 2)
        left, baseline = (large.shape[1] - width) // 2, int(large.shape[0] * 0.94) - round(foot * height * 1.7)
        if style == "boxed":
            cv2.rectangle(large, (left - 8, baseline - height - 8), (left + width + 8, baseline + 10), 30, -1)
        else:
            cv2.putText(large, line, (left, baseline), cv2.FONT_HERSHEY_SIMPLEX, scale, 16, 6, cv2.LINE_AA)
        cv2.putText(large, line, (left, baseline), cv2.FONT_HERSHEY_SIMPLEX, scale, 225, 2, cv2.LINE_AA)
    small = cv2.resize(large, (luma.shape[1], luma.shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


@cache
def _lines(text: str, scale: float, width: int) -> tuple[tuple[str, int], ...]:
    """One line, or two when it is too long: with how many stand below each."""
    words = text.split()
    if cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 2)[0][0] < 0.85 * width:
        return ((text, 0),)
    return ((" ".join(words[: len(words) // 2]), 1), (" ".join(words[len(words) // 2 :]), 0))
