from datetime import UTC, datetime
from typing import Any

import pytest

from shared.kit.documents.where import In, Range, mongo_filter, mongo_order

AT = datetime(2026, 1, 31, 5, 31, 56, 120_000, tzinfo=UTC)
MILLISECONDS = 1_769_837_516_120


def test_conditions_become_the_small_subset() -> None:
    where = {"status": In("a", "b"), "organization_id": "o", "is_active": True, "created_at": Range(gte=AT, lt=AT)}
    assert mongo_filter(where, either=[{"n": 1}, {"updated_at": AT, "_id": Range(lt="x")}]) == {
        "status": {"$in": ["a", "b"]},
        "organization_id": "o",
        "is_active": True,
        "instants.created_at": {"$gte": MILLISECONDS, "$lt": MILLISECONDS},
        "$or": [{"n": 1}, {"instants.updated_at": MILLISECONDS, "_id": {"$lt": "x"}}],
    }


def test_orders_and_indexes_use_the_numbers_too() -> None:
    assert mongo_order([("created_at", -1), ("_id", -1)]) == [("instants.created_at", -1), ("_id", -1)]


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"error": None},
        {"outbox": []},
        {"n": {"$gt": 1}},
        {"$or": "x"},
        {"run.status": "x"},
        {"n": Range()},
        {"n": In(None)},  # type: ignore[arg-type]
        {"n": In("a", {"$ne": 1})},  # type: ignore[arg-type]
        {"n": AT},
        {"created_at": 5},
        {"created_at": Range(lt="2026")},
        {"created_at": AT.replace(tzinfo=None)},
        {"created_at": None},
    ],
)
def test_everything_else_is_refused(where: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whatever the sentence
        mongo_filter(where)
