"""The stage motion_analysis: reads the prepared proxy and its shots, writes how the camera and things move."""

from pydantic import BaseModel, ConfigDict

from services.motion_analysis.settings import Settings
from shared.contracts.reports.ingest import IngestReport
from shared.contracts.reports.motion_analysis import MotionAnalysisReport
from shared.contracts.reports.video_analysis import VideoAnalysisReport
from shared.kit.stage import Inputs, Progress, Stage, WarmUp


class MotionAnalysisParameters(BaseModel):
    """Nothing can be told to this stage yet."""

    model_config = ConfigDict(frozen=True)


def run(inputs: Inputs, _: MotionAnalysisParameters, say: Progress) -> MotionAnalysisReport:
    """Measure how the camera and things move."""
    # PyAV, OpenCV and SciPy are loaded in pool processes only.
    from services.motion_analysis.core.analysis import Analysis  # noqa: PLC0415
    from services.motion_analysis.core.shots import clear_spans  # noqa: PLC0415
    from services.motion_analysis.core.window import window_of  # noqa: PLC0415
    from shared.media import frames  # noqa: PLC0415

    prepared = inputs.report("ingest", IngestReport)
    cut = inputs.report("video_analysis", VideoAnalysisReport)
    analysis = Analysis(clear_spans(cut.shots), window_of(cut.picture))
    for frame in frames(inputs.file("ingest", prepared.proxy)):
        analysis.add(frame.time_seconds, frame.luma())
        if prepared.duration_seconds > 0:
            say(min(1.0, frame.time_seconds / prepared.duration_seconds))
    return analysis.report(prepared.duration_seconds)


def warm(_: WarmUp) -> None:
    """Load what is slow to load."""
    from services.motion_analysis.core import analysis  # noqa: F401, PLC0415
    from shared.media import frames  # noqa: F401, PLC0415


def make_stage(_: Settings) -> Stage[MotionAnalysisParameters, MotionAnalysisReport]:
    """The stage as the runner wants it."""
    return Stage(
        name="motion_analysis",
        version=2,
        reads=("ingest/proxy.*", "video_analysis/report.*"),
        writes=MotionAnalysisReport,
        parameters=MotionAnalysisParameters(),
        run=run,
        warm=warm,
    )
