"""The stage insights: reads the transcript and the shots, writes summary sections and events."""

from pydantic import BaseModel, ConfigDict

from services.insights.core.events import find_events
from services.insights.core.summary import summarise
from services.insights.embedding import MODEL, embed
from services.insights.settings import Settings
from shared.contracts.reports.insights import InsightsReport
from shared.contracts.reports.transcription import TranscriptionReport
from shared.contracts.reports.video_analysis import VideoAnalysisReport
from shared.kit.stage import Inputs, Progress, Stage, WarmUp
from shared.models import model_path


class InsightsParameters(BaseModel):
    """Nothing can be told to this stage yet."""

    model_config = ConfigDict(frozen=True)


def run(inputs: Inputs, _: InsightsParameters, say: Progress) -> InsightsReport:
    """Quote what matters in what was said, and name what happens when."""
    sentences = inputs.report("transcription", TranscriptionReport).sentences
    shots = inputs.report("video_analysis", VideoAnalysisReport).shots
    say(0.1)
    texts = [sentence.text for sentence in sentences]
    embeddings = embed(texts, model_path(MODEL, inputs.models_dir), inputs.threads)
    say(0.9)
    return InsightsReport(sections=summarise(sentences, embeddings, shots), events=find_events(sentences, shots))


def warm(start: WarmUp) -> None:
    """Load the embedding model."""
    embed(["ready"], model_path(MODEL, start.models_dir), start.threads)


def make_stage(_: Settings) -> Stage[InsightsParameters, InsightsReport]:
    """The stage as the runner wants it."""
    return Stage(
        name="insights",
        version=1,
        reads=("transcription", "video_analysis"),
        writes=InsightsReport,
        parameters=InsightsParameters(),
        run=run,
        models=(MODEL,),
        warm=warm,
    )
