import json
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from services.audio_analysis.settings import Settings
from services.audio_analysis.stage import make_stage
from services.ingest.settings import Settings as IngestSettings
from services.ingest.stage import make_stage as make_ingest
from shared.contracts.reports.audio_analysis import AudioAnalysisReport
from shared.testkit.clips.pictures import plain
from shared.testkit.clips.rhythms import beat_times, click_track
from shared.testkit.clips.steady_beat import CLIP
from shared.testkit.clips.writing import Sound, write_clip
from shared.testkit.pipeline import run_stages
from tests.accuracy.matching import f_measure

ROOT = Path(__file__).parents[3]
MODELS_DIR = Path(os.environ.get("RUSHES_MODELS_DIR", ROOT / ".cache" / "models"))
TRUTH = json.loads(CLIP.with_suffix(".json").read_text("utf-8"))


def analysed(clip: Path, directory: Path) -> AudioAnalysisReport:
    stages = [make_ingest(IngestSettings()), make_stage(Settings())]
    report: AudioAnalysisReport = run_stages(clip, stages, directory, models_dir=MODELS_DIR)["audio_analysis"].report
    return report


def test_tempo_beats_and_music_of_the_golden_clip_are_what_it_was_made_with(tmp_path: Path) -> None:
    report = analysed(CLIP, tmp_path)
    assert report.rhythm.tempo_bpm == pytest.approx(TRUTH["tempo_bpm"], abs=0.2)
    found = report.rhythm.beats
    assert [beat.time_seconds for beat in found] == pytest.approx(
        [beat["time_seconds"] for beat in TRUTH["beats"]], abs=0.015
    )
    assert [beat.band for beat in found] == [beat["band"] for beat in TRUTH["beats"]]
    assert min(beat.confidence for beat in found) > 0.5
    ((start, end),) = [(span.start_seconds, span.end_seconds) for span in report.music]
    assert (start, end) == pytest.approx(TRUTH["music"][0], abs=0.3)
    assert report.speech == ()
    assert report.music_kind.genre == "electronic"


def test_a_metronome_is_music_with_its_tempo(tmp_path: Path) -> None:
    true = beat_times(120, 10.0)
    clip = write_clip(
        tmp_path / "metronome.mp4",
        times=[Fraction(second, 2) for second in range(20)],
        picture=lambda _: plain((30, 30, 60), 160, 90),
        sound=Sound(click_track(true, 10.0), rate_hertz=22_050),
    )
    rhythm = analysed(clip, tmp_path / "work").rhythm
    assert rhythm.tempo_bpm == pytest.approx(120, abs=2)
    assert f_measure([beat.time_seconds for beat in rhythm.beats], list(np.asarray(true))) >= 0.95
