"""The sentences of a language model, asked for within one limit of time; else the composed ones stand."""

import asyncio
from collections.abc import Sequence
from functools import partial

import structlog

from services.video_reasoning.chat import Answering, Server, Unanswered, ask
from services.video_reasoning.core.answers import statements_of
from services.video_reasoning.core.asking import INSTRUCTIONS, Question, questions
from services.video_reasoning.core.subjects import Subject
from shared.contracts.reports.video_reasoning import Description, Statement
from shared.kit.stage import Progress

TRIES = 3
PAUSE_SECONDS = 1.0
"""Before the second try; doubled before the third."""

log = structlog.get_logger()

Written = dict[int | None, list[Statement]]


def write(
    server: Server, subjects: Sequence[Subject], composed: Sequence[Description], wish: str, say: Progress
) -> list[Description]:
    """Describe by the model as much as it manages in time.

    Args:
        server: Whom to ask.
        subjects: What is to be described.
        composed: The description of each by rules, which stands where the model has nothing that holds.
        wish: What somebody wants to know; may be empty.
        say: Hears the progress.
    """
    written: Written = {}
    asking = list(questions(subjects, wish))
    try:
        asyncio.run(_within(server.timeout_seconds, partial(ask, server), asking, written, say))
    except TimeoutError:
        log.warning("reasoning_out_of_time", host=server.host, described=len(written), of=len(subjects))
    return [
        subject.described(statements, server.model) if (statements := written.get(subject.scene_index)) else by_rules
        for subject, by_rules in zip(subjects, composed, strict=True)
    ]


async def _within(
    seconds: float, answering: Answering, asking: Sequence[Question], written: Written, say: Progress
) -> None:
    """Ask one question after the other; a server that leaves one unanswered is not asked the next."""
    async with asyncio.timeout(seconds):
        for done, question in enumerate(asking, 1):
            try:
                answer = await _patiently(answering, question)
            except Unanswered as failure:
                log.warning("reasoning_unanswered", reason=str(failure))
                return
            held = statements_of(answer, question)
            written.update(held)
            log.info("reasoning_answered", sentences=sum(map(len, held.values())), subjects=len(question.subjects))
            say(done / len(asking))


async def _patiently(answering: Answering, question: Question) -> str:
    """The answer, after several tries if need be."""
    for pause in (PAUSE_SECONDS * 2**number for number in range(TRIES - 1)):
        try:
            return await answering(INSTRUCTIONS, question.text)
        except Unanswered:
            await asyncio.sleep(pause)
    return await answering(INSTRUCTIONS, question.text)
