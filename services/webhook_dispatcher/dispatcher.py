"""Takes up what is due, in turn over all endpoints, and never twice at the same time."""

import asyncio
import contextlib
from collections import Counter as Tally
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from prometheus_client import Gauge

from services.webhook_dispatcher.attempts import Attempts
from services.webhook_dispatcher.core.deliveries import Document, leased, postponed
from services.webhook_dispatcher.core.lanes import Lanes
from services.webhook_dispatcher.core.verdict import Verdict
from services.webhook_dispatcher.store import Store
from shared.contracts.failures import TransientFailure
from shared.contracts.ids import new_id

LEASE = timedelta(seconds=30)
"""How long a row is left alone by everybody else; after a kill it waits so long."""
LEAST_LEASE = timedelta(seconds=20)
"""What must be left of a lease when an attempt (15 s) begins; the rest is for storing what came of it."""
LOOK_SECONDS = 0.5
"""Between two looks for what is due."""
LONGEST_LOOK_SECONDS = 2.0
"""The same while all that is due waits here already, longer than its lease."""
ROWS = 200
"""Read or inserted at once."""
NEW_WAITING = 2000
"""New deliveries of one endpoint that may wait in memory; more of them wait in the store alone."""
DUE_WAITING = 200
"""Due deliveries of one endpoint that may wait in memory: each has cost a write for its lease."""
WAITING = 10_000
"""Deliveries that may wait, run or be stored in memory altogether."""
FINISHING_SECONDS = 5.0
"""What running attempts may take when the process is asked to end."""

WAITING_GAUGE = Gauge("rushes_webhook_deliveries_held", "Deliveries that wait or run in this process.")

log = structlog.get_logger()


