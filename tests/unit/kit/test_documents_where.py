from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.kit.documents.where import In, Range, in_order, mongo_filters, mongo_order

AT = datetime(2026, 1, 31, 5, 31, 56, 120_000, tzinfo=UTC)
LATER = AT + timedelta(seconds=1)
MILLISECONDS = 1_769_837_516_120


def test_conditions_become_the_small_subset() -> None:
    where = {"status": In("a", "b"), "is_active": True, "created_at": Range(gte=AT, lt=AT), "_id": Range(lt="x")}
    assert mongo_filters(where) == [
        {
            "status": {"$in": ["a", "b"]},
            "is_active": {"$eq": True},
            "comparable.created_at": {"$gte": MILLISECONDS, "$lt": MILLISECONDS},
            "comparable.id": {"$lt": "x"},
        }
    ]
    assert mongo_filters({"_id": "x", "revision": 0}) == [{"_id": "x", "revision": {"$eq": 0}}]
    assert mongo_filters({"_id": In("x")}) == [{"_id": {"$in": ["x"]}}]


def test_alternatives_become_filters_of_their_own() -> None:
    where = {"organization_id": "o", "created_at": Range(gte=AT, lt=LATER), "n": In(1, 2, 3)}
    assert mongo_filters(where, either=[{"created_at": Range(lt=AT)}, {"created_at": AT, "n": In(3, 4)}]) == [
        {
            "organization_id": {"$eq": "o"},
            "comparable.created_at": {"$gte": MILLISECONDS, "$lt": MILLISECONDS},
            "n": {"$in": [1, 2, 3]},
        },
        {
            "organization_id": {"$eq": "o"},
            "comparable.created_at": {"$gte": MILLISECONDS, "$lt": MILLISECONDS + 1000, "$eq": MILLISECONDS},
            "n": {"$in": [3]},
        },
    ]


def test_order_of_what_several_filters_found() -> None:
    documents: list[dict[str, Any]] = [
        {"_id": "a", "n": 1},
        {"_id": "b", "n": None},
        {"_id": "c", "n": 2},
        {"_id": "d"},
        {"_id": "e", "n": 2},
    ]
    assert [document["_id"] for document in in_order(documents, [("n", -1), ("_id", 1)])] == ["c", "e", "a", "b", "d"]
    assert [document["_id"] for document in in_order(documents, [("n", 1), ("_id", -1)])] == ["d", "b", "a", "e", "c"]


def test_orders_and_indexes_use_the_numbers_too() -> None:
    assert mongo_order([("created_at", -1), ("_id", -1)]) == [("comparable.created_at", -1), ("_id", -1)]


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
        mongo_filters(where)
