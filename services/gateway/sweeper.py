"""The sweeper: looks once a second for runs whose time has come."""

import asyncio

import structlog

from services.gateway.runs import Runs
from shared.contracts.failures import TransientFailure

PAUSE_SECONDS = 1.0

log = structlog.get_logger()


async def sweep_forever(runs: Runs) -> None:
    """Sweep until cancelled; trouble with the store is waited out."""
    while True:
        try:
            swept = await runs.sweep()
            if swept:
                log.info("swept", runs=swept)
        except TransientFailure as trouble:
            log.warning("sweep_postponed", reason=str(trouble))
        await asyncio.sleep(PAUSE_SECONDS)