class Dispatcher:
    """The deliveries in this process's hands."""

    def __init__(self, store: Store, attempts: Attempts, lanes: Lanes, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._attempts = attempts
        self._lanes = lanes
        self._clock = clock
        self._running: dict[asyncio.Task[None], Document] = {}
        self._look = asyncio.Event()
        self._is_ending = False
        self._left_behind: set[str] = set()  # endpoints with rows that are due and had no room here
        WAITING_GAUGE.set_function(lambda: len(lanes))

    async def begin(self, deliveries: Sequence[Document]) -> None:
        """Store new deliveries and attempt at once those for which there is room: their lease is part of the insert."""
        for start in range(0, len(deliveries), ROWS):
            await self._begin_some(deliveries[start : start + ROWS])

    async def run(self) -> None:
        """Look for what is due until `stop`; then let running attempts finish and give back what has not begun."""
        pause_seconds = LOOK_SECONDS
        while not self._is_ending:
            self._look.clear()
            try:
                is_useful = await self._take_up()
                pause_seconds = LOOK_SECONDS if is_useful else min(2 * pause_seconds, LONGEST_LOOK_SECONDS)
            except TransientFailure as failure:
                log.warning("what is due cannot be read", error=str(failure))
            if not self._is_ending:
                await self._pause(pause_seconds)
        await self._give_back()

    async def stop(self, running: asyncio.Task[None]) -> None:
        """Have `run` end, which `running` is, and wait for that."""
        self._is_ending = True
        self._look.set()
        await asyncio.wait([running])

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._look.wait()

    async def _begin_some(self, deliveries: Sequence[Document]) -> None:
        lease = new_id()
        until = self._clock() + LEASE
        planned: Tally[str] = Tally()
        rows = []
        for delivery in deliveries:
            endpoint_id = delivery["endpoint_id"]
            if (
                not self._is_ending
                and self._lanes.waiting(endpoint_id) + planned[endpoint_id] < NEW_WAITING
                and len(self._lanes) + planned.total() < WAITING
            ):
                planned[endpoint_id] += 1
                rows.append(leased(delivery, by=lease, until=until))
            else:
                rows.append(delivery)
                self._left_behind.add(endpoint_id)
        for row in await self._store.add_deliveries(rows):
            if row["leased_by"]:
                self._lanes.add(row)
        self._start()

    async def _take_up(self) -> bool:
        """Take what is due and has room; False when there was something and none of it could be taken."""
        at = self._clock()
        self._left_behind.clear()
        due = await self._store.due(at, limit=ROWS)
        taken = await self._lease(due, at)
        if len(due) == ROWS:
            taken += await self._take_up_hidden(at)
        return not due or taken > 0

    async def _take_up_hidden(self, at: datetime) -> int:
        """The oldest rows may all be of endpoints without room here: look among those with room, then with nothing."""
        endpoint_ids = await self._store.enabled_endpoint_ids()
        taken = 0
        for most_waiting in (DUE_WAITING, 1):
            while with_room := [one for one in endpoint_ids if self._lanes.waiting(one) < most_waiting]:
                due = await self._store.due(at, limit=ROWS, endpoint_ids=with_room)
                newly_taken = await self._lease(due, at)
                taken += newly_taken
                if len(due) < ROWS:
                    return taken
                if not newly_taken:
                    break
        return taken

    async def _lease(self, due: Sequence[Document], at: datetime) -> int:
        """Take rows that others may want too; returns how many were got."""
        lease = new_id()
        planned: Tally[str] = Tally()
        wanted = []
        for row in due:
            endpoint_id = row["endpoint_id"]
            if row["_id"] in self._lanes:
                continue  # it has waited here for longer than its lease
            if (
                self._lanes.waiting(endpoint_id) + planned[endpoint_id] < DUE_WAITING
                and len(self._lanes) + planned.total() < WAITING
            ):
                planned[endpoint_id] += 1
                wanted.append(leased(row, by=lease, until=at + LEASE))
            else:
                self._left_behind.add(endpoint_id)
        got = await self._store.replace_all(wanted)
        for row in got:
            self._lanes.add(row)
        self._start()
        return len(got)

    def _start(self) -> None:
        """Begin as many attempts as there are places for."""
        while (delivery := self._lanes.take()) is not None:
            task = asyncio.create_task(self._attempt(delivery))
            self._running[task] = delivery
            task.add_done_callback(self._running.pop)

    async def _attempt(self, delivery: Document) -> None:
        try:
            held = await self._still_held(delivery)
            made = await self._attempts.make(held) if held is not None else None
            # The place is for the request alone: storing what came of it keeps nobody from sending.
            self._lanes.sent(delivery, succeeded=None if made is None else made.verdict is Verdict.DELIVERED)
            self._start()
            if made is not None:
                self._look_soon(await self._attempts.settle(made))
        except TransientFailure as failure:
            log.warning("an attempt could not be stored", delivery_id=delivery["_id"], error=str(failure))
        except Exception:  # a task's guard: the row is due again when its lease ends
            log.exception("an attempt failed in an unforeseen way", delivery_id=delivery["_id"])
        finally:
            self._lanes.done(delivery)
            self._start()
            endpoint_id = delivery["endpoint_id"]
            if endpoint_id in self._left_behind and self._lanes.waiting(endpoint_id) <= DUE_WAITING // 2:
                self._look.set()

    async def _still_held(self, delivery: Document) -> Document | None:
        """The delivery with enough of its lease left; None: it has waited for so long that somebody else has it."""
        at = self._clock()
        if delivery["due_at"] - at >= LEAST_LEASE:
            return delivery
        renewed = leased(delivery, by=delivery["leased_by"], until=at + LEASE)
        return renewed if await self._store.replace(renewed) else None

    def _look_soon(self, after: Document | None) -> None:
        """Look in time for a retry that comes before the next look."""
        if after is not None and after["status"] == "pending":
            soon_seconds = (after["due_at"] - self._clock()).total_seconds()
            if soon_seconds < LOOK_SECONDS:
                asyncio.get_running_loop().call_later(max(0.0, soon_seconds), self._look.set)

    async def _give_back(self) -> None:
        given_back = [postponed(row, until=self._clock()) for row in self._lanes.empty()]
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=FINISHING_SECONDS)
            given_back += [postponed(self._running[task], until=self._clock()) for task in late]
            for task in late:
                task.cancel()
        with contextlib.suppress(TransientFailure):
            await self._store.replace_all(given_back)
