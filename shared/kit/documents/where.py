"""Conditions on documents: equality, one of several, ranges; anything else is refused before it is sent."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Where = Mapping[str, object]
"""`{"organization_id": x, "status": In("a", "b"), "created_at": Range(lt=t)}`: all of it must hold."""

FIELD = re.compile(r"[a-z][a-z0-9_]*")
"""A field of our documents; engines paste these names into queries, so no other name gets through."""


class In:
    """One of these values."""

    def __init__(self, *values: str | int) -> None:
        self.values = values


@dataclass(frozen=True)
class Range:
    """Above and below these bounds; a bound that is None does not bind."""

    gt: datetime | str | float | None = None
    gte: datetime | str | float | None = None
    lt: datetime | str | float | None = None
    lte: datetime | str | float | None = None


def mongo_filter(where: Where, either: Sequence[Where] = ()) -> dict[str, object]:
    """The filter document of `where` and, if given, any one of `either`.

    Raises:
        ValueError: A field name, an empty condition or a value that engines do not treat alike.
    """
    conditions = {checked_field(field): _condition(field, value) for field, value in where.items()}
    if either:
        conditions["$or"] = [mongo_filter(one) for one in either]
    if not conditions:
        raise ValueError("a condition must name at least one field")
    return conditions


def checked_field(name: str) -> str:
    """The name, if it is one of a field that may be queried.

    Raises:
        ValueError: It is spelled otherwise; dotted paths and operators are.
    """
    if name != "_id" and FIELD.fullmatch(name) is None:
        raise ValueError(f"{name!r} is no field that can be queried")
    return name


def _condition(field: str, value: object) -> object:
    if isinstance(value, In):
        return {"$in": [_plain(field, one) for one in value.values]}
    if isinstance(value, Range):
        bounds = {f"${name}": _plain(field, bound) for name, bound in vars(value).items() if bound is not None}
        if not bounds:
            raise ValueError(f"the range of {field!r} has no bound")
        return bounds
    return _plain(field, value)


def _plain(field: str, value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"the instant for {field!r} names no time zone")
        return value
    if isinstance(value, str | int | float):
        return value
    raise ValueError(f"{field!r} cannot be compared with a {type(value).__name__}")
