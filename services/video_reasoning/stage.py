"""The stage video_reasoning: reads what other stages measured, writes it down in plain sentences."""

from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from services.video_reasoning.settings import Settings
from shared.contracts.reports.transcription import TranscriptionReport
from shared.contracts.reports.video_analysis import VideoAnalysisReport
from shared.contracts.reports.video_reasoning import RULES, VideoReasoningReport
from shared.contracts.reports.visual_elements import VisualElementsReport
from shared.kit.stage import Inputs, Progress, Stage, WarmUp
from shared.writing.chat import Server, Writer, server_at

LONGEST_WISH = 2000
"""Characters of a question that are heeded."""


def _bounded(wish: Any) -> Any:  # noqa: ANN401  pydantic judges what it is
    if wish is None:
        return ""
    return " ".join(wish.split())[:LONGEST_WISH] if isinstance(wish, str) else wish


class VideoReasoningParameters(BaseModel):
    """What is to be told.

    Attributes:
        initial_prompt: A question or wish: it chooses which facts come first. Cut behind 2000 characters.
        writer: Null: rules compose the sentences.
    """

    model_config = ConfigDict(frozen=True)

    initial_prompt: Annotated[str, BeforeValidator(_bounded)] = ""
    writer: Writer | None = None


def run(
    server: Server | None, inputs: Inputs, parameters: VideoReasoningParameters, say: Progress
) -> VideoReasoningReport:
    """Describe the video and its scenes."""
    from services.video_reasoning.core.composing import compose, subjects  # noqa: PLC0415  only pool processes describe
    from services.video_reasoning.core.focus import focus_of  # noqa: PLC0415  as above
    from services.video_reasoning.core.measured import Measured  # noqa: PLC0415  as above
    from services.video_reasoning.core.segments import segments_of  # noqa: PLC0415  as above
    from services.video_reasoning.writing import write  # noqa: PLC0415  as above

    measured = Measured(
        cut=inputs.report("video_analysis", VideoAnalysisReport),
        said=inputs.report("transcription", TranscriptionReport),
        seen=inputs.report("visual_elements", VisualElementsReport),
    )
    focus = focus_of(parameters.initial_prompt)
    told = subjects(measured, focus)
    descriptions = [compose(subject, focus) for subject in told]
    if server is not None and parameters.writer is not None:
        descriptions = write(server, told, descriptions, parameters.initial_prompt, say)
    authors = {description.written_by for description in descriptions} - {RULES}
    say(1.0)
    return VideoReasoningReport(
        descriptions=tuple(descriptions),
        written_by=min(authors, default=RULES),
        segments=segments_of(descriptions),
    )


def warm(_: WarmUp) -> None:
    """Load what is slow to load."""
    from services.video_reasoning import writing  # noqa: F401, PLC0415
    from services.video_reasoning.core import composing  # noqa: F401, PLC0415


def make_stage(settings: Settings) -> Stage[VideoReasoningParameters, VideoReasoningReport]:
    """The stage as the runner wants it."""
    server = server_at(
        settings.reasoning_api_url,
        settings.reasoning_model,
        key=settings.reasoning_api_key,
        timeout_seconds=settings.reasoning_timeout_seconds,
    )
    return Stage(
        name="video_reasoning",
        version=1,
        reads=("video_analysis/report.json", "transcription/report.json", "visual_elements/report.json"),
        writes=VideoReasoningReport,
        parameters=VideoReasoningParameters(writer=server.writer(settings.reasoning_edition) if server else None),
        run=partial(run, server),
        warm=warm,
    )
