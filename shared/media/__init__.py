"""Decoding and encoding: the only place that touches PyAV and FFmpeg."""

from shared.media.audio import TRACK_RATE_HERTZ, AudioBlock, audio_blocks, audio_duration_seconds, read_audio
from shared.media.frames import Frame, frame_at, frames, video_duration
from shared.media.limits import NO_LIMITS, MediaLimits
from shared.media.measures import FrameMeasures, read_frame_measures, write_frame_measures
from shared.media.picking import pick_frames
from shared.media.statistics import FrameStatistics, read_statistics

__all__ = [
    "NO_LIMITS",
    "TRACK_RATE_HERTZ",
    "AudioBlock",
    "Frame",
    "FrameMeasures",
    "FrameStatistics",
    "MediaLimits",
    "audio_blocks",
    "audio_duration_seconds",
    "frame_at",
    "frames",
    "pick_frames",
    "read_audio",
    "read_frame_measures",
    "read_statistics",
    "video_duration",
    "write_frame_measures",
]
