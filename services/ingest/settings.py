"""What an operator can set of the ingest stage."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Limits of the videos that are prepared."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    max_upload_mb: int = Field(default=10_240, gt=0, description="Upper bound of every upload, in MiB.")
    max_duration_seconds: float = Field(default=21_600, gt=0, description="Longest video, in seconds.")
    max_resolution: str = Field(
        default="8192x4320",
        pattern=r"^[1-9]\d*[xX][1-9]\d*$",
        description="Largest picture, longer by shorter side in pixels; either orientation.",
    )
