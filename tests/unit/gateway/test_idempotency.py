import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from services.gateway.core.idempotency import (
    KEPT,
    LEASE,
    KeyTooLong,
    Verdict,
    body_digest,
    fits,
    judge,
    let_go,
    new_record,
    parts_digest,
    read_key,
    record_id,
    renewed,
    stored,
    taken_over,
)

NOW = datetime(2026, 1, 31, tzinfo=UTC)
TICK = timedelta(milliseconds=1)


def pending(body: str | None = "b") -> dict[str, object]:
    return new_record("r", resource_id="made", holder="first", body_sha256=body, now=NOW)


def second(body: str | None = "b", now: datetime = NOW) -> dict[str, object]:
    return new_record("r", resource_id="other", holder="second", body_sha256=body, now=now)


@pytest.mark.parametrize(
    ("header", "key"), [(None, None), ("", None), ("  ", None), (" a ", "a"), ("k" * 256, "k" * 256)]
)
def test_a_key_is_trimmed_and_a_blank_one_absent(header: str | None, key: str | None) -> None:
    assert read_key(header) == key


def test_the_length_counts_characters_after_trimming() -> None:
    assert read_key(" " * 50 + "é" * 256 + " ") == "é" * 256
    with pytest.raises(KeyTooLong, match="Idempotency-Key"):
        read_key("k" * 257)


def test_both_spellings_of_a_path_are_one_record_and_all_else_is_another() -> None:
    def of(**changed: str) -> str:
        return record_id(**({"owner": "o", "method": "POST", "path": "/v1/videos/1/analyses", "key": "k"} | changed))

    assert of() == of(path="/platform/v1/videos/1/analyses")
    others = [of(owner="p"), of(method="PUT"), of(path="/v1/videos/2/analyses"), of(key="K"), of(path="/platformv1/x")]
    assert len({of(), *others}) == 6


def test_a_pending_record_makes_others_wait_until_its_lease_runs_out() -> None:
    record = pending()
    assert judge(record, NOW + LEASE - TICK) is Verdict.WAIT
    assert judge(record, NOW + LEASE) is Verdict.FREE
    assert judge(renewed(record, NOW + LEASE), NOW + LEASE) is Verdict.WAIT
    assert judge(let_go(record, NOW + TICK), NOW + TICK) is Verdict.FREE


def test_a_stored_record_is_compared_for_a_day() -> None:
    record = stored(pending(), {"status": 201}, now=NOW + timedelta(seconds=5))
    assert judge(record, NOW + KEPT) is Verdict.COMPARE
    assert judge(record, NOW + KEPT + timedelta(seconds=5)) is Verdict.FREE
    assert fits(record, "b")
    assert not fits(record, "c")
    assert not fits(record, None)


def test_who_takes_over_a_silent_request_makes_the_resource_it_was_to_make() -> None:
    silent = pending() | {"revision": 7}
    taken = taken_over(silent, second(now=NOW + LEASE))
    assert taken["resource_id"] == "made"
    assert taken["holder"] == "second"
    assert taken["is_inherited"]
    assert not silent["is_inherited"]
    assert taken["revision"] == 7
    assert judge(taken, NOW + LEASE) is Verdict.WAIT


def test_a_form_that_takes_over_keeps_the_digest_that_is_known() -> None:
    assert taken_over(pending("known"), second(None))["body_sha256"] == "known"
    assert taken_over(pending(None), second(None))["body_sha256"] is None


def test_who_takes_over_a_record_of_yesterday_makes_something_new() -> None:
    old = stored(pending() | {"revision": 3}, {"status": 201}, now=NOW)
    taken = taken_over(old, second("c", NOW + KEPT))
    assert (taken["resource_id"], taken["revision"], taken["state"]) == ("other", 3, "pending")
    assert taken["response"] is None
    assert not taken["is_inherited"]


def test_no_body_and_an_empty_object_differ() -> None:
    assert body_digest(b"") == hashlib.sha256().hexdigest()
    assert body_digest(b"") != body_digest(b"{}")


def test_the_digest_of_a_form_covers_names_file_names_and_bytes() -> None:
    form = [("title", None, "1"), ("file", "a.mp4", "2")]
    digests = {
        parts_digest(form),
        parts_digest(form[::-1]),
        parts_digest([("title", None, "1"), ("file", "b.mp4", "2")]),
        parts_digest([("title", None, "1"), ("file", None, "2")]),
        parts_digest([("title", "", "1"), ("file", "a.mp4", "2")]),
        parts_digest([("title", None, "1"), ("file", "a.mp4", "3")]),
        parts_digest([("titlea", None, "1"), ("file", ".mp4", "2")]),
    }
    assert len(digests) == 7
    assert parts_digest(iter(form)) in digests
