import base64
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.core.pagination import (
    InvalidLimit,
    PageRequest,
    Position,
    cut,
    read_cursor,
    read_limit,
    read_page_request,
    write_cursor,
)

AT = datetime(2026, 1, 31, 5, 31, 56, 120_000, UTC)


@pytest.mark.parametrize(
    "text", ["0", "101", "abc", "1.5", "", "-1", " 5", "5 ", "\u0665", "1e1", "9999999999", "0x10"]
)
def test_a_limit_out_of_range_or_no_integer_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidLimit, match="limit"):
        read_limit(text)


@pytest.mark.parametrize(("text", "limit"), [(None, 25), ("1", 1), ("100", 100), ("007", 7)])
def test_a_limit_is_read(text: str | None, limit: int) -> None:
    assert read_limit(text) == limit


@given(
    st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001  hypothesis wants naive bounds
    st.from_regex(r"[0-9a-f-]{1,36}", fullmatch=True),
)
def test_a_cursor_brings_back_its_position_at_the_stored_precision(at: datetime, identity: str) -> None:
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    cursor = write_cursor(Position(at, identity))
    assert "=" not in cursor
    assert read_cursor(cursor) == Position(at, identity)


def test_a_cursor_is_base64url_of_the_documented_members() -> None:
    cursor = write_cursor(Position(AT, "018f"))
    assert orjson.loads(base64.urlsafe_b64decode(cursor + "==")) == {
        "id": "018f",
        "created_at": "2026-01-31T05:31:56.120Z",
    }


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "cursor",
    [
        None,
        "",
        "garbage",
        "a",
        "ü",
        "=",
        "!!!!",
        encoded({"page": 2}),
        encoded([1, 2]),
        encoded("x"),
        encoded(None),
        encoded({"id": 7, "created_at": "2026-01-31T05:31:56.120Z"}),
        encoded({"id": "018f", "created_at": 7}),
        encoded({"id": "018f"}),
        encoded({"id": "018f", "created_at": "2026-13-31T05:31:56.120Z"}),
        encoded({"id": "018f", "created_at": "0000-01-31T05:31:56.120Z"}),
        encoded({"id": "018f", "created_at": "yesterday"}),
        encoded({"id": "$ne", "created_at": "2026-01-31T05:31:56.120Z"}),
    ],
)
def test_a_cursor_that_nobody_made_means_the_first_page(cursor: str | None) -> None:
    assert read_cursor(cursor) is None


@given(st.text())
def test_no_text_as_a_cursor_is_an_error(text: str) -> None:
    read_cursor(text)


def test_a_bad_cursor_does_not_excuse_a_bad_limit() -> None:
    with pytest.raises(InvalidLimit):
        read_page_request("0", "garbage")


@given(st.integers(min_value=0, max_value=60), st.integers(min_value=1, max_value=100), st.integers(1, 4))
def test_walking_the_pages_visits_each_document_once_in_order(count: int, limit: int, equal: int) -> None:
    documents = [
        {"_id": f"{index:04d}", "created_at": AT + timedelta(milliseconds=index // equal)} for index in range(count)
    ]
    documents.reverse()
    request, seen = PageRequest(limit), []
    while True:
        after = request.after
        left = [
            document
            for document in documents
            if after is None or (document["created_at"], document["_id"]) < (after.created_at, after.id)
        ]
        page = cut(left[: request.fetched], request)
        seen += page.items
        if page.next_cursor is None:
            break
        assert len(page.items) == limit
        request = PageRequest(limit, read_cursor(page.next_cursor))
    assert seen == documents


def test_a_last_page_that_is_exactly_full_has_no_next() -> None:
    documents = [{"_id": str(index), "created_at": AT} for index in range(25)]
    assert cut(documents, PageRequest()).next_cursor is None
