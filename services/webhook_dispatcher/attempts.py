"""One attempt of one delivery, from its row to its row's next state."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import stamina
import structlog
from prometheus_client import Counter, Histogram

from services.webhook_dispatcher.closing import Closing
from services.webhook_dispatcher.core import deliveries, endpoints
from services.webhook_dispatcher.core.deliveries import Document
from services.webhook_dispatcher.core.schedule import next_attempt_at, read_retry_after
from services.webhook_dispatcher.core.signing import headers
from services.webhook_dispatcher.core.verdict import Outcome, Verdict, heard_retry_after, judge
from services.webhook_dispatcher.mouth import Mouth
from services.webhook_dispatcher.sender import Sender
from services.webhook_dispatcher.store import Store
from shared.contracts.failures import TransientFailure
from shared.contracts.hostnames import InvalidTarget, is_allowed, target_of

ALLOWLIST_PATIENCE = timedelta(minutes=1)
"""How long a delivery waits for the first word of its organization's allowlist, which may be on its way."""
ALLOWLIST_PAUSE = timedelta(seconds=1)
STORE_TRIES = 6
STORE_SECONDS = 10.0

ATTEMPTS = Counter("rushes_webhook_attempts_total", "Attempts to deliver a webhook.", ["verdict"])
ATTEMPTS_BY_VERDICT = {verdict: ATTEMPTS.labels(verdict.name.lower()) for verdict in Verdict}
DURATION = Histogram(
    "rushes_webhook_attempt_seconds", "From the look at the name to the answer.", buckets=(0.01, 0.05, 0.2, 1, 5, 15)
)

log = structlog.get_logger()

_PATIENTLY = stamina.AsyncRetryingCaller(attempts=STORE_TRIES, timeout=STORE_SECONDS).on(TransientFailure)


@dataclass(frozen=True)
class Made:
    """An attempt that was made, and is not stored yet.

    Attributes:
        delivery: The row with the attempt in it.
        endpoint: As it was when the attempt began.
        outcome: What came of it.
        verdict: What that means.
    """

    delivery: Document
    endpoint: Document
    outcome: Outcome
    verdict: Verdict


