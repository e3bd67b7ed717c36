"""Several questions to a language model within one limit of time; whatever goes wrong, nothing is raised."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from shared.writing.chat import Server, Unanswered, ask

TRIES = 3
PAUSE_SECONDS = 1.0
"""Before the second try; doubled before the third."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Request:
    """What a model is told, and what it is asked."""

    instructions: str
    question: str


def ask_in_time(server: Server, requests: Sequence[Request], hear: Callable[[int, str], None]) -> None:
    """Ask one after the other as long as there is time; a server that leaves one unanswered is not asked the next.

    Args:
        server: Whom to ask; its limit of time is for all requests together.
        requests: In the order of their worth.
        hear: Takes the index of a request and its answer, as soon as it is there.
    """
    try:
        asyncio.run(_within(server, requests, hear))
    except TimeoutError:
        log.warning("writer_out_of_time", host=server.host, requests=len(requests))


async def _within(server: Server, requests: Sequence[Request], hear: Callable[[int, str], None]) -> None:
    async with asyncio.timeout(server.timeout_seconds):
        for index, request in enumerate(requests):
            try:
                answer = await _patiently(server, request)
            except Unanswered as failure:
                log.warning("writer_silent", host=server.host, reason=str(failure))
                return
            hear(index, answer)


async def _patiently(server: Server, request: Request) -> str:
    """The answer, after several tries if need be."""
    for pause in (PAUSE_SECONDS * 2**number for number in range(TRIES - 1)):
        try:
            return await ask(server, request.instructions, request.question)
        except Unanswered:
            await asyncio.sleep(pause)
    return await ask(server, request.instructions, request.question)
