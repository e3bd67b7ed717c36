"""How a video is cut."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Transition = Literal["cut", "fade", "dissolve", "wipe", "slide", "zoom"]


class Shot(BaseModel):
    """One shot, from its first frame's instant to the next shot's first frame.

    Attributes:
        transition_in: How it begins; null for the first.
        score: How sure its beginning is, 0 to 1; null for the first.
    """

    model_config = ConfigDict(frozen=True)

    index: int
    start_seconds: float
    end_seconds: float
    transition_in: Transition | None
    score: float | None


class VideoAnalysisReport(BaseModel):
    """The shots in order, without gaps, from 0 to the duration."""

    model_config = ConfigDict(frozen=True)

    duration_seconds: float
    shots: tuple[Shot, ...]
