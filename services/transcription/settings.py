"""The settings of the stage transcription."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings

ModelChoice = Literal["base", "tiny.en"]


class Settings(BaseSettings):
    """What a deployment may choose."""

    transcription_model: ModelChoice = Field(
        default="base",
        description="Which Whisper transcribes: base (every language), or tiny.en (English only, half the work).",
    )
    transcription_language: str | None = Field(
        default=None,
        pattern=r"^[a-z]{2,3}$",
        description="ISO 639-1 code of the language that is spoken; found out for each video when unset.",
    )
