from datetime import UTC, datetime, timedelta

import pytest

from services.webhook_dispatcher.core.schedule import ATTEMPTS, next_attempt_at, read_retry_after

FAILED_AT = datetime(2026, 1, 31, 5, 0, tzinfo=UTC)
SECONDS = [5, 300, 1800, 7200, 18000, 36000, 36000]


def delay_seconds(
    failures: int, *, scale: float = 1.0, dice: float = 0.5, retry_after: timedelta | None = None
) -> float | None:
    at = next_attempt_at(FAILED_AT, failures=failures, scale=scale, dice=dice, retry_after=retry_after)
    return None if at is None else (at - FAILED_AT).total_seconds()


def test_eight_attempts_with_the_promised_delays() -> None:
    assert ATTEMPTS == 8
    assert [delay_seconds(failures) for failures in range(1, 9)] == [*SECONDS, None]


@pytest.mark.parametrize("failures", range(1, 8))
def test_the_jitter_stays_within_a_fifth(failures: int) -> None:
    planned = SECONDS[failures - 1]

    assert delay_seconds(failures, dice=0.0) == pytest.approx(planned * 0.8)
    assert delay_seconds(failures, dice=0.999999) == pytest.approx(planned * 1.2, rel=1e-5)


def test_the_scale_shortens_the_delays_but_not_retry_after() -> None:
    assert delay_seconds(1, scale=0.01) == pytest.approx(0.05)
    assert delay_seconds(1, scale=0.01, retry_after=timedelta(seconds=7)) == 7


def test_retry_after_moves_later_never_earlier_and_by_at_most_a_day() -> None:
    assert delay_seconds(2, retry_after=timedelta(seconds=1)) == 300
    assert delay_seconds(2, retry_after=timedelta(seconds=301)) == 301
    assert delay_seconds(2, retry_after=timedelta(days=30)) == 86400


def test_retry_after_gives_no_further_attempt() -> None:
    assert delay_seconds(8, retry_after=timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 0),
        ("00000000000030", 30),
        ("9" * 400, 86400),
        ("Sat, 31 Jan 2026 05:00:30 GMT", 30),
        ("Sat, 31 Jan 2026 05:00:30 -0000", 30),
        ("Saturday, 31-Jan-26 05:00:30 GMT", 30),
        ("Sat, 31 Jan 2026 04:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(header: str, seconds: float) -> None:
    wait = read_retry_after(header, FAILED_AT)

    assert wait is not None
    assert wait.total_seconds() == seconds


@pytest.mark.parametrize(
    "header", ["", "soon", "-5", "1.5", "1e9", "٣", "Sat, 99 Foo 2026", "Sat, 31 Jan 99999999 05:00:30 GMT"]
)
def test_a_retry_after_that_says_nothing_is_ignored(header: str) -> None:
    assert read_retry_after(header, FAILED_AT) is None
