import json
from pathlib import Path

from services.video_analysis.settings import Settings
from services.video_analysis.stage import make_stage
from shared.contracts.artifacts import SourceReference
from shared.contracts.reports.ingest import IngestReport, VideoStream
from shared.kit.stage import Inputs

CLIP = Path(__file__).parents[2] / "data" / "short_call.mp4"
TRUTH = json.loads(CLIP.with_suffix(".json").read_text("utf-8"))


def test_the_shots_of_a_clip_are_exact_to_the_frame(tmp_path: Path) -> None:
    ingest = tmp_path / "inputs" / "ingest"
    ingest.mkdir(parents=True)
    (ingest / "proxy.mp4").symlink_to(CLIP)
    picture = VideoStream(
        codec="h264",
        width=640,
        height=360,
        rotation_degrees=0,
        frame_rate=25.0,
        is_variable_frame_rate=False,
        frame_count=188,
        pixel_format="yuv420p",
        is_high_dynamic_range=False,
    )
    prepared = IngestReport(
        container="mp4",
        size_bytes=1,
        sha256="0" * 64,
        duration_seconds=TRUTH["duration_seconds"],
        video=picture,
        audio_stream=None,
        proxy="proxy.mp4",
        audio=None,
        statistics="statistics.npz",
        thumbnail="thumbnail.jpg",
    )
    (ingest / "report.json").write_text(prepared.model_dump_json(), "utf-8")
    source = SourceReference(bucket="media", key="clip", size_bytes=1, sha256="0" * 64)
    inputs = Inputs(directory=tmp_path, source_reference=source, models_dir=Path.home() / ".cache" / "rushes" / "models")
    stage = make_stage(Settings())
    progress: list[float] = []
    report = stage.run(inputs, stage.parameters, progress.append)
    assert [(shot.start_seconds, shot.end_seconds, shot.transition_in) for shot in report.shots] == [
        (shot["start_seconds"], shot["end_seconds"], shot["transition_in"]) for shot in TRUTH["shots"]
    ]
    assert progress == sorted(progress)
