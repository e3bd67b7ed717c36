"""How right the text is that visual_elements reads from the picture, and how exactly its times are known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
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
from shared.kit.stage import WarmUp
from shared.media import frames
from shared.testkit.clips.writing import regular_times, write_clip
from shared.testkit.pipeline import Done, run_stages
from tests.accuracy.clips import CACHE, from_python
from tests.accuracy.words import word_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from shared.contracts.reports.visual_elements import Caption

MODELS_DIR = CACHE.parent / "models"
DEMO = Path(__file__).parents[2] / "demo" / "sales_call.mp4"
FILM = "docs/_static/medias/getting_started/moviepy_10_minutes/trailer_bbb.mp4"
WIDTH, HEIGHT, RATE = 1280, 720, 24
FILM_FROM, FILM_FRAMES = 20 * RATE, 12 * RATE
TITLES = {"A (slightly overweight) bunny"}
"""What the film itself says in this part."""

LETTERS = cv2.FontFace("sans")
WEIGHT = 400
TAGS = {"Maya", "Daniel", "HARBOR FOODS"}
"""What else stands in the demo's pictures: name tags, and boxes on a belt."""

LINES = (
    "Where have you been all day?",
    "I was looking for the river.",
    "You will find it behind the hill.",
    "Take the left road, then wait.",
    "Nobody has seen it for 20 years!",
)
PAGE = (
    "Quarterly revenue grew by 18%",
    "Thank you for watching today",
    "Contact: sales@rushes.dev",
    "Chapter 3: The long way home",
    "Order 4711 ships on Monday",
)
LETTER_PIXELS = (12, 14, 16, 18, 20, 24, 32, 48)


@dataclass(frozen=True)
class Truth:
    """A text that stands in a clip."""

    text: str
    start_seconds: float
    end_seconds: float


def measure() -> str:
    """The tables."""
    visual_elements.warm(WarmUp(MODELS_DIR, threads=1))
    with TemporaryDirectory() as scratch:
        directory = Path(scratch)
        rows = [
            _row("the demo's captions", *_demo(directory / "demo")),
            _row("subtitles over a moving picture", *_subtitles(directory / "subtitles"), TITLES),
            _row("a score that counts", *_score(directory / "score"), TITLES),
            _row("credits that roll", *_credits(directory / "credits"), timed=False),
        ]
        sizes = [(size, _page(directory / f"page-{size}", size)) for size in LETTER_PIXELS]
    return "\n".join(
        [
            "| clip | texts | read | characters wrong | other texts | bounds off: median, worst | cpu-s a minute |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            "| size of the letters, pixels of a picture 720 high | "
            + " | ".join(str(size) for size, _ in sizes)
            + " |",
            "|---|" + "---|" * len(sizes),
            "| characters wrong | " + " | ".join(f"{share:.1%}" for _, share in sizes) + " |",
        ]
    )


def _row(what: str, truth: Sequence[Truth], done: Done, allowed: Iterable[str] = (), *, timed: bool = True) -> str:
    captions: Sequence[Caption] = done.report.captions
    wrong, characters, read = 0, 0, 0
    bounds: list[float] = []
    used: set[int] = set()
    for text in truth:
        near = [
            (_errors(caption.text, text.text), index)
            for index, caption in enumerate(captions)
            if caption.start_seconds < text.end_seconds and caption.end_seconds > text.start_seconds
        ]
        errors, index = min(near, default=(len(text.text), -1))
        errors = min(errors, len(text.text))
        wrong, characters = wrong + errors, characters + len(text.text.replace(" ", ""))
        if errors < len(text.text) / 2:
            read += 1
            used.add(index)
            bounds += [
                abs(captions[index].start_seconds - text.start_seconds),
                abs(captions[index].end_seconds - text.end_seconds),
            ]
    others = sum(index not in used and caption.text not in set(allowed) for index, caption in enumerate(captions))
    off = f"{np.median(bounds):.2f} s, {max(bounds):.2f} s" if bounds and timed else ""
    cost = done.cpu_seconds * 60 / done.report.duration_seconds
    return f"| {what} | {len(truth)} | {read} | {wrong / characters:.1%} | {others} | {off} | {cost:.1f} |"


def _errors(read: str, true: str) -> int:
    """The fewest characters to change; spaces do not count."""
    return word_errors(list(read.replace(" ", "")), list(true.replace(" ", "")))


