"""What is to be seen in a video, in windows of three seconds."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.segments import MotionLevel, Segment

Brightness = Literal["dark", "medium", "bright"]


class SeenObject(BaseModel):
    """A kind of thing that was found: its name (COCO), how sure, and the most seen in one picture."""

    model_config = ConfigDict(frozen=True)

    label: str
    confidence: float
    count: int


class Caption(BaseModel):
    """A text in the picture, read once for as long as it stands.

    Attributes:
        confidence: 0 to 1.
        left, top, right, bottom: Where it stands, in shares of the picture's width and height.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    start_seconds: float
    end_seconds: float
    confidence: float
    left: float
    top: float
    right: float
    bottom: float


class Window(BaseModel):
    """What one window shows; `texts` are those of the captions that stand in it, in the order of reading."""

    model_config = ConfigDict(frozen=True)

    start_seconds: float
    end_seconds: float
    objects: tuple[SeenObject, ...]
    colours: tuple[str, ...]
    brightness: Brightness
    motion: MotionLevel
    texts: tuple[str, ...]


class VisualElementsReport(BaseModel):
    """The windows tile the video; the instants are those of the pictures that were looked at.

    Attributes:
        segments: Of the module visualelements.
    """

    model_config = ConfigDict(frozen=True)

    duration_seconds: float
    windows: tuple[Window, ...]
    captions: tuple[Caption, ...]
    looked_at_seconds: tuple[float, ...]
    segments: tuple[Segment, ...]
