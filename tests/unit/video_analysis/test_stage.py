import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from services.ingest.settings import Settings as IngestSettings
from services.ingest.stage import make_stage as make_ingest
from services.video_analysis.settings import Settings
from services.video_analysis.stage import make_stage
from shared.media import read_frame_measures
from shared.testkit.clips.odd import ODD_CLIPS
from shared.testkit.pipeline import Done, run_stages

MODELS_DIR = Path.home() / ".cache" / "rushes" / "models"
CLIP = Path(__file__).parents[2] / "data" / "short_call.mp4"
TRUTH = json.loads(CLIP.with_suffix(".json").read_text("utf-8"))

Analyse = Callable[[Path], Done]


@pytest.fixture
def analyse(tmp_path: Path) -> Analyse:
    def run(clip: Path) -> Done:
        stages = (make_ingest(IngestSettings()), make_stage(Settings()))
        return run_stages(clip, stages, tmp_path, models_dir=MODELS_DIR)["video_analysis"]

    return run


def test_a_clip_with_a_known_truth(analyse: Analyse) -> None:
    done = analyse(CLIP)
    report = done.report
    assert [(shot.start_seconds, shot.end_seconds, shot.transition_in) for shot in report.shots] == [
        (shot["start_seconds"], shot["end_seconds"], shot["transition_in"]) for shot in TRUTH["shots"]
    ]
    assert all(shot.colours and shot.composition for shot in report.shots)
    assert all(shot.start_seconds <= shot.key_seconds < shot.end_seconds for shot in report.shots)
    assert report.frame_rate == pytest.approx(25)
    assert report.picture.aspect_ratio == pytest.approx(16 / 9, abs=0.001)
    assert report.cut_frequency == pytest.approx(60 * (len(TRUTH["shots"]) - 1) / TRUTH["duration_seconds"], abs=0.01)
    measures = read_frame_measures(done.files[report.measures])
    assert measures.time_seconds.shape == measures.motion.shape == (188,)
    assert np.isfinite(measures.motion).all()


@pytest.mark.parametrize("name", sorted(ODD_CLIPS))
def test_odd_clips_pass_and_tile(name: str, analyse: Analyse, tmp_path: Path) -> None:
    report = analyse(ODD_CLIPS[name](tmp_path / f"{name}.mp4")).report
    for rows in (report.shots, report.scenes):
        assert rows[0].start_seconds == 0
        assert rows[-1].end_seconds == report.duration_seconds
        assert [row.end_seconds for row in rows[:-1]] == [row.start_seconds for row in rows[1:]]
        assert [row.index for row in rows] == list(range(len(rows)))
    assert [shot for scene in report.scenes for shot in scene.shot_indices] == list(range(len(report.shots)))
    assert len(report.segments) == len(report.shots) + len(report.groups) + len(report.scenes)
    assert not report.subtitles.burned_in


def test_four_to_three_in_bars_is_four_to_three(analyse: Analyse, tmp_path: Path) -> None:
    picture = analyse(ODD_CLIPS["four_to_three_in_bars"](tmp_path / "bars.mp4")).report.picture
    assert picture.aspect_ratio == pytest.approx(4 / 3, rel=0.01)
    assert (picture.top, picture.bottom) == (0, 0)
