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


class Look(BaseModel):
    """What one picture of the video showed of the things named in its window."""

    model_config = ConfigDict(frozen=True)

    seconds: float
    objects: tuple[SeenObject, ...]


class Caption(BaseModel):
    """A text in the picture, read once for as long as it stands.

    Attributes:
        start_seconds, end_seconds: Exact to 0.2 s for a text that keeps its place; the looks that read it otherwise.
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
    """What one window shows.

    Attributes:
        objects: The surest first.
        colours: At most three names of colours (`shared.contracts.colours`), the commonest first.
        brightness: By thirds of the mean lightness (CIE L*) of the picture inside any bars.
        texts: Those of the captions that stand in it, in the order of reading, each once.
    """

    model_config = ConfigDict(frozen=True)

    start_seconds: float
    end_seconds: float
    objects: tuple[SeenObject, ...]
    colours: tuple[str, ...]
    brightness: Brightness
    motion: MotionLevel
    texts: tuple[str, ...]


class VisualElementsReport(BaseModel):
    """The windows tile the video.

    Attributes:
        looked_at_seconds: The instants of all pictures in which objects or texts were searched.
        looks: Those in which objects were searched, in order.
        segments: Of the module visualelements.
    """

    model_config = ConfigDict(frozen=True)

    duration_seconds: float
    windows: tuple[Window, ...]
    captions: tuple[Caption, ...]
    looked_at_seconds: tuple[float, ...]
    looks: tuple[Look, ...] = ()
    segments: tuple[Segment, ...]
