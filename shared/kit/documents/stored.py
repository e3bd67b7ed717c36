"""How a document is kept: as it is, and with what engines do not compare alike once more in a form that they do.

The embedded engine compares dates by whole seconds and without an index, and reads everything for a range of ids. So
the instants of a document's own fields are kept a second time, as milliseconds since 1970, and so is its id;
conditions, orders and indexes use those. The dates stay beside them: expiry needs them, and so does who looks.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

Document = dict[str, Any]

COMPARABLE = "comparable"
"""The field of a kept document that holds its instants as numbers, and its id."""

INSTANT_SUFFIX = "_at"
"""How the names of fields that hold instants end; no other field does."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

_PLAIN = frozenset({str, int, bool, type(None)})
"""Kept alike whatever the value: most values, and no more need be asked of them."""

_FIELD = re.compile(r"[a-z][a-z0-9_]*")
_NESTED_NAME = re.compile(r"(?!\$|__neosqlite)[^.\0]+")


def to_stored(document: Document) -> Document:
    """The document as it is kept.

    Raises:
        ValueError: It has no string `_id` and integer `revision`, or holds what engines do not keep alike.
    """
    if not (isinstance(document.get("_id"), str) and isinstance(document.get("revision"), int)):
        raise ValueError("a document needs a string _id and an integer revision")  # noqa: TRY004  one class for all refusals
    comparable: dict[str, int | str] = {"id": document["_id"]}
    for field, value in document.items():
        checked_field(field)
        if isinstance(value, datetime):
            if not field.endswith(INSTANT_SUFFIX):
                raise ValueError(f"{field!r} holds an instant: its name must end with {INSTANT_SUFFIX}")
            comparable[field] = milliseconds(value)
        else:
            if value is not None and field.endswith(INSTANT_SUFFIX):
                raise ValueError(f"{field!r} is named like an instant and holds a {type(value).__name__}")
            _check_value(field, value)
    return {**document, COMPARABLE: comparable}


def from_stored(stored: Document) -> Document:
    """The document as it was given to `to_stored`; changes `stored` in place."""
    stored.pop(COMPARABLE, None)
    return stored


def stored_path(field: str) -> str:
    """Where the comparable value of that field of a document is kept.

    Raises:
        ValueError: It is no field that can be queried.
    """
    return f"{COMPARABLE}.{field}" if checked_field(field).endswith(INSTANT_SUFFIX) else field


@lru_cache(maxsize=4096)
def checked_field(name: str) -> str:
    """The name, if a document's own field may have it: engines paste these names into queries.

    Raises:
        ValueError: It is spelled otherwise, as dotted paths and operators are, or is reserved.
    """
    if name != "_id" and (_FIELD.fullmatch(name) is None or name == COMPARABLE):
        raise ValueError(f"{name!r} is no name for a field")
    return name


def milliseconds(instant: datetime) -> int:
    """Milliseconds since 1970, cut to a whole number.

    Raises:
        ValueError: The instant names no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant must name its time zone")
    return (instant - EPOCH) // MILLISECOND


def _check_value(field: str, value: object) -> None:
    if type(value) in _PLAIN:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _check_nested_name(name)
            _check_value(field, inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check_value(field, inner)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{field!r} holds a number that is not finite")
    elif isinstance(value, datetime):
        milliseconds(value)
    elif value is not None and not isinstance(value, str | int):
        raise ValueError(f"{field!r} holds a {type(value).__name__}; engines do not keep it alike")


@lru_cache(maxsize=4096)
def _check_nested_name(name: str) -> None:
    if not isinstance(name, str) or _NESTED_NAME.fullmatch(name) is None:
        raise ValueError(f"{name!r} is no name inside a field")
