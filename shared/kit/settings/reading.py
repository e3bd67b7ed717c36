"""Reading settings: all of them are right, or the process ends with one sentence for each that is not."""

import sys
from collections.abc import Iterator
from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsError

EXIT_CODE = 2

S = TypeVar("S", bound=BaseSettings)


def read(settings_class: type[S]) -> S:
    """The settings of that class, from the environment; SystemExit(2) after one sentence for each bad variable."""
    try:
        return settings_class()
    except ValidationError as error:
        complaint = "\n".join(sentences(settings_class, error))
    except SettingsError as error:
        complaint = f"{error}."
    sys.stderr.write(f"{complaint}\n")
    raise SystemExit(EXIT_CODE)


def variable_name(settings_class: type[BaseSettings], field: str) -> str:
    """The environment variable that a field is read from."""
    alias = settings_class.model_fields[field].validation_alias
    if isinstance(alias, str):
        return alias.upper()
    return f"{settings_class.model_config.get('env_prefix') or ''}{field}".upper()


def sentences(settings_class: type[BaseSettings], error: ValidationError) -> Iterator[str]:
    """What is wrong, one sentence a variable; never the value, for it may be a secret."""
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        name, meaning = _of(settings_class, problem["loc"])
        if not name:
            yield f"The settings do not fit together: {problem['msg']}."
        elif problem["type"] == "missing":
            yield f"{name} is not set: {meaning}"
        else:
            yield f"{name} is wrong, {_lower_first(problem['msg'])}: {meaning}"


def _of(settings_class: type[BaseSettings], location: tuple[int | str, ...]) -> tuple[str, str]:
    if not location:
        return "", ""
    for field, described in settings_class.model_fields.items():
        if location[0] in (field, described.validation_alias):
            return variable_name(settings_class, field), described.description or ""
    return str(location[0]).upper(), ""


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
