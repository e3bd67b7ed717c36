"""The gateway's settings."""

from pathlib import Path

from pydantic import Field, SecretStr

from services.gateway.core.token_bucket import Rate
from services.gateway.http.parts import Limits
from shared.kit.settings import KitSettings

MEBIBYTE = 1024 * 1024


class Settings(KitSettings):
    """What an operator may say to the gateway."""

    gateway_host: str = Field(default="127.0.0.1", description="Address that the API is served on.")
    gateway_port: int = Field(default=8000, description="Port that the API is served on.", ge=0, le=65_535)
    admin_token: SecretStr | None = Field(
        default=None,
        description="The operator's token, at least 32 characters; not set: /admin/v1 is not there.",
        min_length=32,
    )
    max_upload_mb: int = Field(default=10_240, description="Upper bound of every upload in MiB.", ge=1)
    max_duration_seconds: float = Field(default=21_600, gt=0, description="Longest video, in seconds.")
    run_deadline_seconds: int = Field(
        default=1800,
        description="How many seconds a run may take, unless its organization or twice the video's length says more.",
        ge=1,
    )
    rate_limit_enabled: bool = Field(
        default=False, description="Whether keys are limited whose organization sets no rate limit."
    )
    rate_limit_per_minute: int = Field(default=60, description="Requests per minute of one key, if enabled.", ge=1)
    rate_limit_burst: int = Field(default=60, description="Requests that one key may make at once, if enabled.", ge=1)
    rushes_first_key_file: Path | None = Field(
        default=None,
        description="File that a first API key is written to when the default organization has none; not set: none is.",
        examples=[".rushes/first_key"],
    )

    @property
    def limits(self) -> Limits:
        """What routes keep to."""
        rate = Rate(self.rate_limit_per_minute, self.rate_limit_burst) if self.rate_limit_enabled else None
        return Limits(
            upload_bytes=self.max_upload_mb * MEBIBYTE,
            run_deadline_seconds=self.run_deadline_seconds,
            rate=rate,
            video_seconds=self.max_duration_seconds,
        )