def _demo(directory: Path) -> tuple[list[Truth], Done, set[str]]:
    shots = json.loads(DEMO.with_suffix(".json").read_text("utf-8"))["shots"]
    truth = [
        # On a slide the points come one after the other (demo/clip/pictures.py); a title stands from the beginning.
        Truth(text, shot["start_seconds"] + (0.5 + 0.7 * (row - 1) if row and slide else 0.0), shot["end_seconds"])
        for shot in shots
        for slide in [shot["picture"] != "title"]
        for row, text in enumerate(shot["captions"])
    ]
    return truth, _run(DEMO, directory), TAGS


def _subtitles(directory: Path) -> tuple[list[Truth], Done]:
    """Each line stands for 2.0 s, then none for 0.4 s, over the moving film."""
    truth = [Truth(text, 2.4 * row, 2.4 * row + 2.0) for row, text in enumerate(LINES)]
    return truth, _run(_over_film(directory, truth, size=34, baseline=650), directory)


def _score(directory: Path) -> tuple[list[Truth], Done]:
    """One digit changes every three seconds."""
    truth = [Truth(f"Home 3 : {goals} Guests", 3.0 * goals, 3.0 * (goals + 1)) for goals in range(4)]
    return truth, _run(_over_film(directory, truth, size=34, baseline=90), directory)


def _credits(directory: Path) -> tuple[list[Truth], Done]:
    """Lines that rise by 90 pixels a second; each is in the picture for eight."""
    lines = [f"{LINES[row % len(LINES)][:-1]} {row}" for row in range(12)]
    seconds = 14

    def picture(index: int) -> NDArray[np.uint8]:
        shown = np.full((HEIGHT, WIDTH, 3), 16, np.uint8)
        for row, text in enumerate(lines):
            _write(shown, text, (300, round(HEIGHT + 60 * row - 90 * index / RATE)), 32)
        return shown

    truth = [Truth(text, 60 * row / 90, min(seconds, (HEIGHT + 60 * row) / 90)) for row, text in enumerate(lines)]
    return truth, _run(_clip(directory, seconds * RATE, picture), directory)


def _page(directory: Path, size: int) -> float:
    """The share of wrong characters on a page of letters of that size, light on dark and dark on light."""
    wrong = 0
    for side, (paper, ink) in enumerate((((40, 30, 25), 235), ((235, 240, 240), 40))):

        def picture(_: int, paper: tuple[int, int, int] = paper, ink: int = ink) -> NDArray[np.uint8]:
            shown = np.full((HEIGHT, WIDTH, 3), paper, np.uint8)
            for row, text in enumerate(PAGE):
                cv2.putText(shown, text, (100, 90 + 120 * row), (ink,) * 3, LETTERS, size, WEIGHT)
            return shown

        below = directory / str(side)
        captions = _run(_clip(below, RATE, picture), below).report.captions
        for text in PAGE:
            errors = [_errors(caption.text, text) for caption in captions]
            wrong += min([*errors, len(text.replace(" ", ""))])
    return wrong / (2 * sum(len(text.replace(" ", "")) for text in PAGE))


def _over_film(directory: Path, truth: Sequence[Truth], *, size: int, baseline: int) -> Path:
    film = _film()

    def picture(index: int) -> NDArray[np.uint8]:
        shown = cv2.resize(film[index % len(film)], (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        for text in truth:
            if text.start_seconds <= index / RATE < text.end_seconds:
                _write(shown, text.text, (380, baseline), size)
        return np.asarray(shown, np.uint8)

    return _clip(directory, min(FILM_FRAMES, round(truth[-1].end_seconds * RATE)), picture)


def _write(picture: NDArray[np.uint8], text: str, place: tuple[int, int], size: int) -> None:
    for right, down in ((-2, 0), (2, 0), (0, -2), (0, 2)):
        cv2.putText(picture, text, (place[0] + right, place[1] + down), (0, 0, 0), LETTERS, size, WEIGHT)
    cv2.putText(picture, text, place, (255, 255, 255), LETTERS, size, WEIGHT)


@cache
def _film() -> list[NDArray[np.uint8]]:
    """Twelve seconds of the film, RGB."""
    path = from_python("moviepy==2.2.1", FILM, sdist=True)
    return [
        frame.rgb()
        for frame in frames(path, start_seconds=FILM_FROM / RATE, end_seconds=(FILM_FROM + FILM_FRAMES) / RATE)
    ]


def _clip(directory: Path, count: int, picture: object) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    return write_clip(directory / "clip.mp4", times=regular_times(count, RATE), picture=picture)  # type: ignore[arg-type]


def _run(clip: Path, directory: Path) -> Done:
    stages = [
        ingest.make_stage(IngestSettings()),
        video_analysis.make_stage(VideoAnalysisSettings()),
        visual_elements.make_stage(Settings()),
    ]
    return run_stages(clip, stages, directory, models_dir=MODELS_DIR)["visual_elements"]
