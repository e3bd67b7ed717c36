"""All stage services in one process, to keep memory small (`python -m deploy.standalone.workers`)."""

from services.audio_analysis import settings as audio_analysis_settings
from services.audio_analysis import stage as audio_analysis
from services.ingest import settings as ingest_settings
from services.ingest import stage as ingest
from services.insights import settings as insights_settings
from services.insights import stage as insights
from services.motion_analysis import settings as motion_analysis_settings
from services.motion_analysis import stage as motion_analysis
from services.scoring import settings as scoring_settings
from services.scoring import stage as scoring
from services.transcription import settings as transcription_settings
from services.transcription import stage as transcription
from services.video_analysis import settings as video_analysis_settings
from services.video_analysis import stage as video_analysis
from services.video_reasoning import settings as video_reasoning_settings
from services.video_reasoning import stage as video_reasoning
from services.visual_elements import settings as visual_elements_settings
from services.visual_elements import stage as visual_elements
from shared import models
from shared.kit.service import run_services
from shared.kit.settings import read
from shared.kit.stage import AnyStage


def make_stages() -> list[AnyStage]:
    """Every stage there is, as the environment wants it."""
    return [
        ingest.make_stage(read(ingest_settings.Settings)),
        video_analysis.make_stage(read(video_analysis_settings.Settings)),
        motion_analysis.make_stage(read(motion_analysis_settings.Settings)),
        audio_analysis.make_stage(read(audio_analysis_settings.Settings)),
        transcription.make_stage(read(transcription_settings.Settings)),
        video_reasoning.make_stage(read(video_reasoning_settings.Settings)),
        insights.make_stage(read(insights_settings.Settings)),
        visual_elements.make_stage(read(visual_elements_settings.Settings)),
        scoring.make_stage(read(scoring_settings.Settings)),
    ]


def main() -> None:
    """Host every stage."""
    run_services(make_stages(), models)


if __name__ == "__main__":
    main()
