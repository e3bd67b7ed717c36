"""Conditions on documents: equality, one of several, ranges; anything else is refused before it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.kit.documents.stored import COMPARABLE, INSTANT_SUFFIX, Document, milliseconds, stored_path

Where = Mapping[str, object]
"""`{"organization_id": x, "status": In("a", "b"), "created_at": Range(lt=t)}`: all of it must hold."""

Conditions = dict[str, dict[str, Any]]
"""Operators with their values, by the path to which they apply; all of it must hold."""


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


def mongo_filters(where: Where, either: Sequence[Where] = ()) -> list[dict[str, object]]:
    """The filters whose answers together are the documents with `where` and, if given, one of `either`.

    They are several because the embedded engine reads everything for an `$or`.

    Raises:
        ValueError: A field name, an empty condition or a value that engines do not treat alike.
    """
    common = _conditions(where)
    return [_as_filter(_both(common, _conditions(one))) for one in either] or [_as_filter(common)]


def in_order(documents: list[Document], sort: Sequence[tuple[str, int]]) -> list[Document]:
    """The documents in that order, as engines have it: what is missing comes before everything."""
    for field, direction in reversed(sort):
        documents.sort(key=lambda document: _rank(document.get(field)), reverse=direction < 0)
    return documents


def mongo_order(fields: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """The order, or the keys of an index, by these fields: 1 rising, -1 falling.

    Raises:
        ValueError: A field name that engines do not treat alike.
    """
    return [(stored_path(field), direction) for field, direction in fields]


def _conditions(where: Where) -> Conditions:
    conditions: Conditions = {}
    for field, value in where.items():
        path = f"{COMPARABLE}.id" if field == "_id" and isinstance(value, Range) else stored_path(field)
        conditions[path] = _condition(field, value)
    return conditions


def _condition(field: str, value: object) -> dict[str, Any]:
    if isinstance(value, In):
        return {"$in": [_comparable(field, one) for one in value.values]}
    if isinstance(value, Range):
        bounds = {f"${name}": _comparable(field, bound) for name, bound in vars(value).items() if bound is not None}
        if not bounds:
            raise ValueError(f"the range of {field!r} has no bound")
        return bounds
    # The embedded engine uses compound indexes for this form of equality only.
    return {"$eq": _comparable(field, value)}


def _both(one: Conditions, other: Conditions) -> Conditions:
    both = {path: dict(condition) for path, condition in one.items()}
    for path, condition in other.items():
        merged = both.setdefault(path, {})
        for operator, value in condition.items():
            merged[operator] = _stricter(operator, merged[operator], value) if operator in merged else value
    return both


def _stricter(operator: str, one: Any, other: Any) -> Any:  # noqa: ANN401  values of any one type that has an order
    if operator in {"$lt", "$lte"}:
        return min(one, other)
    if operator in {"$gt", "$gte"}:
        return max(one, other)
    if operator == "$in":
        return [value for value in one if value in other]
    if one != other:
        raise ValueError(f"{one!r} and {other!r} cannot both be it")
    return one


def _as_filter(conditions: Conditions) -> dict[str, object]:
    if not conditions:
        raise ValueError("a condition must name at least one field")
    only_id = conditions.get("_id", {})
    return {**conditions, "_id": only_id["$eq"]} if only_id.keys() == {"$eq"} else dict(conditions)


def _rank(value: Any) -> tuple[bool, Any]:  # noqa: ANN401  as above
    return value is not None, value


def _comparable(field: str, value: object) -> str | float:
    if isinstance(value, datetime) == field.endswith(INSTANT_SUFFIX):
        if isinstance(value, datetime):
            return milliseconds(value)
        if isinstance(value, str | int | float):
            return value
    raise ValueError(f"{field!r} cannot be compared with a {type(value).__name__}")
