import json
from pathlib import Path

import pytest

from services.ingest.settings import Settings as IngestSettings
from services.ingest.stage import make_stage as make_ingest
from services.motion_analysis.settings import Settings
from services.motion_analysis.stage import make_stage
from shared.contracts.reports.motion_analysis import MotionAnalysisReport
from shared.contracts.reports.video_analysis import PictureArea, Shot, VideoAnalysisReport
from shared.testkit.clips import valid
from shared.testkit.clips.odd import ODD_CLIPS
from shared.testkit.pipeline import Done, run_stages

CLIP = Path(__file__).parents[2] / "data" / "camera_moves.mp4"
TRUTH = json.loads(CLIP.with_suffix(".json").read_text("utf-8"))


def cut(directory: Path, starts: list[float], end: float, picture: PictureArea | None = None) -> Done:
    """What video_analysis leaves."""
    shots = tuple(
        Shot(
            index=index,
            start_seconds=start,
            end_seconds=following,
            transition_in="cut" if index else None,
            score=1.0 if index else None,
        )
        for index, (start, following) in enumerate(zip(starts, [*starts[1:], end], strict=True))
    )
    report = VideoAnalysisReport(duration_seconds=end, shots=shots, picture=picture)
    path = directory / "report.json"
    path.write_text(report.model_dump_json(), "utf-8")
    return Done(report, {"report.json": path}, 0.0, 0.0)


def run(clip: Path, directory: Path, before: Done) -> MotionAnalysisReport:
    stages = [make_ingest(IngestSettings()), make_stage(Settings())]
    done = run_stages(clip, stages, directory / "work", models_dir=directory, before={"video_analysis": before})
    report: MotionAnalysisReport = done["motion_analysis"].report
    return report


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> MotionAnalysisReport:
    directory = tmp_path_factory.mktemp("golden")
    return run(CLIP, directory, cut(directory, TRUTH["starts"], TRUTH["duration_seconds"]))


def test_the_golden_clips_moves_are_named_and_measured(golden: MotionAnalysisReport) -> None:
    still, pan, zoom = golden.camera
    assert [shot.move for shot in golden.camera] == TRUTH["moves"]
    assert still.speed == pytest.approx(0.0, abs=0.003)
    assert pan.right_per_second == pytest.approx(TRUTH["right_per_second"], rel=0.05)
    assert zoom.scale_per_second == pytest.approx(TRUTH["scale_per_second"], rel=0.02)
    assert min(shot.confidence for shot in golden.camera) > 0.6


def test_the_golden_clips_zoom_is_one_gesture_of_a_third_of_the_shots(golden: MotionAnalysisReport) -> None:
    (zoom,) = golden.zooms
    assert zoom.factor == pytest.approx(TRUTH["factor"], rel=0.04)
    assert zoom.start_seconds == pytest.approx(TRUTH["starts"][2], abs=0.15)
    assert zoom.end_seconds == pytest.approx(TRUTH["duration_seconds"], abs=0.15)
    assert golden.zoom_usage == 37.0


def test_the_golden_clips_thing_is_followed(golden: MotionAnalysisReport) -> None:
    (track,) = golden.tracks
    thing = TRUTH["thing"]
    assert track.shot_index == 0
    assert track.speed == pytest.approx(thing["speed"], rel=0.2)
    assert track.end_seconds - track.start_seconds > 1.5
    for box in track.boxes:
        left = thing["left"] + thing["speed"] * box.time_seconds
        assert box.left == pytest.approx(left, abs=0.04)
        assert box.right == pytest.approx(left + thing["width"], abs=0.04)


def test_the_golden_clips_pacing_has_a_value_for_each_second(golden: MotionAnalysisReport) -> None:
    assert len(golden.pacing) == 7
    assert golden.pacing[0] < 0.05 < golden.pacing[3]
    assert golden.pacing[3] == pytest.approx(TRUTH["right_per_second"], rel=0.1)
    assert golden.motion_intensity == round(golden.motion_intensity, 1)


BARS = PictureArea(left=0.125, top=0.0, right=0.125, bottom=0.0, aspect_ratio=4 / 3)


@pytest.mark.parametrize(
    ("name", "starts", "end", "right_per_second"),
    [
        ("without_audio", [0.0, 1.5], 3.0, 48 / 320),
        ("one_second", [0.0], 1.0, 48 / 320),
        ("one_shot", [0.0], 6.0, 48 / 320),
        ("eight_fps", [0.0, 2.0], 4.0, 16 / 320),
        ("hundred_twenty_fps", [0.0, 1.0], 2.0, 240 / 320),
        ("portrait", [0.0, 1.5], 3.0, 48 / 180),
        ("four_to_three_in_bars", [0.0, 1.5], 3.0, 48 / 240),
    ],
)
def test_odd_clips_of_a_drifting_landscape_are_pans(
    tmp_path: Path, name: str, starts: list[float], end: float, right_per_second: float
) -> None:
    picture = BARS if name == "four_to_three_in_bars" else None
    report = run(ODD_CLIPS[name](tmp_path / "clip.mp4"), tmp_path, cut(tmp_path, starts, end, picture))
    assert [shot.move for shot in report.camera] == ["pan"] * len(starts)
    for shot in report.camera:
        assert shot.right_per_second == pytest.approx(right_per_second, rel=0.05)


@pytest.mark.parametrize(("name", "end"), [("one_frame", 1 / 24), ("black", 3.0)])
def test_one_frame_and_black_say_nothing(tmp_path: Path, name: str, end: float) -> None:
    report = run(ODD_CLIPS[name](tmp_path / "clip.mp4"), tmp_path, cut(tmp_path, [0.0], end))
    assert [(shot.move, shot.confidence) for shot in report.camera] == [("static", 0.0)]
    assert set(report.pacing) == {0.0}


@pytest.mark.parametrize("frames", [1, 2, 24])
def test_short_and_still_clips_pass(tmp_path: Path, frames: int) -> None:
    clip = valid.silent(tmp_path / "clip.mp4", frames=frames)
    report = run(clip, tmp_path, cut(tmp_path, [0.0], frames / 24))
    assert [shot.move for shot in report.camera] == ["static"]
    assert (report.motion_intensity, report.zoom_usage, report.tracks) == (0.0, 0.0, ())


def test_bars_are_left_out(tmp_path: Path) -> None:
    bars = PictureArea(left=0.2, top=0.1, right=0.2, bottom=0.1, aspect_ratio=1.33)
    report = run(CLIP, tmp_path, cut(tmp_path, TRUTH["starts"], TRUTH["duration_seconds"], bars))
    # The width inside the bars is the unit.
    assert report.camera[1].right_per_second == pytest.approx(TRUTH["right_per_second"] / 0.6, rel=0.05)
    for track in report.tracks:
        assert all(0.2 <= box.left < box.right <= 0.8 for box in track.boxes)
        assert all(0.1 <= box.top < box.bottom <= 0.9 for box in track.boxes)
