"""One stage's offers, taken one by one into free slots and worked on."""

import asyncio
import time
from contextlib import suppress
from datetime import timedelta
from typing import Literal

import structlog
from prometheus_client import Counter, Gauge, Histogram

from shared.contracts.envelope import MalformedMessage
from shared.contracts.events import StageOffered
from shared.contracts.failures import FailureCode, PermanentFailure, TransientFailure
from shared.contracts.instants import now
from shared.kit.compute import WorkFailed
from shared.kit.runner.attempt import Attempt
from shared.kit.runner.parts import Parts
from shared.kit.runner.ports import Heard
from shared.kit.runner.voice import Voice
from shared.kit.stage import AnyStage
from shared.kit.telemetry import tracer

CLAIM_OUTLIVES_DEADLINE = timedelta(hours=1)
"""Past its deadline an offer is not worked on anyway; the hour is for clocks that differ."""

LAST_WORD_SECONDS = 3.0

Outcome = Literal["completed", "reused", "permanent", "transient", "cancelled"]

DURATION = Histogram(
    "rushes_stage_duration_seconds",
    "From the claim of an offer to the last fact of its attempt.",
    ["stage", "outcome"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600, 1800),
)
SLOTS_BUSY = Gauge("rushes_stage_slots_busy", "Offers being worked on.", ["stage"])
OFFERS = Counter("rushes_stage_offers", "Offers heard, by what was done with them.", ["stage", "answer"])

log = structlog.get_logger()


class StageRunner:
    """Works on the offers of one stage; `take` and `hear` are for the bus, one offer at a time."""

    def __init__(self, stage: AnyStage, parts: Parts) -> None:
        self.stage = stage
        self._parts = parts
        self._slots = asyncio.Semaphore(stage.slots)
        self._holds_slot = False
        self._is_stopping = False
        self._works: set[asyncio.Task[None]] = set()

    async def take(self) -> None:
        """Wait until an offer could be worked on at once."""
        if self._is_stopping:
            await asyncio.Event().wait()
        # A slot that the last offer did not need is still held.
        if not self._holds_slot:
            await self._slots.acquire()
            self._holds_slot = True
        if not self.stage.is_light:
            await self._parts.compute.room()

    async def hear(self, heard: Heard) -> None:
        """Claim the offer and begin to work on it, or let it be; the offer is done with once this returns.

        Raises:
            TransientFailure: It is not known whose it is; it must be heard again.
            MalformedMessage: It is no offer of this stage.
        """
        offer = heard.event
        if not isinstance(offer, StageOffered) or offer.stage != self.stage.name:
            raise MalformedMessage(f"{heard.envelope.type} {heard.envelope.id} is no offer of {self.stage.name}")
        if self._is_stopping:
            raise TransientFailure("The worker is shutting down.")
        attempt = Attempt(self.stage, offer, self._parts)
        answer = await self._answer(offer, attempt)
        OFFERS.labels(self.stage.name, answer).inc()
        log.debug("offer_heard", run_id=offer.run_id, stage=offer.stage, attempt=offer.attempt, answer=answer)
        if answer == "taken":
            # Its owner may have died before it said a word, and an offer of which nothing is said is offered again and
            # again. Now its silence will be noticed; if it is alive, this changes nothing.
            await Voice(self._parts.speaker, heard.envelope, offer).started("unknown")
        if answer == "claimed":
            self._holds_slot = False
            work = asyncio.create_task(self._work(heard, offer, attempt), name=f"{offer.stage} {offer.run_id}")
            self._works.add(work)
            work.add_done_callback(self._finished)

    async def stop(self) -> None:
        """Take no more offers, and end the works: each says at once that another attempt is needed."""
        self._is_stopping = True
        works = tuple(self._works)
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    async def _answer(self, offer: StageOffered, attempt: Attempt) -> Literal["claimed", "taken", "expired"]:
        if now() >= offer.deadline_at:
            return "expired"
        is_ours = False
        attempt.look()
        try:
            is_ours = await self._parts.claim(
                f"{offer.run_id}:{offer.stage}:{offer.attempt}",
                owner=self._parts.worker,
                expires_at=offer.deadline_at + CLAIM_OUTLIVES_DEADLINE,
            )
        finally:
            if not is_ours:
                attempt.forget()
        return "claimed" if is_ours else "taken"

    def _finished(self, work: "asyncio.Task[None]") -> None:
        self._works.discard(work)
        self._slots.release()

    async def _work(self, heard: Heard, offer: StageOffered, attempt: Attempt) -> None:
        started = time.perf_counter()
        structlog.contextvars.bind_contextvars(run_id=offer.run_id, stage=offer.stage, attempt=offer.attempt)
        voice = Voice(self._parts.speaker, heard.envelope, offer)
        outcome: Outcome = "cancelled"
        with (
            tracer().start_as_current_span(f"stage {offer.stage}", attributes={"attempt": offer.attempt}) as span,
            SLOTS_BUSY.labels(offer.stage).track_inprogress(),
        ):
            try:
                outcome = await self._attempted(offer, attempt, voice, started)
            except asyncio.CancelledError:
                # The next attempt need not wait until the silence is noticed.
                await self._last_word(voice)
                raise
            finally:
                duration_seconds = time.perf_counter() - started
                span.set_attribute("outcome", outcome)
                DURATION.labels(offer.stage, outcome).observe(duration_seconds)
                log.info("stage_ended", outcome=outcome, duration_seconds=round(duration_seconds, 3))

    async def _last_word(self, voice: Voice) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORD_SECONDS):
                await voice.failed(FailureCode.WORKER_LOST, "The worker was shut down.", transient=True)

    async def _attempted(self, offer: StageOffered, attempt: Attempt, voice: Voice, started: float) -> Outcome:
        """Make the artifact and say how that ended."""
        life = asyncio.create_task(voice.live(self._parts.worker, attempt.progress))
        seconds_left = (offer.deadline_at - now()).total_seconds()
        try:
            async with asyncio.timeout(seconds_left) as deadline:
                artifact, reused = await attempt.make()
        except PermanentFailure as failure:
            log.warning("stage_failed", code=failure.code, message=failure.message)
            await voice.failed(failure.code, failure.message, transient=False)
            return "permanent"
        except WorkFailed as failure:
            log.warning("stage_failed", code=failure.code, message=failure.message, detail=failure.detail)
            await voice.failed(failure.code, failure.message, transient=True)
            return "transient"
        except (
            Exception
        ) as error:  # the guard around an attempt: its offer was acknowledged, so nobody else would notice
            if isinstance(error, TimeoutError) and deadline.expired():
                await voice.failed(FailureCode.TIMEOUT, "The run's deadline passed.", transient=False)
                return "permanent"
            log.exception("stage_failed")
            await voice.failed(FailureCode.INTERNAL_ERROR, "The stage failed unexpectedly.", transient=True)
            return "transient"
        finally:
            life.cancel()
        await voice.completed(artifact, reused=reused, duration_seconds=time.perf_counter() - started)
        return "reused" if reused else "completed"
