"""The settings of the stage insights."""

from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Who writes summary, reasons and titles."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    insights_api_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s]+",
        description="Base of an OpenAI-compatible API whose model writes insights; not set: they are quotations.",
        examples=["http://127.0.0.1:11434/v1"],
    )
    insights_api_key: SecretStr | None = Field(default=None, description="Bearer token of that API, if it wants one.")
    insights_model: str | None = Field(
        default=None, min_length=1, description="Name of the model there; needed with INSIGHTS_API_URL."
    )
    insights_timeout_seconds: float = Field(
        default=60.0, gt=0, le=600, description="Time for all requests of one video; then quotations stand."
    )
    insights_edition: str = Field(
        default="1",
        pattern=r"^\S{1,40}$",
        description="A new value has the insights of every video made anew, e.g. after another model took the name.",
    )

    @model_validator(mode="after")
    def _model_with_url(self) -> Self:
        if self.insights_api_url and not self.insights_model:
            raise ValueError("INSIGHTS_API_URL needs INSIGHTS_MODEL")
        return self
