"""What a worker says of one attempt."""

import asyncio
from collections.abc import Callable

import stamina
import structlog

from shared.contracts.artifacts import ArtifactReference
from shared.contracts.envelope import Envelope
from shared.contracts.events import (
    StageCompleted,
    StageFact,
    StageFailed,
    StageOffered,
    StageProgressed,
    StageStarted,
)
from shared.contracts.failures import FailureCode, TransientFailure
from shared.contracts.ids import derived_id, new_id
from shared.contracts.instants import now
from shared.kit.runner.ports import Speaker

BEAT_SECONDS = 2.0
LONGEST_SILENCE_SECONDS = 4.0
"""The contract allows 5 s between heartbeats."""

LEAST_STEP = 0.01

WORTH_A_WORD_SECONDS = 0.05
"""Work that is over sooner says that it is complete and nothing else: one message and one fold less."""

log = structlog.get_logger()

_until_said = stamina.AsyncRetryingCaller(attempts=None, timeout=None, wait_max=5.0).on(TransientFailure)


class Voice:
    """Says the facts of one attempt; a fact that is said twice has the same id."""

    def __init__(self, speaker: Speaker, offered: Envelope, offer: StageOffered) -> None:
        self._speaker = speaker
        self._offered = offered
        self._offer = offer

    async def started(self, worker: str) -> None:
        """Say that the work has begun."""
        await self._murmur(self._fact(StageStarted, worker=worker))

    async def live(self, worker: str, progress: Callable[[], float]) -> None:
        """Say that the work has begun and, until cancelled, how far it is; the work waits for none of it."""
        await asyncio.sleep(WORTH_A_WORD_SECONDS)
        await self.started(worker)
        said = 0.0
        silence_seconds = 0.0
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            silence_seconds += BEAT_SECONDS
            fraction = progress()
            if fraction - said >= LEAST_STEP or silence_seconds >= LONGEST_SILENCE_SECONDS:
                await self._murmur(self._fact(StageProgressed, progress=fraction))
                said, silence_seconds = fraction, 0.0

    async def completed(self, artifact: ArtifactReference, *, reused: bool, duration_seconds: float) -> None:
        """Say that the artifact exists, until it is heard."""
        fact = self._fact(StageCompleted, artifact=artifact, reused=reused, duration_seconds=duration_seconds)
        await _until_said(self._speak, fact)

    async def failed(self, code: FailureCode, message: str, *, transient: bool) -> None:
        """Say that the attempt is over, until it is heard."""
        await _until_said(self._speak, self._fact(StageFailed, code=code, message=message, transient=transient))

    def _fact(self, kind: type[StageFact], **fields: object) -> StageFact:
        attempt = self._offer.model_dump(include={"run_id", "run_kind", "stage", "attempt"})
        return kind.model_validate(attempt | fields)

    async def _speak(self, fact: StageFact) -> None:
        parts = (fact.run_id, fact.stage, str(fact.attempt), fact.event_type)
        envelope = fact.enclose(
            source=fact.stage,
            time=now(),
            correlation_id=self._offered.correlationid,
            causation_id=self._offered.id,
            event_id=new_id() if isinstance(fact, StageProgressed) else derived_id(*parts),
        )
        await self._speaker.say([(fact.topic, envelope)])

    async def _murmur(self, fact: StageFact) -> None:
        """Say it once: what comes later says more."""
        try:
            await self._speak(fact)
        except TransientFailure as failure:
            log.warning("fact_not_said", type=fact.event_type, error=str(failure))
