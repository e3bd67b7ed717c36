"""The stage video_analysis: reads the prepared proxy, writes how the video is cut."""

from pydantic import BaseModel, ConfigDict

from services.video_analysis.settings import Settings
from shared.contracts.reports.ingest import IngestReport
from shared.contracts.reports.video_analysis import Shot, VideoAnalysisReport
from shared.kit.stage import Inputs, Progress, Stage, WarmUp

WIDTH = 240
"""Pixels across at which pictures are compared: cuts are as clear as in more, at a quarter of the work."""


class VideoAnalysisParameters(BaseModel):
    """Nothing can be told to this stage yet."""

    model_config = ConfigDict(frozen=True)


def run(inputs: Inputs, _: VideoAnalysisParameters, say: Progress) -> VideoAnalysisReport:
    """Find the shots."""
    # PyAV, OpenCV and PySceneDetect are loaded in pool processes only.
    from services.video_analysis.core.measuring import Measurer  # noqa: PLC0415
    from services.video_analysis.core.shots import find_shots  # noqa: PLC0415
    from services.video_analysis.strip import Strip  # noqa: PLC0415
    from services.video_analysis.transnet import MODEL, load  # noqa: PLC0415
    from shared.media import frames  # noqa: PLC0415
    from shared.models import model_path  # noqa: PLC0415

    prepared = inputs.report("ingest", IngestReport)
    measurer = Measurer()
    with Strip(inputs.directory / "small-pictures") as strip:
        for frame in frames(inputs.file("ingest", prepared.proxy)):
            width = min(WIDTH, frame.width)
            picture = frame.bgr(width, max(1, round(frame.height * width / frame.width)))
            strip.add(measurer.add(frame.timestamp, picture))
            if prepared.duration_seconds > 0:
                say(min(1.0, frame.time_seconds / prepared.duration_seconds))
        ask = load(model_path(MODEL, inputs.models_dir), inputs.threads)
        found = find_shots(measurer.measures(), strip.look, prepared.duration_seconds, ask)
    return VideoAnalysisReport(
        duration_seconds=prepared.duration_seconds,
        shots=tuple(
            Shot(
                index=index,
                start_seconds=shot.start_seconds,
                end_seconds=shot.end_seconds,
                transition_in=shot.transition_in,
                transition_seconds=shot.transition_seconds,
                score=shot.score,
            )
            for index, shot in enumerate(found)
        ),
    )


def warm(_: WarmUp) -> None:
    """Load what is slow to load."""
    from services.video_analysis.core import measuring, shots  # noqa: F401, PLC0415


def make_stage(_: Settings) -> Stage[VideoAnalysisParameters, VideoAnalysisReport]:
    """The stage as the runner wants it."""
    return Stage(
        name="video_analysis",
        version=2,
        reads=("ingest/proxy.*",),
        writes=VideoAnalysisReport,
        parameters=VideoAnalysisParameters(),
        run=run,
        models=("transnetv2",),
        warm=warm,
    )
