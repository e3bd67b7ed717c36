"""Settings: read once at the entry point, from the environment, each with its unit and meaning."""

from shared.kit.settings.example import env_example
from shared.kit.settings.kit import KitSettings
from shared.kit.settings.reading import read, sentences, variable_name

__all__ = ["KitSettings", "env_example", "read", "sentences", "variable_name"]
