import re
import secrets
from datetime import UTC, datetime, timedelta

import pytest

from services.gateway.core.keys import (
    bearer_token,
    digest_of,
    display_prefix,
    holds,
    is_imported_form,
    is_key_form,
    key_in,
    spell_key,
)

KEY = "rsh_live_" + "aB3" * 13 + "z"
NOW = datetime(2026, 1, 31, tzinfo=UTC)


def test_a_new_key_is_spelled_as_documented_and_never_twice() -> None:
    keys = {spell_key(secrets.choice) for _ in range(100)}
    assert len(keys) == 100
    assert all(re.fullmatch(r"rsh_live_[0-9A-Za-z]{40}", key) and is_key_form(key) for key in keys)


def test_what_is_kept_of_a_key() -> None:
    assert digest_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert display_prefix(KEY) == "rsh_live_aB3aB3..."
    assert display_prefix("lymo_0123456789abcdef") == "lymo_012345..."
    assert display_prefix("lvz_live_0123456789abcdef") == "lvz_live_012345..."


@pytest.mark.parametrize("header", [f"Bearer {KEY}", KEY, f"bearer {KEY}", f"BEARER   {KEY} ", f" {KEY}"])
def test_both_forms_of_the_header_carry_a_key(header: str) -> None:
    assert key_in(header) == KEY


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        f"Basic {KEY}",
        f"Bearer {KEY}x",
        f"Bearer {KEY[:-1]}",
        "Bearer sk_1",
        f"{KEY} {KEY}",
    ],
)
def test_a_malformed_header_carries_none(header: str | None) -> None:
    assert key_in(header) is None


@pytest.mark.parametrize("raw", ["lymo_" + "x" * 16, "lvz_live_" + "y" * 16, "lymo_-._~" + "x" * 12])
def test_keys_that_may_be_imported(raw: str) -> None:
    assert is_imported_form(raw)
    assert key_in(f"Bearer {raw}") == raw


@pytest.mark.parametrize("raw", ["lymo_" + "x" * 15, "abc_" + "x" * 40, KEY, "lymo_ " + "x" * 20, "lymo_" + "é" * 20])
def test_keys_that_may_not_be_imported(raw: str) -> None:
    assert not is_imported_form(raw)


@pytest.mark.parametrize(
    ("is_active", "expires_in", "expected"),
    [(True, None, True), (False, None, False), (True, 1, True), (True, 0, False), (True, -1, False)],
)
def test_when_a_key_holds(is_active: bool, expires_in: int | None, expected: bool) -> None:  # noqa: FBT001  a table's columns
    expires_at = None if expires_in is None else NOW + timedelta(seconds=expires_in)
    assert holds({"is_active": is_active, "expires_at": expires_at}, NOW) is expected


def test_the_operators_token_needs_the_word_bearer() -> None:
    assert bearer_token("Bearer abc") == "abc"
    assert bearer_token("abc") is None
    assert bearer_token("Bearer ") is None
    assert bearer_token(None) is None
