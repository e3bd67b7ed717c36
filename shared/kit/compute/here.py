"""Work of milliseconds, done in a thread of the service's own process."""

import asyncio

from shared.kit.compute.inside import Work, do


async def work_here(work: Work) -> None:
    """Have the work done at once, whatever the pool processes do; nothing bounds its time and memory.

    Raises:
        PermanentFailure: The work says so.
        WorkFailed: The work raised anything else.
    """
    outcome = await asyncio.to_thread(do, work)
    outcome.raise_failure()
