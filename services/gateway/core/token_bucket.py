"""A token bucket: how many calls a key may make, and how long it must wait for the next one."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `burst` calls at once, and `per_minute` of them in the long run."""

    per_minute: int
    burst: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """The tokens that were left at an instant, in seconds of the clock that all gateways share."""

    tokens: float
    at_seconds: float


@dataclass(frozen=True, slots=True)
class Taken:
    """The bucket after a call; `wait_seconds` is 0 when the call may go on, else whole seconds, at least 1."""

    bucket: Bucket
    wait_seconds: int


def take(bucket: Bucket | None, rate: Rate, now_seconds: float) -> Taken:
    """Take one token; a key that was never seen (None) has a full bucket."""
    per_second = rate.per_minute / 60
    if bucket is None:
        bucket = Bucket(rate.burst, now_seconds)
    now_seconds = max(now_seconds, bucket.at_seconds)  # another gateway's clock may be ahead
    refilled = bucket.tokens + (now_seconds - bucket.at_seconds) * per_second
    tokens = min(float(rate.burst), refilled)
    if tokens >= 1:
        return Taken(Bucket(tokens - 1, now_seconds), 0)
    return Taken(Bucket(tokens, now_seconds), max(1, math.ceil((1 - tokens) / per_second)))


def seconds_until_full(bucket: Bucket, rate: Rate) -> float:
    """After which time forgetting it changes nothing."""
    return (rate.burst - bucket.tokens) / (rate.per_minute / 60)
