"""Instants: UTC, whole milliseconds, written as RFC 3339 with the suffix Z."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, PlainSerializer


def to_milliseconds(instant: datetime) -> datetime:
    """The same instant in UTC, cut to whole milliseconds: what a document store keeps."""
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    instant = instant.astimezone(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def rfc3339(instant: datetime) -> str:
    """`2026-01-31T05:31:56.120Z`."""
    return to_milliseconds(instant).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def now() -> datetime:
    """The present instant."""
    return to_milliseconds(datetime.now(UTC))


Instant = Annotated[
    datetime,
    AfterValidator(to_milliseconds),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
]
