"""The pool: as many lanes as there may be works at once, each work watched while it lasts."""

import asyncio
import itertools
import os
import random
from typing import Self

import structlog
from prometheus_client import Counter

from shared.contracts.failures import FailureCode, PermanentFailure
from shared.kit.compute.failures import WorkFailed
from shared.kit.compute.inside import Beginning, Outcome, Work, do
from shared.kit.compute.lane import Lane

WATCH_SECONDS = 0.25
LOOKS_PER_FAMILY = 4
"""Every so many looks at the process also count its children."""

WARM_UP_LIMIT_SECONDS = 600.0
LONGEST_PAUSE_SECONDS = 30.0
CLOSING_SECONDS = 5.0

THREAD_COUNTS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "OPENCV_FOR_THREADS_NUM",
)

PROCESSES_LOST = Counter("rushes_compute_processes_lost", "Pool processes that were killed or died.", ["reason"])

log = structlog.get_logger()


class Compute:
    """Works of all stages of a service, in `processes` pool processes."""

    def __init__(self, beginning: Beginning, *, processes: int) -> None:
        self._beginning = beginning
        self._processes = processes
        self._idle: asyncio.Queue[Lane] = asyncio.Queue()
        self._room = asyncio.Event()
        self._lanes: set[Lane] = set()
        self._openings: set[asyncio.Task[None]] = set()
        self._is_warm = False
        self._is_open = False

    @property
    def is_warm(self) -> bool:
        """Whether a pool process has been warmed and nothing failed in it."""
        return self._is_warm

    @property
    def threads(self) -> int:
        """How many threads each process may use."""
        return self._beginning.threads

    async def __aenter__(self) -> Self:
        """Start the processes; they warm up in the background."""
        for variable in THREAD_COUNTS:
            # Here, because a process inherits it: set inside, it would come after the first import of a library.
            os.environ.setdefault(variable, str(self._beginning.threads))
        self._is_open = True
        for _ in range(self._processes):
            self._open_lane()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Kill what runs."""
        self._is_open = False
        openings = tuple(self._openings)
        for opening in openings:
            opening.cancel()
        await asyncio.gather(*openings, return_exceptions=True)
        endings = [lane.close() for lane in self._lanes]
        self._lanes.clear()
        for ending in endings:
            await asyncio.to_thread(ending.join, CLOSING_SECONDS)

    async def room(self) -> None:
        """Wait until a warm process has nothing to do; it is not reserved."""
        await self._room.wait()

    async def work(self, work: Work) -> None:
        """Have the work done; cancelling the wait kills it.

        Raises:
            PermanentFailure: The work says so, or it took longer than it may.
            WorkFailed: Its process was lost, held too much memory, or the work raised anything else.
        """
        lane = await self._take()
        answer = lane.call(do, work)
        try:
            outcome = await _watched(lane, answer, work)
        except BaseException as error:
            PROCESSES_LOST.labels(_reason(error)).inc()
            answer.cancel()
            self._replace(lane)
            raise
        self._give_back(lane, work)
        outcome.raise_failure()

    async def _take(self) -> Lane:
        while True:
            lane = await self._idle.get()
            if self._idle.empty():
                self._room.clear()
            if lane.resident_bytes() is not None:
                return lane
            PROCESSES_LOST.labels("idle").inc()
            self._replace(lane)

    def _give_back(self, lane: Lane, work: Work) -> None:
        held_bytes = lane.resident_bytes()
        # What a work leaves behind would count against the next one.
        if held_bytes is None or held_bytes - lane.warm_resident_bytes > work.memory_limit_bytes // 2:
            self._replace(lane)
        else:
            self._put(lane)

    def _put(self, lane: Lane) -> None:
        self._idle.put_nowait(lane)
        self._room.set()

    def _replace(self, lane: Lane) -> None:
        self._lanes.discard(lane)
        lane.close()
        self._open_lane()

    def _open_lane(self) -> None:
        if self._is_open:
            opening = asyncio.create_task(self._opened_lane())
            self._openings.add(opening)
            opening.add_done_callback(self._openings.discard)

    async def _opened_lane(self) -> None:
        pause_seconds = 0.5
        while True:
            lane = Lane(self._beginning)
            self._lanes.add(lane)
            try:
                async with asyncio.timeout(WARM_UP_LIMIT_SECONDS):
                    said = await lane.open()
            except (OSError, RuntimeError) as error:  # pebble's ProcessExpired, BrokenProcessPool, and the timeout
                log.warning("pool_process_died_at_start", error=repr(error), next_try_seconds=pause_seconds)
                self._lanes.discard(lane)
                lane.close()
                await asyncio.sleep(pause_seconds * random.uniform(0.5, 1.5))
                pause_seconds = min(pause_seconds * 2, LONGEST_PAUSE_SECONDS)
                continue
            for failure in said.failures:
                log.error("warm_up_failed", detail=failure)
            self._is_warm = not said.failures
            log.debug("pool_process_warm", pid=said.pid, resident_bytes=said.resident_bytes)
            self._put(lane)
            return


async def _watched(lane: Lane, answer: "asyncio.Future[Outcome]", work: Work) -> Outcome:
    clock = asyncio.get_running_loop().time
    started = clock()
    looks = itertools.count()
    is_gone = False
    while not (await asyncio.wait([answer], timeout=WATCH_SECONDS))[0]:
        if work.limit_seconds is not None and clock() - started > work.limit_seconds:
            raise PermanentFailure(FailureCode.TIMEOUT, f"The work took longer than {work.limit_seconds:g} s.")
        held_bytes = lane.resident_bytes(with_children=next(looks) % LOOKS_PER_FAMILY == 0)
        if held_bytes is not None and held_bytes - lane.warm_resident_bytes > work.memory_limit_bytes:
            limit = work.memory_limit_bytes >> 20
            raise WorkFailed(FailureCode.OUT_OF_MEMORY, f"The work needs more than {limit} MiB of memory.")
        # At the first such look its answer may still be on the way; later there will be none: pebble is silent about
        # a process that ended with code 0.
        if held_bytes is None and is_gone:
            raise _lost()
        is_gone = held_bytes is None
    try:
        return answer.result()
    except (OSError, RuntimeError) as error:  # pebble's ProcessExpired and BrokenProcessPool
        raise _lost() from error


def _lost() -> WorkFailed:
    return WorkFailed(FailureCode.WORKER_LOST, "The process that did the work has died.")


def _reason(error: BaseException) -> str:
    return str(error.code) if isinstance(error, WorkFailed | PermanentFailure) else "cancelled"
