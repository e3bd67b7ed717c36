"""What happens in a video, in plain sentences that other stages' facts bear out."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.segments import Module, Segment

RULES = "rules"
"""The author of sentences that were composed by rules."""


class Statement(BaseModel):
    """One sentence, and the modules whose facts it is made of."""

    model_config = ConfigDict(frozen=True)

    text: str
    sources: tuple[Module, ...]


class Description(BaseModel):
    """What is said of one scene, or of the whole video (`scene_index` null).

    Attributes:
        statements: At most 4 of a scene, at most 6 of the video.
        written_by: `rules`, or the name of the language model that wrote these sentences.
    """

    model_config = ConfigDict(frozen=True)

    scope: Literal["scene", "video"]
    scene_index: int | None
    start_seconds: float
    end_seconds: float
    statements: tuple[Statement, ...]
    written_by: str = RULES


class VideoReasoningReport(BaseModel):
    """The whole video first, then its scenes in order.

    Attributes:
        written_by: `rules` when all sentences are composed; else the name of the language model that wrote some or all.
        segments: Of the module video_reasoning.
    """

    model_config = ConfigDict(frozen=True)

    descriptions: tuple[Description, ...]
    written_by: str
    segments: tuple[Segment, ...]
