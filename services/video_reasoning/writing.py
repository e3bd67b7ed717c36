"""The sentences of a language model, asked for within one limit of time; else the composed ones stand."""

from collections.abc import Sequence

import structlog

from services.video_reasoning.core.answers import statements_of
from services.video_reasoning.core.asking import INSTRUCTIONS, questions
from services.video_reasoning.core.subjects import Subject
from shared.contracts.reports.video_reasoning import Description, Statement
from shared.kit.stage import Progress
from shared.writing.asking import Request, ask_in_time
from shared.writing.chat import Server

log = structlog.get_logger()


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
    written: dict[int | None, list[Statement]] = {}
    asking = list(questions(subjects, wish))

    def hear(index: int, answer: str) -> None:
        held = statements_of(answer, asking[index])
        written.update(held)
        log.info("reasoning_answered", sentences=sum(map(len, held.values())), subjects=len(asking[index].subjects))
        say((index + 1) / len(asking))

    ask_in_time(server, [Request(INSTRUCTIONS, question.text) for question in asking], hear)
    return [
        subject.described(statements, server.model) if (statements := written.get(subject.scene_index)) else by_rules
        for subject, by_rules in zip(subjects, composed, strict=True)
    ]
