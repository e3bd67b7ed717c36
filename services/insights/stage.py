"""The stage insights: from the transcript and the shots to summary, events and the checklist's evaluation."""

from pydantic import BaseModel, ConfigDict

from services.insights.core.checklist import ChecklistItem
from services.insights.settings import Settings
from shared.contracts.reports.insights import InsightsReport
from shared.contracts.reports.transcription import TranscriptionReport
from shared.contracts.reports.video_analysis import VideoAnalysisReport
from shared.kit.stage import Inputs, Progress, Stage, WarmUp
from shared.models import model_path

MODEL = "all-MiniLM-L6-v2"


class InsightsParameters(BaseModel):
    """What is to be found out.

    Attributes:
        checklist: What the call should have done; null: nobody wants to know.
    """

    model_config = ConfigDict(frozen=True)

    checklist: tuple[ChecklistItem, ...] | None = None


def run(inputs: Inputs, parameters: InsightsParameters, say: Progress) -> InsightsReport:
    """Quote what matters in what was said, name what happens when, and hold it against the checklist."""
    from services.insights.analysis import analyse  # noqa: PLC0415  only pool processes analyse

    report = analyse(
        inputs.report("transcription", TranscriptionReport),
        inputs.report("video_analysis", VideoAnalysisReport).shots,
        parameters.checklist,
        model_path(MODEL, inputs.models_dir),
        inputs.threads,
    )
    say(1.0)
    return report


def warm(start: WarmUp) -> None:
    """Load the embedding model and learn from the examples."""
    from services.insights.learning import judge  # noqa: PLC0415  only pool processes need it

    judge(model_path(MODEL, start.models_dir), start.threads)


def make_stage(_: Settings) -> Stage[InsightsParameters, InsightsReport]:
    """The stage as the runner wants it."""
    return Stage(
        name="insights",
        version=2,
        reads=("transcription/report.json", "video_analysis/report.json"),
        writes=InsightsReport,
        parameters=InsightsParameters(),
        run=run,
        models=(MODEL,),
        warm=warm,
    )
