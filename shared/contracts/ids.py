"""Ids: UUIDv7 for what is made, a digest for what is derived."""

import hashlib
import re
import uuid

import uuid_utils

_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_PREFIXED = re.compile(r"(ep|msg|dlv)_[0-9a-f]{32}")


def new_id() -> str:
    """A new UUIDv7 (RFC 9562): lower case, hyphenated, rising with time."""
    return str(uuid_utils.uuid7())


def is_id(text: str) -> bool:
    """Whether the text is spelled like an id that `new_id` makes."""
    return _UUID7.fullmatch(text) is not None


def prefixed(prefix: str, of: str) -> str:
    """The id `of` in the form `<prefix>_` + 32 hex digits."""
    return f"{prefix}_{uuid.UUID(of).hex}"


def is_prefixed(text: str, prefix: str) -> bool:
    """Whether the text is spelled like an id that `prefixed` makes."""
    return text.startswith(f"{prefix}_") and _PREFIXED.fullmatch(text) is not None


def derived_id(*parts: str) -> str:
    """32 hex digits that equal parts always give: the id of an effect that may be repeated."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
