"""The parts that a service stands on: waited for at its start, and asked whether they answer ever after."""

import asyncio
from collections.abc import Awaitable, Callable

import stamina

from shared.contracts.failures import TransientFailure

ANSWER_SECONDS = 2.0
"""What a part may take to answer a prober."""

until_it_is_there = stamina.AsyncRetryingCaller(attempts=None, timeout=None, wait_max=5.0).on(TransientFailure)
"""Calls what needs a part that may not be there yet, again and again until it is."""


async def answers(ping: Callable[[], Awaitable[None]]) -> bool:
    """Whether the part answers in time."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await ping()
    except (TransientFailure, TimeoutError):
        return False
    return True
