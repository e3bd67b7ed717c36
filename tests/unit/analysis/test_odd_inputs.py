"""Every stage over every odd clip: nothing fails, and what comes out makes sense."""

import math
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from deploy.standalone.workers import make_stages
from shared.contracts.plans import STAGES_OF_VIDEOS
from shared.contracts.reports.audio_analysis import AudioAnalysisReport
from shared.contracts.reports.ingest import IngestReport
from shared.contracts.reports.motion_analysis import MotionAnalysisReport
from shared.contracts.reports.transcription import TranscriptionReport
from shared.contracts.reports.video_analysis import VideoAnalysisReport
from shared.contracts.reports.video_reasoning import VideoReasoningReport
from shared.contracts.reports.visual_elements import VisualElementsReport
from shared.kit.stage import SOURCE
from shared.media import read_statistics
from shared.testkit.clips.odd import ODD_CLIPS
from shared.testkit.order import in_order
from shared.testkit.pipeline import Done, run_stages

MODELS_DIR = Path(os.environ.get("RUSHES_MODELS_DIR", Path(__file__).parents[3] / ".cache" / "models"))

SECONDS = {
    "without_audio": 3.0,
    "one_frame": 1 / 24,
    "one_second": 1.0,
    "one_shot": 6.0,
    "black": 3.0,
    "silence": 3.0,
    "eight_fps": 4.0,
    "hundred_twenty_fps": 2.0,
    "portrait": 3.0,
    "four_to_three_in_bars": 3.0,
}
CUTS = {
    "without_audio": 1.5,
    "silence": 1.5,
    "eight_fps": 2.0,
    "hundred_twenty_fps": 1.0,
    "portrait": 1.5,
    "four_to_three_in_bars": 1.5,
}
"""In seconds; the other clips have one shot."""
FRAMES = {"one_frame": 1, "one_second": 24, "eight_fps": 32, "hundred_twenty_fps": 240}
ASPECTS = {"portrait": 180 / 320, "four_to_three_in_bars": 4 / 3}
MOVING = sorted(set(SECONDS) - {"one_frame", "black"})


class Watched:
    """What the stages said of one clip."""

    def __init__(self, name: str, done: dict[str, Done]) -> None:
        self.name = name
        self.seconds = SECONDS[name]
        self._done = done

    def report(self, stage: str) -> Any:
        return self._done[stage].report

    def file(self, stage: str, name: str) -> Path:
        return self._done[stage].files[name]

    @property
    def reports(self) -> dict[str, Any]:
        return {stage: one.report for stage, one in self._done.items()}


@pytest.fixture(scope="module", params=list(ODD_CLIPS))
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    folder = tmp_path_factory.mktemp(request.param)
    clip = ODD_CLIPS[request.param](folder / "clip.mp4")
    stages = {stage.name: stage for stage in make_stages() if stage.name in STAGES_OF_VIDEOS}
    ordered = [stages[name] for name in in_order(list(stages.values()))]
    return Watched(request.param, run_stages(clip, ordered, folder / "work", models_dir=MODELS_DIR))


