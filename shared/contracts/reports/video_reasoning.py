"""What happens in a video, in plain sentences that other stages' facts bear out."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.segments import Module, Segment


class Statement(BaseModel):
    """One sentence, and the modules whose facts it is made of."""

    model_config = ConfigDict(frozen=True)

    text: str
    sources: tuple[Module, ...]


class Description(BaseModel):
    """What is said of one scene, or of the whole video (`scene_index` null)."""

    model_config = ConfigDict(frozen=True)

    scope: Literal["scene", "video"]
    scene_index: int | None
    start_seconds: float
    end_seconds: float
    statements: tuple[Statement, ...]


class VideoReasoningReport(BaseModel):
    """The whole video first, then its scenes in order.

    Attributes:
        written_by: `rules` for composed sentences; else the name of the language model.
        segments: Of the module video_reasoning.
    """

    model_config = ConfigDict(frozen=True)

    descriptions: tuple[Description, ...]
    written_by: str
    segments: tuple[Segment, ...]
