from hypothesis import given
from hypothesis import strategies as st

from services.gateway.core.token_bucket import Bucket, Rate, seconds_until_full, take


def test_the_burst_is_free_and_the_next_call_waits_for_one_token() -> None:
    rate, bucket = Rate(per_minute=2, burst=2), None
    for _ in range(2):
        taken = take(bucket, rate, 100.0)
        assert taken.wait_seconds == 0
        bucket = taken.bucket
    refused = take(bucket, rate, 100.0)
    assert refused.wait_seconds == 30
    assert take(refused.bucket, rate, 129.9).wait_seconds == 1
    assert take(refused.bucket, rate, 130.0).wait_seconds == 0


def test_a_refused_call_costs_nothing() -> None:
    rate = Rate(per_minute=60, burst=1)
    bucket = take(None, rate, 0.0).bucket
    for moment in (0.1, 0.2, 0.3):
        bucket = take(bucket, rate, moment).bucket
    assert take(bucket, rate, 1.0).wait_seconds == 0


def test_a_smaller_burst_holds_from_the_next_call_on() -> None:
    full = take(None, Rate(per_minute=60, burst=60), 0.0).bucket
    bucket = take(full, Rate(per_minute=2, burst=1), 0.0)
    assert bucket.wait_seconds == 0
    assert take(bucket.bucket, Rate(per_minute=2, burst=1), 0.0).wait_seconds == 30


@given(
    st.integers(1, 10_000),
    st.integers(1, 1_000),
    st.floats(0, 1_000, allow_nan=False),
    st.floats(0, 10_000, allow_nan=False),
)
def test_after_the_wait_it_named_a_call_succeeds(per_minute: int, burst: int, tokens: float, now: float) -> None:
    rate = Rate(per_minute, burst)
    taken = take(Bucket(min(tokens, burst), 0.0), rate, now)
    assert 0 <= taken.bucket.tokens <= burst
    if taken.wait_seconds:
        assert taken.wait_seconds >= 1
        assert take(taken.bucket, rate, now + taken.wait_seconds + 1e-6).wait_seconds == 0


def test_a_full_bucket_may_be_forgotten() -> None:
    rate = Rate(per_minute=60, burst=2)
    bucket = take(None, rate, 0.0).bucket
    assert seconds_until_full(bucket, rate) == 1.0


def test_a_clock_that_is_behind_takes_nothing_back() -> None:
    rate = Rate(per_minute=60, burst=1)
    bucket = take(None, rate, 100.0).bucket
    refused = take(bucket, rate, 99.0)
    assert refused.wait_seconds == 1
    assert take(refused.bucket, rate, 101.0).wait_seconds == 0
