"""How right groups of shots and scenes are: on films of known scenes, the demonstration, and an animated film."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from services.ingest.settings import Settings as IngestSettings
from services.ingest.stage import make_stage as make_ingest
from services.video_analysis.settings import Settings
from services.video_analysis.stage import make_stage
from shared.testkit.pipeline import run_stages
from tests.accuracy.films import CHOSEN_ON, HELD_OUT, make_film
from tests.accuracy.montage.sources import big_buck_bunny

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.contracts.reports.video_analysis import VideoAnalysisReport

MODELS_DIR = Path.home() / ".cache" / "rushes" / "models"
DEMO = Path(__file__).parents[2] / "demo" / "sales_call.mp4"

NEAR_SECONDS = 0.3
"""A scene that begins so near to the truth is right."""

Views = list[tuple[str, float]]
"""The name of a view and an instant in a shot that shows it."""

BUNNY_VIEWS = (
    (152.5, 161.6, 164.8, 168.8, 176.9, 183.2),
    (162.8, 167.1, 172.8),
    (190.8, 222.5),
    (195.2, 198.4),
    (205.0, 208.2, 220.8),
    (206.7, 210.2, 217.1),
    (84.9, 95.6),
    (122.2, 136.6),
    (187.6, 193.4),
    (425.4, 430.0, 434.6),
    (476.5, 487.5),
)
"""Big Buck Bunny: instants that show the same view, labelled by eye from 80 to 245 s and from 373 to 488 s."""

BUNNY_OTHERS = (
    *(90.6, 101.8, 108.3, 115.3, 119.4, 125.2, 147.7, 158.4, 179.1, 196.3, 202.0, 212.7, 225.0, 228.1, 231.2, 237.2),
    *(242.8, 374.0, 376.9, 379.8, 386.0, 391.6, 393.5, 395.3, 397.5, 402.3, 406.5, 409.3, 411.3, 414.1, 416.7),
    *(418.7, 420.4, 421.3, 423.1, 427.0, 428.4, 432.2, 435.9, 438.4, 441.9, 447.5, 455.0, 459.9, 466.4, 472.1),
    *(480.9, 482.8, 485.1),
)
"""Instants of the shots between them, each of a view of its own."""


def measure() -> str:
    """Two tables: pairs of shots of one view, and beginnings of scenes."""
    chosen_on, held_out = make_film("scenes", CHOSEN_ON), make_film("cameras", HELD_OUT)
    demo_views = [
        (shot["picture"], (shot["start_seconds"] + shot["end_seconds"]) / 2)
        for shot in json.loads(DEMO.with_suffix(".json").read_text("utf-8"))["shots"]
    ]
    bunny_views = [(f"view {number}", instant) for number, view in enumerate(BUNNY_VIEWS) for instant in view]
    bunny_views += [(f"own {instant}", instant) for instant in BUNNY_OTHERS]
    reports = {path: analysed(path) for path in (DEMO, big_buck_bunny(), chosen_on.path, held_out.path)}
    return "\n".join(
        [
            "| same view | pairs in truth | found | precision | recall |",
            "|---|---|---|---|---|",
            pairs_row("demonstration", demo_views, reports[DEMO]),
            pairs_row("Big Buck Bunny, by eye (thresholds chosen on it)", bunny_views, reports[big_buck_bunny()]),
            pairs_row("held-out film of two cameras", list(held_out.views), reports[held_out.path]),
            "",
            "| scenes | in truth | said | right | precision | recall |",
            "|---|---|---|---|---|---|",
            scenes_row("film of ten scenes (thresholds chosen on it)", chosen_on.scene_starts, reports[chosen_on.path]),
            scenes_row("held-out film of eight scenes", held_out.scene_starts, reports[held_out.path]),
        ]
    )


def analysed(clip: Path) -> VideoAnalysisReport:
    """The stage's report of a clip."""
    with TemporaryDirectory() as directory:
        stages = (make_ingest(IngestSettings()), make_stage(Settings()))
        report: VideoAnalysisReport = run_stages(clip, stages, Path(directory), models_dir=MODELS_DIR)[
            "video_analysis"
        ].report
    return report


def pairs_row(name: str, views: Views, report: VideoAnalysisReport) -> str:
    """Of all pairs of labelled instants: which show the same view, and which the report puts into one group."""
    group_of = {shot: group.index for group in report.groups for shot in group.shot_indices}
    shots = [(view, _shot_at(report, instant)) for view, instant in views]
    same = found = right = 0
    for (view, shot), (other_view, other_shot) in combinations(shots, 2):
        if shot == other_shot:
            continue
        is_same, is_found = view == other_view, shot in group_of and group_of[shot] == group_of.get(other_shot)
        same, found, right = same + is_same, found + is_found, right + (is_same and is_found)
    return f"| {name} | {same} | {found} | {_share(right, found)} | {_share(right, same)} |"


def scenes_row(name: str, starts: Sequence[float], report: VideoAnalysisReport) -> str:
    """Beginnings of scenes, the first left out, as it is always right."""
    said = [scene.start_seconds for scene in report.scenes[1:]]
    right = sum(any(abs(start - other) <= NEAR_SECONDS for other in said) for start in starts[1:])
    return (
        f"| {name} | {len(starts) - 1} | {len(said)} | {right} "
        f"| {_share(right, len(said))} | {_share(right, len(starts) - 1)} |"
    )


def _shot_at(report: VideoAnalysisReport, instant: float) -> int:
    return next(shot.index for shot in report.shots if shot.start_seconds <= instant < shot.end_seconds)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "none"