def numbers(value: Any) -> Iterator[float]:
    """Every number anywhere in a JSON value."""
    if isinstance(value, float):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from numbers(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from numbers(inner)


def tile(spans: list[tuple[float, float]], seconds: float) -> bool:
    """Whether spans follow on one another from 0 to the end."""
    edges = [0.0, *(edge for span in spans for edge in span), seconds]
    return all(math.isclose(edges[at], edges[at + 1], abs_tol=0.002) for at in range(0, len(edges), 2))


def spans_of(things: Any) -> list[tuple[float, float]]:
    return [(one.start_seconds, one.end_seconds) for one in things]


def test_every_clip_that_is_made_is_expected_here() -> None:
    assert set(SECONDS) == set(ODD_CLIPS)


def test_only_the_preparation_may_open_the_original() -> None:
    assert [stage.name for stage in make_stages() if stage.name in STAGES_OF_VIDEOS and SOURCE in stage.reads] == [
        "ingest"
    ]


def test_every_report_reads_back_and_has_no_number_that_is_none(watched: Watched) -> None:
    for stage, report in watched.reports.items():
        assert type(report).model_validate_json(report.model_dump_json()) == report, stage
        assert all(math.isfinite(number) for number in numbers(report.model_dump())), stage


def test_no_segment_lies_outside_the_video(watched: Watched) -> None:
    for stage, report in watched.reports.items():
        for segment in getattr(report, "segments", ()):
            # Segments of the library have one decimal.
            assert 0 <= segment.start_seconds <= segment.end_seconds <= watched.seconds + 0.06, stage
            assert segment.content.strip(), stage


def test_the_preparation(watched: Watched) -> None:
    report: IngestReport = watched.report("ingest")
    assert report.duration_seconds == pytest.approx(watched.seconds, abs=0.002)
    if watched.name in FRAMES:
        assert report.video.frame_count == FRAMES[watched.name]
    assert (report.audio is None) == (watched.name in ("without_audio", "one_frame"))
    statistics = read_statistics(watched.file("ingest", report.statistics))
    assert statistics.colour_shares.shape == (report.video.frame_count, 11)
    assert (statistics.luma_mean.max() < 0.01) == (watched.name == "black")


def test_shots(watched: Watched) -> None:
    report: VideoAnalysisReport = watched.report("video_analysis")
    spans = spans_of(report.shots)
    assert tile(spans, watched.seconds)
    found = [start for start, _ in spans[1:]]
    assert found == pytest.approx([CUTS[watched.name]] if watched.name in CUTS else [], abs=0.01)
    assert all(shot.transition_in == "cut" for shot in report.shots[1:])
    assert tile(spans_of(report.scenes), watched.seconds)


def test_the_picture_inside_the_bars(watched: Watched) -> None:
    report: VideoAnalysisReport = watched.report("video_analysis")
    if watched.name == "black":
        return
    assert report.picture is not None
    assert report.picture.aspect_ratio == pytest.approx(ASPECTS.get(watched.name, 16 / 9), rel=0.03)


def test_sound(watched: Watched) -> None:
    report: AudioAnalysisReport = watched.report("audio_analysis")
    is_heard = watched.name not in ("without_audio", "one_frame", "silence")
    assert report.has_audio == (watched.name not in ("without_audio", "one_frame"))
    assert (report.loudness.true_peak_dbtp is not None) == is_heard
    assert report.speech == ()
    if not is_heard:
        assert (report.music, report.music_kind.is_music, report.rhythm.tempo_bpm) == ((), False, None)
        assert report.loudness.integrated_lufs is None


def test_nobody_speaks(watched: Watched) -> None:
    report: TranscriptionReport = watched.report("transcription")
    assert (report.sentences, report.language) == ((), None)


def test_camera(watched: Watched) -> None:
    report: MotionAnalysisReport = watched.report("motion_analysis")
    shots = spans_of(watched.report("video_analysis").shots)
    assert [(one.shot_index, one.start_seconds, one.end_seconds) for one in report.camera] == [
        (index, start, end) for index, (start, end) in enumerate(shots)
    ]
    assert 0 <= report.motion_intensity <= 100
    assert report.zoom_usage == 0
    if watched.name in ("one_frame", "black"):
        assert report.motion_intensity == 0
        assert [one.move for one in report.camera] == ["static"]


def test_a_moving_view_is_a_pan(watched: Watched) -> None:
    if watched.name not in MOVING:
        return
    report: MotionAnalysisReport = watched.report("motion_analysis")
    rate = watched.report("ingest").video.frame_rate
    width = 180 if watched.name == "portrait" else 240 if watched.name == "four_to_three_in_bars" else 320
    for shot in report.camera:
        assert shot.move == "pan"
        assert shot.right_per_second == pytest.approx(2 * rate / width, rel=0.35)


def test_windows(watched: Watched) -> None:
    report: VisualElementsReport = watched.report("visual_elements")
    spans = spans_of(report.windows)
    assert tile(spans, watched.seconds)
    assert all(end - start == pytest.approx(3.0) for start, end in spans[:-1])
    assert all(later > earlier for earlier, later in pairwise(report.looked_at_seconds))
    assert not any(seen.label == "person" for window in report.windows for seen in window.objects)
    assert report.captions == ()
    if watched.name == "black":
        assert [(window.brightness, window.colours) for window in report.windows] == [("dark", ("black",))]


def test_sentences(watched: Watched) -> None:
    report: VideoReasoningReport = watched.report("video_reasoning")
    whole, *scenes = report.descriptions
    assert whole.scope == "video"
    assert len(scenes) == len(watched.report("video_analysis").scenes)
    for description in report.descriptions:
        assert description.statements
        assert all(one.sources and one.text.endswith(".") for one in description.statements)
