"""How a video is cut, composed and coloured."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.segments import MotionLevel, Segment

Transition = Literal["cut", "fade", "dissolve", "wipe", "slide", "zoom"]


class Composition(BaseModel):
    """How one shot's key picture is built; all places are shares of the width and height of what is inside any bars.

    Attributes:
        subject: Where the eye is drawn (x, y): a person's eyes, or what is most salient; null when nothing stands out.
        thirds: How near the subject is to a crossing of the thirds: 1 on it, 0 as far as possible; null without one.
        headroom: The share of the height above the head of the largest person; null when nobody is found, or looked
            for: people are sought in a few key pictures for each minute of the video.
        leading_lines: How strongly long straight lines run towards one point, 0 to 1.
    """

    model_config = ConfigDict(frozen=True)

    subject: tuple[float, float] | None
    thirds: float | None
    headroom: float | None
    leading_lines: float


class Shot(BaseModel):
    """One shot, from its first frame's instant to the next shot's first frame.

    The boundary of a gradual transition is its middle.

    Attributes:
        transition_in: How it begins; null for the first.
        transition_seconds: How long that takes; 0 for a cut and for the first.
        score: How sure its beginning is, 0 to 1; null for the first.
        colours: Names of its commonest colours, commonest first, at most three.
        motion: How much moves in it: `shared.contracts.motion` says from when.
        key_seconds: The instant of its key picture: sharp, typical and still.
        composition: Of the key picture; null where the shots are too many for a look at each.
    """

    model_config = ConfigDict(frozen=True)

    index: int
    start_seconds: float
    end_seconds: float
    transition_in: Transition | None
    transition_seconds: float = 0.0
    score: float | None
    colours: tuple[str, ...] = ()
    motion: MotionLevel = "low"
    key_seconds: float = 0.0
    composition: Composition | None = None


class ShotGroup(BaseModel):
    """Shots that show the same, wherever they stand; only groups of two and more."""

    model_config = ConfigDict(frozen=True)

    index: int
    shot_indices: tuple[int, ...]
    colours: tuple[str, ...]


class Scene(BaseModel):
    """A run of related shots; the scenes tile the video."""

    model_config = ConfigDict(frozen=True)

    index: int
    start_seconds: float
    end_seconds: float
    shot_indices: tuple[int, ...]
    colours: tuple[str, ...]
    motion: MotionLevel


class PictureArea(BaseModel):
    """The picture inside any black bars.

    Attributes:
        left, top, right, bottom: The bars' shares of the whole width or height.
        aspect_ratio: Width over height of what is inside.
    """

    model_config = ConfigDict(frozen=True)

    left: float
    top: float
    right: float
    bottom: float
    aspect_ratio: float


class Subtitles(BaseModel):
    """Whether the video has subtitles: a stream of its own (`muxed`) or lines in the picture (`burned_in`).

    Burned in are lines that come and go in one place while the picture stays; no slides, names, logos and credits.
    """

    model_config = ConfigDict(frozen=True)

    muxed: bool
    burned_in: bool


class VideoAnalysisReport(BaseModel):
    """The shots in order, without gaps, from 0 to the duration, and what they have in common.

    Attributes:
        frame_rate: Mean frames per second.
        cut_frequency: Transitions per minute, gradual ones among them.
        measures: The name of a file of the artifact: numbers for each frame (`shared.media.read_frame_measures`).
        segments: Of the modules shots, grouped_shots and scenes.
    """

    model_config = ConfigDict(frozen=True)

    duration_seconds: float
    shots: tuple[Shot, ...]
    groups: tuple[ShotGroup, ...] = ()
    scenes: tuple[Scene, ...] = ()
    frame_rate: float = 0.0
    cut_frequency: float = 0.0
    picture: PictureArea | None = None
    subtitles: Subtitles | None = None
    measures: str | None = None
    segments: tuple[Segment, ...] = ()
