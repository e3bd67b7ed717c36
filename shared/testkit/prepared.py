"""The report of a preparation, for a stage that is called without one."""

from shared.contracts.reports.ingest import AudioStream, IngestReport, VideoStream

PICTURE = VideoStream(
    codec="h264",
    width=640,
    height=360,
    rotation_degrees=0,
    frame_rate=25.0,
    is_variable_frame_rate=False,
    frame_count=100,
    pixel_format="yuv420p",
    is_high_dynamic_range=False,
)


def prepared(duration_seconds: float, *, audio: str | None, stream: AudioStream | None = None) -> IngestReport:
    """What ingest says of a video of that length; `audio` is the name of its sound's file, `stream` that sound."""
    return IngestReport(
        container="mp4",
        size_bytes=1,
        sha256="0" * 64,
        duration_seconds=duration_seconds,
        video=PICTURE,
        audio_stream=stream,
        proxy="proxy.mp4",
        audio=audio,
        statistics="statistics.npz",
        thumbnail="thumbnail.jpg",
    )
