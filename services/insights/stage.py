"""The stage insights: from the transcript and the shots to summary, events and the checklist's evaluation."""

from functools import partial

from pydantic import BaseModel, ConfigDict

from services.insights.core.checklist import ChecklistItem
from services.insights.settings import Settings
from shared.contracts.reports.insights import InsightsReport
from shared.contracts.reports.transcription import TranscriptionReport
from shared.contracts.reports.video_analysis import VideoAnalysisReport
from shared.kit.stage import Inputs, Progress, Stage, WarmUp
from shared.models import model_path
from shared.writing.chat import Server, Writer, server_at

MODEL = "all-MiniLM-L6-v2"


class InsightsParameters(BaseModel):
    """What is to be found out.

    Attributes:
        checklist: What the call should have done; null: nobody wants to know.
        writer: Null: sections are quotations, and rules judge.
    """

    model_config = ConfigDict(frozen=True)

    checklist: tuple[ChecklistItem, ...] | None = None
    writer: Writer | None = None


def run(server: Server | None, inputs: Inputs, parameters: InsightsParameters, say: Progress) -> InsightsReport:
    """Quote what matters in what was said, name what happens when, and hold it against the checklist."""
    from services.insights.analysis import analyse  # noqa: PLC0415  only pool processes analyse
    from services.insights.writing import write  # noqa: PLC0415  as above

    said = inputs.report("transcription", TranscriptionReport)
    report = analyse(
        said,
        inputs.report("video_analysis", VideoAnalysisReport).shots,
        parameters.checklist,
        model_path(MODEL, inputs.models_dir),
        inputs.threads,
    )
    if server is not None and parameters.writer is not None:
        report = write(server, said.sentences, report, parameters.checklist or (), say)
    say(1.0)
    return report


def warm(start: WarmUp) -> None:
    """Load the model, as it is and as the judge reads it."""
    from services.insights import embedding, reading  # noqa: PLC0415  only pool processes need them

    folder = model_path(MODEL, start.models_dir)
    embedding.load(folder, start.threads)
    reading.load(folder, start.threads)


def make_stage(settings: Settings) -> Stage[InsightsParameters, InsightsReport]:
    """The stage as the runner wants it."""
    server = server_at(
        settings.insights_api_url,
        settings.insights_model,
        key=settings.insights_api_key,
        timeout_seconds=settings.insights_timeout_seconds,
    )
    return Stage(
        name="insights",
        version=4,
        reads=("transcription/report.json", "video_analysis/report.json"),
        writes=InsightsReport,
        parameters=InsightsParameters(writer=server.writer(settings.insights_edition) if server else None),
        run=partial(run, server),
        models=(MODEL,),
        warm=warm,
    )
