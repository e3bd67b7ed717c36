"""The verdict: what an attempt's outcome means for the delivery and its endpoint."""

from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus

from shared.contracts.events.deliveries import DeliveryError

ASKS_TO_WAIT = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""The statuses whose `Retry-After` is heard."""


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt.

    Attributes:
        response_status: None when no response came.
        error: Why none came.
        duration_ms: From the first look at the name to the answer.
        retry_after: The header of that name, as received.
    """

    response_status: int | None = None
    error: DeliveryError | None = None
    duration_ms: int = 0
    retry_after: str | None = None


class Verdict(Enum):
    """What to do after an attempt."""

    DELIVERED = auto()
    GONE = auto()
    """Disable the endpoint at once."""
    FAILED = auto()
    """Try again when the schedule says so; it counts against the endpoint."""
    NOT_ALLOWED = auto()
    """Try again when the schedule says so; nothing was sent, so it says nothing about the endpoint."""


def judge(outcome: Outcome) -> Verdict:
    """2xx is success, 410 is the end of the endpoint, everything else is a failure, redirects too."""
    status = outcome.response_status
    if status is None:
        return Verdict.NOT_ALLOWED if outcome.error == "host_not_allowed" else Verdict.FAILED
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Verdict.DELIVERED
    return Verdict.GONE if status == HTTPStatus.GONE else Verdict.FAILED


def heard_retry_after(outcome: Outcome) -> str | None:
    """The `Retry-After` of an answer that may ask for one."""
    return outcome.retry_after if outcome.response_status in ASKS_TO_WAIT else None
