"""The stage video_analysis: reads the prepared proxy, writes how the video is cut, composed and coloured."""

from pydantic import BaseModel, ConfigDict

from services.video_analysis.settings import Settings
from shared.contracts.reports.ingest import IngestReport
from shared.contracts.reports.video_analysis import VideoAnalysisReport
from shared.kit.stage import Inputs, Progress, Stage, WarmUp

TRANSITIONS, OBJECTS = "transnetv2", "ssd-mobilenet-v2-coco"
"""The names of the models."""

PEOPLE = ("person",)
"""Nothing else is looked for, which halves the cost of a look."""


class VideoAnalysisParameters(BaseModel):
    """Nothing can be told to this stage yet."""

    model_config = ConfigDict(frozen=True)


def run(inputs: Inputs, _: VideoAnalysisParameters, say: Progress) -> VideoAnalysisReport:
    """Find shots, groups and scenes and describe them."""
    # PyAV, OpenCV and onnxruntime are loaded in pool processes only.
    from services.video_analysis.analysis import MEASURES, analyse  # noqa: PLC0415
    from services.video_analysis.transnet import load  # noqa: PLC0415
    from shared.models import model_path  # noqa: PLC0415
    from shared.models.objects import load_detector  # noqa: PLC0415

    prepared = inputs.report("ingest", IngestReport)
    return analyse(
        prepared,
        inputs.file("ingest", prepared.proxy).parent,
        inputs.output(MEASURES),
        inputs.directory / "small-pictures",
        ask=load(model_path(TRANSITIONS, inputs.models_dir), inputs.threads),
        detector=load_detector(model_path(OBJECTS, inputs.models_dir), inputs.threads, PEOPLE),
        say=say,
    )


def warm(start: WarmUp) -> None:
    """Load the libraries and the models."""
    from services.video_analysis import analysis  # noqa: F401, PLC0415
    from services.video_analysis.transnet import load  # noqa: PLC0415
    from shared.models import model_path  # noqa: PLC0415
    from shared.models.objects import load_detector  # noqa: PLC0415

    load(model_path(TRANSITIONS, start.models_dir), start.threads)
    load_detector(model_path(OBJECTS, start.models_dir), start.threads, PEOPLE)


def make_stage(_: Settings) -> Stage[VideoAnalysisParameters, VideoAnalysisReport]:
    """The stage as the runner wants it."""
    return Stage(
        name="video_analysis",
        version=5,
        reads=("ingest/proxy.*", "ingest/statistics.*"),
        writes=VideoAnalysisReport,
        parameters=VideoAnalysisParameters(),
        run=run,
        models=(TRANSITIONS, OBJECTS),
        warm=warm,
    )
