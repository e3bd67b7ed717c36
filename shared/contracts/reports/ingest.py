"""What a video file is, and what was made of it for the later stages."""

from pydantic import BaseModel, ConfigDict


class VideoStream(BaseModel):
    """The picture, after rotation.

    Attributes:
        width, height: Displayed pixels of the original, rotation and pixel aspect applied.
        rotation_degrees: What the file asked to be turned, clockwise.
        frame_rate: Mean frames per second.
        is_variable_frame_rate: Whether the frames' distances differ.
    """

    model_config = ConfigDict(frozen=True)

    codec: str
    width: int
    height: int
    rotation_degrees: int
    frame_rate: float
    is_variable_frame_rate: bool
    frame_count: int
    pixel_format: str
    is_high_dynamic_range: bool


class AudioStream(BaseModel):
    """The sound that was kept.

    Attributes:
        sample_rate, channels: Of the original; the track that was made of it is mono.
        duration_seconds: Of the track.
        downmix_loss_db: How far the mean power of the mono track is below the sum of the mean powers of the original's
            channels, 3 dB for equal ones: what the original's loudness lost in the track. Null for silence.
        sample_peak_dbfs: The largest sample of any channel of the original, at most 0 but for clipped floating-point
            sound. Null for silence.
    """

    model_config = ConfigDict(frozen=True)

    codec: str
    sample_rate: int
    channels: int
    duration_seconds: float
    downmix_loss_db: float | None = None
    sample_peak_dbfs: float | None = None


class IngestReport(BaseModel):
    """The probe report, with the names of the files beside it in the artifact.

    Attributes:
        duration_seconds: Of the picture, from the first frame to the end of the last.
        proxy, audio, statistics, thumbnail: File names in the artifact; audio is null when there is none.
        subtitle_streams: How many subtitle streams the file carries.
        notes: What a person should know of odd files, e.g. which of several streams was taken.
    """

    model_config = ConfigDict(frozen=True)

    container: str
    size_bytes: int
    sha256: str
    duration_seconds: float
    video: VideoStream
    audio_stream: AudioStream | None
    proxy: str
    audio: str | None
    statistics: str
    thumbnail: str
    subtitle_streams: int = 0
    notes: tuple[str, ...] = ()