class Attempts:
    """Makes attempts, and stores what came of them."""

    def __init__(
        self,
        store: Store,
        sender: Sender,
        mouth: Mouth,
        closing: Closing,
        *,
        retry_scale: float,
        clock: Callable[[], datetime],
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._sender = sender
        self._mouth = mouth
        self._closing = closing
        self._retry_scale = retry_scale
        self._clock = clock
        self._dice = dice

    async def make(self, delivery: Document) -> Made | None:
        """Attempt the delivery; None: it was not attempted, and its row says when it will be, if ever."""
        endpoint = await self._store.endpoint(delivery["endpoint_id"])
        if endpoint is None or not _may_have(endpoint, delivery):
            await self._closing.end([delivery], is_deleted=endpoint is None or endpoint["state"] == "deleted")
            return None
        begun_at = self._clock()
        hostnames = await self._store.allowlist(delivery["organization_id"])
        if hostnames is None and begun_at - delivery["created_at"] < ALLOWLIST_PATIENCE:
            await self._stored(deliveries.postponed(delivery, until=begun_at + ALLOWLIST_PAUSE))
            return None
        body = await self._store.body(delivery["message_id"])
        if body is None:
            log.error("the message of a delivery is no longer kept", delivery_id=delivery["_id"])
            await self._closing.end([delivery], is_deleted=False)
            return None
        outcome = await self._outcome(endpoint, hostnames or (), delivery["message_id"], body, begun_at)
        verdict = judge(outcome)
        ATTEMPTS_BY_VERDICT[verdict].inc()
        DURATION.observe(outcome.duration_ms / 1000)
        return Made(deliveries.attempted(delivery, outcome, at=begun_at), endpoint, outcome, verdict)

    async def settle(self, made: Made) -> Document | None:
        """Store what came of an attempt and say it; returns the row, None when somebody else has changed it."""
        at = self._clock()
        if made.verdict is Verdict.DELIVERED:
            return await self._delivered(made.endpoint, made.delivery, at)
        return await self._failed(made, at)

    async def _outcome(
        self, endpoint: Document, hostnames: Sequence[str], message_id: str, body: bytes, at: datetime
    ) -> Outcome:
        try:
            target = target_of(endpoint["url"])
        except InvalidTarget:
            return Outcome(error="target_forbidden")
        if not is_allowed(target.host, hostnames):
            return Outcome(error="host_not_allowed")
        signed = headers(endpoints.signing_secrets(endpoint, at=at), message_id, int(at.timestamp()), body)
        return await self._sender.post(target, signed, body)

    async def _failed(self, made: Made, at: datetime) -> Document | None:
        delivery, outcome = made.delivery, made.outcome
        log.info(
            "attempt failed",
            delivery_id=delivery["_id"],
            endpoint_id=delivery["endpoint_id"],
            number=len(delivery["attempts"]),
            response_status=outcome.response_status,
            error=outcome.error,
            duration_ms=outcome.duration_ms,
        )
        is_enabled = await self._blame(made, at)
        header = heard_retry_after(outcome)
        next_at = next_attempt_at(
            at,
            failures=len(delivery["attempts"]),
            scale=self._retry_scale,
            dice=self._dice(),
            retry_after=None if header is None else read_retry_after(header, at),
        )
        if not is_enabled or next_at is None or delivery["tries_once"]:
            return await self._exhausted(delivery, at)
        later = deliveries.scheduled(delivery, next_attempt_at=next_at)
        self._mouth.speak_of_attempt(later, at=at)
        return await self._published(later)

    async def _delivered(self, endpoint: Document, delivery: Document, at: datetime) -> Document | None:
        done = deliveries.finished(delivery, succeeded=True, at=at)
        await self._mouth.say_success(done, at=at)
        stored = await self._stored(done)
        if endpoint["state"] == "disabled":
            await self._closing.reopen(endpoint["_id"], at=at)
        elif endpoint["first_failed_at"] is not None:
            await self._store.change_endpoint(endpoint["_id"], endpoints.after_success)
        return stored

    async def _exhausted(self, delivery: Document, at: datetime) -> Document | None:
        done = deliveries.finished(delivery, succeeded=False, at=at)
        self._mouth.speak_of_exhaustion(done, at=at)
        return await self._published(done)

    async def _published(self, delivery: Document) -> Document | None:
        stored = await self._stored(delivery)
        if stored is not None:
            await self._mouth.publish_delivery(stored)
        return stored

    async def _blame(self, made: Made, at: datetime) -> bool:
        """Hold a failure against the endpoint, unless it was a test; whether it is still enabled afterwards."""
        endpoint, verdict = made.endpoint, made.verdict
        if verdict is Verdict.GONE:
            return not await self._closing.disable(
                endpoint["_id"], lambda known: endpoints.disabled(known, reason="gone", at=at), at=at
            )
        if made.delivery["tries_once"]:
            return True
        if verdict is Verdict.FAILED and endpoints.after_failure(endpoint, at=at) is not None:
            return not await self._closing.disable(
                endpoint["_id"], lambda known: endpoints.after_failure(known, at=at), at=at
            )
        return True

    async def _stored(self, delivery: Document) -> Document | None:
        try:
            is_stored = await self._store.replace(delivery)
        except TransientFailure:
            is_stored = await _PATIENTLY(self._store.replace, delivery)
        return delivery if is_stored else None


def _may_have(endpoint: Document, delivery: Document) -> bool:
    """Whether the delivery may be attempted: a test may go to a disabled endpoint too."""
    return endpoint["state"] in (("enabled", "disabled") if delivery["tries_once"] else ("enabled",))
