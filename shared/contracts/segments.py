"""Segments: timestamped rows of named families, the library face's view of what the stages found."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Module = Literal["visualelements", "transcription", "scenes", "shots", "grouped_shots", "video_reasoning"]
MotionLevel = Literal["low", "medium", "high"]


class Segment(BaseModel):
    """One row of a module.

    Attributes:
        content: What a person reads; index numbers in it start at 1.
        metadata: JSON values for programs, index numbers start at 0; null for modules without any.
    """

    model_config = ConfigDict(frozen=True)

    module: Module
    start_seconds: float
    end_seconds: float
    content: str
    metadata: dict[str, int | float | str | list[int] | list[str]] | None = None
