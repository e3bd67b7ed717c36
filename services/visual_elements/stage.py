"""The stage visual_elements: reads the prepared proxy and its shots, writes what is to be seen in windows of 3 s."""

from pydantic import BaseModel, ConfigDict

from services.visual_elements.settings import Settings
from shared.contracts.reports.ingest import IngestReport
from shared.contracts.reports.video_analysis import VideoAnalysisReport
from shared.contracts.reports.visual_elements import VisualElementsReport
from shared.kit.stage import Inputs, Progress, Stage, WarmUp

OBJECTS = "ssd-mobilenet-v2-coco"
"""The name of the model that finds things; the one that reads lies inside a package."""


class VisualElementsParameters(BaseModel):
    """Nothing can be told to this stage yet."""

    model_config = ConfigDict(frozen=True)


def run(inputs: Inputs, _: VisualElementsParameters, say: Progress) -> VisualElementsReport:
    """Find things, colours, light, motion and text."""
    # PyAV, OpenCV and onnxruntime are loaded in pool processes only.
    from services.visual_elements.elements import find_elements  # noqa: PLC0415
    from services.visual_elements.reader import load_reader  # noqa: PLC0415
    from shared.models import model_path  # noqa: PLC0415
    from shared.models.objects import load_detector  # noqa: PLC0415

    return find_elements(
        inputs,
        inputs.report("ingest", IngestReport),
        inputs.report("video_analysis", VideoAnalysisReport),
        detector=load_detector(model_path(OBJECTS, inputs.models_dir), inputs.threads),
        reader=load_reader(inputs.threads),
        say=say,
    )


def warm(start: WarmUp) -> None:
    """Load the libraries and the models."""
    from services.visual_elements import elements  # noqa: F401, PLC0415
    from services.visual_elements.reader import load_reader  # noqa: PLC0415
    from shared.models import model_path  # noqa: PLC0415
    from shared.models.objects import load_detector  # noqa: PLC0415

    load_detector(model_path(OBJECTS, start.models_dir), start.threads)
    load_reader(start.threads).rehearse()


def make_stage(_: Settings) -> Stage[VisualElementsParameters, VisualElementsReport]:
    """The stage as the runner wants it."""
    return Stage(
        name="visual_elements",
        version=2,
        reads=("ingest/proxy.*", "ingest/statistics.*", "video_analysis"),
        writes=VisualElementsReport,
        parameters=VisualElementsParameters(),
        run=run,
        models=(OBJECTS,),
        warm=warm,
    )
