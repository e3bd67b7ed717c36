"""The guard around message handling: patience with what may pass, a grave for what cannot be handled."""

import random
from collections.abc import Awaitable, Callable, Sequence

import structlog

from shared.contracts.envelope import MalformedMessage
from shared.contracts.failures import TransientFailure
from shared.contracts.instants import now
from shared.kit.bus import metrics
from shared.kit.bus.messages import Handler, Heard, Outgoing, Record, dead_letter, understand

# One poisoned message is an accident; so many without a good one between them say that this code or its stores are
# wrong, and burying the whole topic would hide it.
DEAD_LETTERS_IN_A_ROW = 20
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 15.0

MALFORMED = "malformed"
HANDLER_FAILED = "handler_failed"

log = structlog.get_logger()


def pause_seconds(attempt: int, chance: float) -> float:
    """How long to wait before the next try: doubled each time up to 15 s, of which a random half; `chance` in 0…1."""
    longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(attempt, 16))
    return longest * (0.5 + chance / 2)


class Guard:
    """Takes records, hands what it understands to the handler, and answers how many are dealt with."""

    def __init__(
        self,
        *,
        group: str,
        handler: Handler,
        bury: Callable[[Outgoing], Awaitable[None]],
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self.is_stopped = False
        self._group = group
        self._handler = handler
        self._bury = bury
        self._pause = pause
        self._in_a_row = 0

    async def handle(self, records: Sequence[Record]) -> int:
        """Deal with the records; the answer is how many from the front are done, all but for a stop in between."""
        if self.is_stopped:
            return 0
        heard, letters = self._understand(records)
        try:
            await self._patiently(list(heard.values()))
        except Exception as error:  # noqa: BLE001  the one place where any failure of a handler ends
            if len(heard) == 1:
                letters |= dict.fromkeys(heard, error)
            else:
                return await self._one_by_one(records, heard, letters)
        return await self._settle(records, letters)

    async def _one_by_one(
        self, records: Sequence[Record], heard: dict[int, Heard], letters: dict[int, Exception]
    ) -> int:
        for position in range(len(records)):
            error = letters.get(position)
            if position in heard:
                error = await self._alone(heard[position])
            if not await self._go_on(records[position], error):
                return position + 1
        return len(records)

    async def _alone(self, message: Heard) -> Exception | None:
        try:
            await self._patiently([message])
        except Exception as error:  # noqa: BLE001  as above: the same place, one message at a time
            return error
        return None

    async def _settle(self, records: Sequence[Record], letters: dict[int, Exception]) -> int:
        for position, record in enumerate(records):
            if not await self._go_on(record, letters.get(position)):
                return position + 1
        return len(records)

    async def _go_on(self, record: Record, error: Exception | None) -> bool:
        """Count a record that is dealt with, bury it if it failed; False once there were too many in a row."""
        if error is None:
            metrics.HEARD.labels(self._group, "done").inc()
            self._in_a_row = 0
            return True
        await self._bury_patiently(record, error)
        self._in_a_row += 1
        if self._in_a_row < DEAD_LETTERS_IN_A_ROW:
            return True
        self.is_stopped = True
        metrics.STOPPED.labels(self._group).set(1)
        log.critical("consumer stopped", group=self._group, dead_letters_in_a_row=self._in_a_row)
        return False

    def _understand(self, records: Sequence[Record]) -> tuple[dict[int, Heard], dict[int, Exception]]:
        heard: dict[int, Heard] = {}
        letters: dict[int, Exception] = {}
        for position, record in enumerate(records):
            try:
                message = understand(record)
            except MalformedMessage as error:
                letters[position] = error
            else:
                if message:
                    heard[position] = message
        if heard:
            oldest = next(iter(heard.values()))
            metrics.AGE.labels(self._group).observe(max(0.0, (now() - oldest.envelope.time).total_seconds()))
        return heard, letters

    async def _patiently(self, batch: Sequence[Heard]) -> None:
        if not batch:
            return
        attempt = 0
        while True:
            try:
                await self._handler(batch)
            except TransientFailure as failure:
                await self._wait("handling", attempt, failure)
                attempt += 1
            else:
                return

    async def _bury_patiently(self, record: Record, error: Exception) -> None:
        reason = MALFORMED if isinstance(error, MalformedMessage) else HANDLER_FAILED
        where = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
        # What a malformed message holds stays out of the log: it may be somebody's secret.
        cause = None if reason == MALFORMED else error
        log.error("dead letter", group=self._group, reason=reason, error=type(error).__name__, **where, exc_info=cause)
        letter = dead_letter(record, self._group, reason, error)
        attempt = 0
        while True:
            try:
                await self._bury(letter)
            except TransientFailure as failure:
                await self._wait("burying", attempt, failure)
                attempt += 1
            else:
                metrics.HEARD.labels(self._group, "dead").inc()
                return

    async def _wait(self, doing: str, attempt: int, failure: TransientFailure) -> None:
        seconds = pause_seconds(attempt, random.random())
        metrics.RETRIES.labels(self._group).inc()
        log.warning(
            "trying again",
            group=self._group,
            doing=doing,
            attempt=attempt,
            pause_seconds=round(seconds, 3),
            error=str(failure),
        )
        await self._pause(seconds)
