"""The schedule: when a failed delivery is tried again, and when an endpoint has failed for too long."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

DELAYS: tuple[timedelta, ...] = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=10),
)
"""From each failure to the next attempt; the first attempt is made at once (platform contract, 14.7)."""

ATTEMPTS = len(DELAYS) + 1
JITTER = 0.2
LONGEST_RETRY_AFTER = timedelta(hours=24)
LONGEST_FAILING = timedelta(days=5)
"""An endpoint with nothing but failures for this long is disabled."""


def next_attempt_at(
    failed_at: datetime, *, failures: int, scale: float, dice: float, retry_after: timedelta | None = None
) -> datetime | None:
    """When to try again; None: that was the last attempt.

    Args:
        failed_at: When the latest attempt failed.
        failures: How many attempts have failed, at least 1.
        scale: The factor on the delays; it does not touch `retry_after`.
        dice: In [0, 1): where in the jitter's range of ±20 % the delay falls.
        retry_after: What the answer asked for; it moves the attempt later, never earlier, by at most 24 h.
    """
    if failures >= ATTEMPTS:
        return None
    delay = DELAYS[failures - 1] * (1 - JITTER + 2 * JITTER * dice) * scale
    if retry_after is not None:
        delay = max(delay, min(retry_after, LONGEST_RETRY_AFTER))
    return failed_at + delay


def read_retry_after(header: str, now: datetime) -> timedelta | None:
    """The wait that a `Retry-After` header asks for, in seconds or until a date; None when it says nothing usable."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        # More digits than a day has seconds say no more than a day.
        return min(timedelta(seconds=int(text.lstrip("0")[:9] or "0")), LONGEST_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta(0)), LONGEST_RETRY_AFTER)
