"""Whether a part that a service stands on answers."""

import asyncio
from collections.abc import Awaitable, Callable

from shared.contracts.failures import TransientFailure

ANSWER_SECONDS = 2.0
"""What a part may take to answer a prober."""


async def answers(ping: Callable[[], Awaitable[None]]) -> bool:
    """Whether the part answers in time."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await ping()
    except (TransientFailure, TimeoutError):
        return False
    return True
