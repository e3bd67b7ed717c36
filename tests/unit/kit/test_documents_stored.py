from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from shared.kit.documents.stored import from_stored, milliseconds, stored_path, to_stored

AT = datetime(2026, 1, 31, 5, 31, 56, 120_000, tzinfo=UTC)


def document(**fields: Any) -> dict[str, Any]:
    return {"_id": "a", "revision": 0, **fields}


def test_instants_are_kept_as_numbers_too() -> None:
    given = document(created_at=AT, finished_at=None, nested={"at": AT})
    stored = to_stored(given)
    assert stored["comparable"] == {"id": "a", "created_at": 1_769_837_516_120}
    assert stored["created_at"] == AT
    assert from_stored(stored) == given
    assert "comparable" not in given


def test_milliseconds_know_the_time_zone_and_are_cut() -> None:
    assert milliseconds(AT.astimezone(timezone(timedelta(hours=5)))) == milliseconds(AT)
    assert milliseconds(AT.replace(microsecond=120_999)) == milliseconds(AT)
    assert milliseconds(datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)) == -1
    assert milliseconds(datetime(9999, 1, 1, tzinfo=UTC)) == 253_370_764_800_000


@pytest.mark.parametrize(
    "fields",
    [
        {"_id": 5},
        {"revision": None},
        {"revision": "1"},
        {"raw": b"bytes"},
        {"nested": {"deep": [b"bytes"]}},
        {"score": float("nan")},
        {"scores": [{"score": float("inf")}]},
        {"tags": {"a", "b"}},
        {"created_at": AT.replace(tzinfo=None)},
        {"nested": {"at": AT.replace(tzinfo=None)}},
        {"created": AT},
        {"created_at": "2026-01-31T05:31:56Z"},
        {"comparable": {}},
        {"Title": "upper case"},
        {"a.b": 1},
        {"$set": 1},
        {"a' OR 1": 1},
        {"nested": {"$date": "2026"}},
        {"nested": {"a.b": 1}},
        {"nested": {"": 1}},
        {"nested": {"__neosqlite_binary__": "x"}},
    ],
)
def test_what_engines_do_not_keep_alike_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whatever the sentence
        to_stored(document(**fields))


def test_paths_of_conditions() -> None:
    assert stored_path("status") == "status"
    assert stored_path("_id") == "_id"
    assert stored_path("created_at") == "comparable.created_at"
    for name in ("comparable", "comparable.created_at", "a.b", "$where", "", "A", "_ID", "a b", 'a"'):
        with pytest.raises(ValueError, match="no name"):
            stored_path(name)
