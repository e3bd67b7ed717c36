"""API keys: their spelling, what is kept of them, and when they hold."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from string import ascii_letters, digits
from typing import Any

PREFIX = "rsh_live_"
IMPORTED_PREFIXES = ("lymo_", "lvz_live_")
ALPHABET = digits + ascii_letters
SECRET_LENGTH = 40
SHOWN_LENGTH = 6
"""How many characters after the prefix are shown to tell keys apart."""

_OWN = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{SECRET_LENGTH}}}", re.ASCII)
_IMPORTED = re.compile(r"(?:lymo_|lvz_live_)[\x21-\x7e]{16,512}", re.ASCII)
_BEARER = "bearer "


def spell_key(choose: Callable[[str], str]) -> str:
    """A new raw key; `choose` picks one character of a text unpredictably, e.g. `secrets.choice`."""
    return PREFIX + "".join(choose(ALPHABET) for _ in range(SECRET_LENGTH))


def is_imported_form(raw_key: str) -> bool:
    """Whether it is spelled like a key that an operator may import."""
    return _IMPORTED.fullmatch(raw_key) is not None


def is_key_form(raw_key: str) -> bool:
    """Whether it is spelled like any key that can be known here."""
    return _OWN.fullmatch(raw_key) is not None or is_imported_form(raw_key)


def digest_of(raw_key: str) -> str:
    """SHA-256 in hex: what is stored instead of the key; keys are long and random, so no salt is needed."""
    return hashlib.sha256(raw_key.encode()).hexdigest()


def display_prefix(raw_key: str) -> str:
    """`rsh_live_a1B2c3...`."""
    prefix = next(prefix for prefix in (PREFIX, *IMPORTED_PREFIXES) if raw_key.startswith(prefix))
    return f"{raw_key[: len(prefix) + SHOWN_LENGTH]}..."


def key_in(authorization: str | None) -> str | None:
    """The key in an Authorization header, `Bearer KEY` or `KEY`; None when there is none."""
    if authorization is None:
        return None
    candidate = authorization.strip()
    if candidate[: len(_BEARER)].lower() == _BEARER:
        candidate = candidate[len(_BEARER) :].strip()
    return candidate if is_key_form(candidate) else None


def bearer_token(authorization: str | None) -> str | None:
    """The token of an `Authorization: Bearer TOKEN` header; None when it has another form."""
    if authorization is None or authorization[: len(_BEARER)].lower() != _BEARER:
        return None
    return authorization[len(_BEARER) :].strip() or None


def holds(key: dict[str, Any], now: datetime) -> bool:
    """Whether the key is active and has not expired."""
    expires_at: datetime | None = key["expires_at"]
    return bool(key["is_active"]) and (expires_at is None or now < expires_at)
