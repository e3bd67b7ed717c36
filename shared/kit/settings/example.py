"""The `.env.example`: generated from the settings classes, so that it cannot lie."""

from collections.abc import Iterable
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from shared.kit.settings.reading import variable_name

HEADER = "# Generated from the settings classes; a line with # in front shows a default or an optional variable.\n"


def env_example(settings_classes: Iterable[type[BaseSettings]]) -> str:
    """The text of `.env.example`: every variable once, under the class that has it first."""
    known: set[str] = set()
    sections = [HEADER]
    for settings_class in settings_classes:
        lines = [
            line
            for field, described in settings_class.model_fields.items()
            if (name := variable_name(settings_class, field)) not in known
            for line in _lines(name, described)
        ]
        known |= {variable_name(settings_class, field) for field in settings_class.model_fields}
        if lines:
            sections.append("\n".join((f"# --- {_title(settings_class)}", *lines, "")))
    return "\n".join(sections)


def _title(settings_class: type[BaseSettings]) -> str:
    return (settings_class.__doc__ or settings_class.__name__).strip().splitlines()[0]


def _lines(name: str, described: FieldInfo) -> Iterable[str]:
    meaning = f"# {described.description}" if described.description else "#"
    if described.is_required():
        return meaning, f"{name}={_shown(described, None)}"
    return meaning, f"# {name}={_shown(described, described.get_default(call_default_factory=True, validated_data={}))}"


def _shown(described: FieldInfo, default: object) -> str:
    if default is None:
        return str(described.examples[0]) if described.examples else ""
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, Path):
        return default.as_posix()
    return str(default).lower() if isinstance(default, bool) else str(default)
