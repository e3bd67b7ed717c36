"""The settings of the stage audio_analysis: none yet."""

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """Nothing can be set yet."""
