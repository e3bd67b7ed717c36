import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from services.ingest import stage as ingest
from services.ingest.settings import Settings as IngestSettings
from services.video_analysis import stage as video_analysis
from services.video_analysis.settings import Settings as VideoAnalysisSettings
from services.visual_elements.settings import Settings
from services.visual_elements.stage import make_stage
from shared.contracts.reports.video_analysis import Shot, VideoAnalysisReport
from shared.contracts.reports.visual_elements import VisualElementsReport
from shared.testkit.clips.odd import ODD_CLIPS
from shared.testkit.clips.writing import regular_times, write_clip
from shared.testkit.pipeline import Done, run_stages

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data"
DEMO = ROOT / "demo" / "sales_call.mp4"
MODELS_DIR = Path(os.environ.get("RUSHES_MODELS_DIR", ROOT / ".cache" / "models"))


def analyse(clip: Path, directory: Path, shots: list[dict] | None = None) -> VisualElementsReport:
    """Prepare a clip and see what is in it; its shots are given, one if none are."""
    done = run_stages(clip, [ingest.make_stage(IngestSettings())], directory, models_dir=MODELS_DIR)
    duration = done["ingest"].report.duration_seconds
    bounds = [(shot["start_seconds"], shot["end_seconds"]) for shot in shots or []] or [(0.0, duration)]
    cut = VideoAnalysisReport(
        duration_seconds=duration,
        shots=tuple(
            Shot(index=index, start_seconds=start, end_seconds=end, transition_in=None, score=None)
            for index, (start, end) in enumerate(bounds)
        ),
    )
    path = directory / "cut.json"
    path.write_text(cut.model_dump_json(), "utf-8")
    before = done | {"video_analysis": Done(cut, {"report.json": path}, 0.0, 0.0)}
    return run_stages(clip, [make_stage(Settings())], directory, models_dir=MODELS_DIR, before=before)[
        "visual_elements"
    ].report


def is_whole(report: VisualElementsReport) -> bool:
    """Whether the windows tile the video and every row says what its window does."""
    bounds = [0.0, *(window.end_seconds for window in report.windows)]
    assert bounds[-1] == pytest.approx(report.duration_seconds, abs=0.001)
    assert (
        [window.start_seconds for window in report.windows] == bounds[:-1] == [3.0 * k for k in range(len(bounds) - 1)]
    )
    assert [row.start_seconds for row in report.segments] == bounds[:-1]
    assert all("Colors: " in row.content and "; Brightness: " in row.content for row in report.segments)
    assert {look.seconds for look in report.looks} <= set(report.looked_at_seconds)
    return {int(look.seconds // 3) for look in report.looks} == set(range(len(report.windows)))


def test_people_in_a_street_through_all_the_stages_before(tmp_path: Path) -> None:
    truth = json.loads((DATA / "pedestrians.json").read_text("utf-8"))
    stages = [
        ingest.make_stage(IngestSettings()),
        video_analysis.make_stage(VideoAnalysisSettings()),
        make_stage(Settings()),
    ]
    done = run_stages(DATA / "pedestrians.mp4", stages, tmp_path, models_dir=MODELS_DIR)
    report: VisualElementsReport = done["visual_elements"].report
    assert is_whole(report)
    for window in report.windows:
        (people,) = [thing for thing in window.objects if thing.label == "person"]
        assert truth["people_at_least"] <= people.count <= truth["people_at_most"]
        assert {thing.label for thing in window.objects} <= {"person", "car"}
        assert window.colours[:2] == ("green", "grey")
        assert (window.brightness, window.texts) == ("medium", ())
        assert window.motion != "high"
    assert report.captions == ()
    assert report.segments[0].content.startswith("Objects Detected: person")


def test_every_caption_of_the_demo_is_read_once_in_its_shot(tmp_path: Path) -> None:
    truth = json.loads(DEMO.with_suffix(".json").read_text("utf-8"))
    report = analyse(DEMO, tmp_path, truth["shots"])
    assert is_whole(report)
    for shot in truth["shots"]:
        start, end = shot["start_seconds"], shot["end_seconds"]
        inside = [caption for caption in report.captions if start - 0.01 <= caption.start_seconds < end - 0.5]
        texts = [caption.text.replace(" ", "") for caption in inside]
        for caption in shot["captions"]:
            assert texts.count(caption.replace(" ", "")) == 1
        if shot["captions"]:
            assert len(texts) == len(shot["captions"])
            assert all(caption.end_seconds == end for caption in inside)
    tags = {caption.text for caption in report.captions if caption.top > 0.85}
    assert tags == {"Maya", "Daniel"}
    pricing = next(window for window in report.windows if window.start_seconds == 24.0)
    assert pricing.texts == ("Pricing", "50 seats", "$30 per seat", "First month free")
    assert pricing.brightness == "bright"


@pytest.mark.parametrize("name", sorted(ODD_CLIPS))
def test_odd_clips_pass(name: str, tmp_path: Path) -> None:
    report = analyse(ODD_CLIPS[name](tmp_path / "clip.mp4"), tmp_path)
    assert is_whole(report)
    assert not any(thing.label == "person" for window in report.windows for thing in window.objects)
    assert report.captions == ()
    if name == "black":
        assert [row.content for row in report.segments] == ["Colors: black; Brightness: dark; Motion: low"]


def test_subtitles_that_change_over_a_moving_picture_are_read_with_their_times(tmp_path: Path) -> None:
    lines = {0: "The first words", 2: "Then something else", 4: ""}
    texture = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 120, (360, 900, 3), np.uint8), (0, 0), 6)
    texture = cv2.convertScaleAbs(texture, alpha=6, beta=-300)

    def picture(index: int):
        shown = np.ascontiguousarray(texture[:, 4 * index : 4 * index + 640])
        text = lines[index // 25 // 2 * 2]
        for colour, thickness in ((0, 5), (255, 2)):
            cv2.putText(shown, text, (150, 330), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (colour,) * 3, thickness, cv2.LINE_AA)
        return shown

    # Two seconds of each line and half a second without, 25 pictures a second.
    clip = write_clip(tmp_path / "clip.mp4", times=regular_times(62 * 2, 25)[:112], picture=picture)
    report = analyse(clip, tmp_path)
    assert [caption.text for caption in report.captions] == ["The first words", "Then something else"]
    first, second = report.captions
    assert (first.start_seconds, second.start_seconds) == (0.0, pytest.approx(2.0, abs=0.21))
    assert first.end_seconds == pytest.approx(2.0, abs=0.21)
    assert second.end_seconds == pytest.approx(4.0, abs=0.21)
    assert first.left == pytest.approx(150 / 640, abs=0.03)
    assert first.bottom == pytest.approx(335 / 360, abs=0.04)
