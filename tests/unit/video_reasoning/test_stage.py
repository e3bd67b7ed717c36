"""The golden clip: 8 s of a call, prepared, cut, heard, looked at and described."""

import os
from pathlib import Path

import pytest

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
from shared.contracts.reports.video_reasoning import VideoReasoningReport
from shared.testkit.pipeline import run_stages

ROOT = Path(__file__).parents[3]
CLIP = ROOT / "tests" / "data" / "short_call.mp4"
MODELS_DIR = Path(os.environ.get("RUSHES_MODELS_DIR", ROOT / ".cache" / "models"))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> VideoReasoningReport:
    stages = (
        ingest.make_stage(IngestSettings()),
        video_analysis.make_stage(VideoAnalysisSettings()),
        transcription.make_stage(TranscriptionSettings(transcription_model="tiny.en")),
        visual_elements.make_stage(VisualElementsSettings()),
        video_reasoning.make_stage(Settings()),
    )
    done = run_stages(CLIP, stages, tmp_path_factory.mktemp("stages"), models_dir=MODELS_DIR)
    made: VideoReasoningReport = done["video_reasoning"].report
    return made


def test_what_is_said_of_a_call_is_true_of_it(report: VideoReasoningReport) -> None:
    whole, *scenes = report.segments
    assert whole.content.startswith("The video lasts 7.5 seconds and has 2 shots")
    assert "joined by one cut." in whole.content
    assert "Speech in English fills" in whole.content
    assert ", in 3 sentences." in whole.content
    assert "“Pricing”" in whole.content
    assert "“50 seats”" in whole.content
    assert "Somebody says: “We can spend about $500 per month.”" in scenes[-1].content
    assert "“Daniel”" in scenes[-1].content
    assert (whole.start_seconds, whole.end_seconds) == (0.0, pytest.approx(7.52, abs=0.05))
    assert whole.metadata is not None
    assert whole.metadata["scope"] == "video"


def test_rules_wrote_it_and_every_sentence_has_its_sources(report: VideoReasoningReport) -> None:
    assert report.written_by == "rules"
    assert all(statement.sources for description in report.descriptions for statement in description.statements)
    assert len(report.segments) == len(report.descriptions)
