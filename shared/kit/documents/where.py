"""Conditions on documents: equality, one of several, ranges; anything else is refused before it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.kit.documents.stored import INSTANT_SUFFIX, milliseconds, stored_path

Where = Mapping[str, object]
"""`{"organization_id": x, "status": In("a", "b"), "created_at": Range(lt=t)}`: all of it must hold."""


@dataclass(frozen=True, init=False)
class In:
    """One of these values."""

    values: tuple[str | int | datetime, ...]

    def __init__(self, *values: str | int | datetime) -> None:
        object.__setattr__(self, "values", values)


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
    conditions = {stored_path(field): _condition(field, value) for field, value in where.items()}
    if either:
        conditions["$or"] = [mongo_filter(one) for one in either]
    if not conditions:
        raise ValueError("a condition must name at least one field")
    return conditions


def mongo_order(fields: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """The order, or the keys of an index, by these fields: 1 rising, -1 falling.

    Raises:
        ValueError: A field name that engines do not treat alike.
    """
    return [(stored_path(field), direction) for field, direction in fields]


def _condition(field: str, value: object) -> object:
    if isinstance(value, In):
        return {"$in": [_comparable(field, one) for one in value.values]}
    if isinstance(value, Range):
        bounds = {f"${name}": _comparable(field, bound) for name, bound in vars(value).items() if bound is not None}
        if not bounds:
            raise ValueError(f"the range of {field!r} has no bound")
        return bounds
    return _comparable(field, value)


def _comparable(field: str, value: object) -> str | float:
    if isinstance(value, datetime) == field.endswith(INSTANT_SUFFIX):
        if isinstance(value, datetime):
            return milliseconds(value)
        if isinstance(value, str | int | float):
            return value
    raise ValueError(f"{field!r} cannot be compared with a {type(value).__name__}")
