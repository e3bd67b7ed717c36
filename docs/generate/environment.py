"""The example of the environment, from every settings class there is."""

from services.audio_analysis.settings import Settings as AudioAnalysis
from services.gateway.settings import Settings as Gateway
from services.ingest.settings import Settings as Ingest
from services.insights.settings import Settings as Insights
from services.motion_analysis.settings import Settings as MotionAnalysis
from services.scoring.settings import Settings as Scoring
from services.transcription.settings import Settings as Transcription
from services.video_analysis.settings import Settings as VideoAnalysis
from services.video_reasoning.settings import Settings as VideoReasoning
from services.visual_elements.settings import Settings as VisualElements
from services.webhook_dispatcher.settings import Settings as WebhookDispatcher
from shared.kit.service import WorkerSettings
from shared.kit.settings import KitSettings, env_example


def environment() -> str:
    """.env.example."""
    stages = (
        WorkerSettings,
        Ingest,
        VideoAnalysis,
        MotionAnalysis,
        AudioAnalysis,
        Transcription,
        VisualElements,
        VideoReasoning,
        Insights,
        Scoring,
    )
    return env_example([KitSettings, Gateway, *stages, WebhookDispatcher])
