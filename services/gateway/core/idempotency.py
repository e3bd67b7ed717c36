"""Idempotency: the record of one key, and what it says to a request that arrives (platform contract, section 11)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from shared.contracts.ids import derived_id

Record = dict[str, Any]

LONGEST_KEY = 256
KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=30)
"""How long a request owns its pending record without a sign of life; then its process is taken for dead."""
RENEWAL = timedelta(seconds=10)
"""How often a request that is still at work prolongs its lease."""

OPERATOR = "operator"
"""Owns the records of the admin face."""

_PLATFORM = "/platform"


class KeyTooLong(ValueError):  # noqa: N818  a statement about the key
    """The Idempotency-Key has more than 256 characters."""


class Verdict(Enum):
    """What a record says to another request with its key."""

    WAIT = auto()
    """A request is at work on it."""
    COMPARE = auto()
    """A response is stored: it is replayed to an equal body, any other body is refused."""
    FREE = auto()
    """Its day is over, or its request fell silent: it may be taken over."""


def read_key(header: str | None) -> str | None:
    """The key; None when the header is absent or blank.

    Raises:
        KeyTooLong: It has more than 256 characters after trimming.
    """
    key = (header or "").strip()
    if len(key) > LONGEST_KEY:
        raise KeyTooLong(f"Idempotency-Key: at most {LONGEST_KEY} characters")
    return key or None


def record_id(*, owner: str, method: str, path: str, key: str) -> str:
    """The record of (owner, method, path, key); both spellings of a platform path are one."""
    if path.startswith(f"{_PLATFORM}/"):
        path = path.removeprefix(_PLATFORM)
    return derived_id(owner, method, path, key)


def new_record(identity: str, *, resource_id: str, holder: str, body_sha256: str | None, now: datetime) -> Record:
    """A pending record; inserting it is taking the lock.

    The id of the resource is allotted before the resource is made: whoever takes over a dead
    request's record makes the same resource, and a unique insert keeps it one.

    Args:
        identity: See `record_id`.
        resource_id: The id of what the request makes.
        holder: Tells the request from every other one.
        body_sha256: None while the body, a form, has not been read to its end.
        now: The lease runs from here.
    """
    return {
        "_id": identity,
        "revision": 1,
        "state": "pending",
        "holder": holder,
        "is_inherited": False,
        "body_sha256": body_sha256,
        "resource_id": resource_id,
        "lease_ends_at": now + LEASE,
        "response": None,
        "created_at": now,
        "expires_at": now + KEPT,
    }


def renewed(record: Record, now: datetime) -> Record:
    """The pending record with a lease from now on."""
    return {**record, "lease_ends_at": now + LEASE, "expires_at": now + KEPT}


def let_go(record: Record, now: datetime) -> Record:
    """The record of a request whose outcome is unknown: the next one may take it over at once."""
    return {**record, "lease_ends_at": now}


def taken_over(record: Record, mine: Record) -> Record:
    """A free record in the hands of another request, whose own new record is `mine`.

    What a request that fell silent may have made is found again by the resource's id, so the record is never
    deleted again before its day is over; a stored record whose day is over has nothing to do with the new request.
    """
    mine = {**mine, "revision": record["revision"]}
    if record["state"] == "stored":
        return mine
    return {
        **mine,
        "is_inherited": True,
        "resource_id": record["resource_id"],
        "body_sha256": record["body_sha256"] or mine["body_sha256"],
        "created_at": record["created_at"],
    }


def stored(record: Record, response: dict[str, Any], *, now: datetime) -> Record:
    """The record with its response; the 24 hours begin."""
    return {**record, "state": "stored", "response": response, "expires_at": now + KEPT}


def judge(record: Record, now: datetime) -> Verdict:
    """What the record says to a request that arrives now."""
    if record["state"] == "stored":
        return Verdict.COMPARE if now < record["expires_at"] else Verdict.FREE
    return Verdict.WAIT if now < record["lease_ends_at"] else Verdict.FREE


def fits(record: Record, body_sha256: str | None) -> bool:
    """Whether a request with that body is the one the record is about; None: a body that is refused whole."""
    return record["body_sha256"] is None or record["body_sha256"] == body_sha256


def body_digest(body: bytes) -> str:
    """SHA-256 of the raw body; no body is the empty one."""
    return hashlib.sha256(body).hexdigest()


def parts_digest(parts: Iterable[tuple[str, str | None, str]]) -> str:
    """SHA-256 over the parts of a form: name, file name (None for a plain field) and SHA-256 of the bytes of each.

    Every text is preceded by its length, so that no two forms are spelled alike.
    """
    digest = hashlib.sha256()
    for part in parts:
        for text in part:
            encoded = b"" if text is None else text.encode()
            digest.update(b"-" if text is None else f"{len(encoded)}:".encode())
            digest.update(encoded)
    return digest.hexdigest()
