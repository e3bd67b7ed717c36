"""The settings of the stage video_reasoning."""

from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Who writes the sentences."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    reasoning_api_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s]+",
        description="Base of an OpenAI-compatible API whose model writes the sentences; not set: rules compose them.",
        examples=["http://127.0.0.1:11434/v1"],
    )
    reasoning_api_key: SecretStr | None = Field(default=None, description="Bearer token of that API, if it wants one.")
    reasoning_model: str | None = Field(
        default=None, min_length=1, description="Name of the model there; needed with REASONING_API_URL."
    )
    reasoning_timeout_seconds: float = Field(
        default=60.0, gt=0, le=600, description="Time for all requests of one video; then composed sentences stand."
    )
    reasoning_edition: str = Field(
        default="1",
        pattern=r"^\S{1,40}$",
        description="A new value has every video described anew, e.g. after another model took the same name.",
    )

    @model_validator(mode="after")
    def _model_with_url(self) -> Self:
        if self.reasoning_api_url and not self.reasoning_model:
            raise ValueError("REASONING_API_URL needs REASONING_MODEL")
        return self
