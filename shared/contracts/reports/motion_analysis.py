"""How the camera and what is before it move."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

CameraMove = Literal["static", "pan", "tilt", "zoom_in", "zoom_out", "dolly", "roll", "handheld"]


class CameraSpan(BaseModel):
    """One move of the camera, from its beginning to its end.

    Attributes:
        confidence: 0 to 1.
        speed: The mean speed of the picture's ground in frame widths per second.
        right_per_second, down_per_second: The mean shift of the view in frame widths: positive when the camera turns
            right or down.
        scale_per_second: The mean factor by which things grow each second; 1 without a zoom.
        roll_degrees_per_second: Positive when the camera turns clockwise.
    """

    model_config = ConfigDict(frozen=True)

    start_seconds: float
    end_seconds: float
    move: CameraMove
    confidence: float
    speed: float
    right_per_second: float
    down_per_second: float
    scale_per_second: float
    roll_degrees_per_second: float


class CameraMotion(BaseModel):
    """What the camera does in one shot.

    Attributes:
        move: Its commonest move; standing (static, handheld) only counts when moves fill less than a third of it.
        confidence: 0 to 1; 0 where nothing could be seen.
        speed, right_per_second, down_per_second, scale_per_second, roll_degrees_per_second: As in `CameraSpan`, the
            means over the spans of this move.
        shake: How far the view trembles about its smooth path, in frame widths (median); a tripod stays below 0.0007.
        spans: All its moves in order; they tile the shot.
    """

    model_config = ConfigDict(frozen=True)

    shot_index: int
    start_seconds: float
    end_seconds: float
    move: CameraMove
    confidence: float
    speed: float
    right_per_second: float
    down_per_second: float
    scale_per_second: float
    roll_degrees_per_second: float
    shake: float = 0.0
    spans: tuple[CameraSpan, ...] = ()


class ZoomGesture(BaseModel):
    """One zoom from its beginning to its end; `factor` is how much larger things are after it."""

    model_config = ConfigDict(frozen=True)

    start_seconds: float
    end_seconds: float
    factor: float


class Box(BaseModel):
    """Where something is at an instant, in shares of the picture's width and height."""

    model_config = ConfigDict(frozen=True)

    time_seconds: float
    left: float
    top: float
    right: float
    bottom: float


class Track(BaseModel):
    """Something that moves against the camera, followed through one shot.

    Attributes:
        speed: Mean speed against the background, in frame widths per second.
    """

    model_config = ConfigDict(frozen=True)

    index: int
    shot_index: int
    start_seconds: float
    end_seconds: float
    speed: float
    boxes: tuple[Box, ...]


class MotionAnalysisReport(BaseModel):
    """Camera, zooms, tracks and pacing of a video.

    Attributes:
        pacing: Mean motion magnitude in frame widths per second, one number for each `pacing_step_seconds` from 0.
        motion_intensity: 0 static to 100, at most one decimal.
        zoom_usage: 0 to 100 (nearly every shot has a zoom), at most one decimal.
    """

    model_config = ConfigDict(frozen=True)

    duration_seconds: float
    camera: tuple[CameraMotion, ...]
    zooms: tuple[ZoomGesture, ...]
    tracks: tuple[Track, ...]
    pacing_step_seconds: float
    pacing: tuple[float, ...]
    motion_intensity: float
    zoom_usage: float
