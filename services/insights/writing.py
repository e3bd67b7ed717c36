"""What a language model writes of a call, asked for within one limit of time; else what rules found stands."""

from collections.abc import Sequence

import structlog

from services.insights.core.answers import Written
from services.insights.core.asking import Material, questions
from services.insights.core.checklist import ChecklistItem
from shared.contracts.reports.insights import InsightsReport
from shared.contracts.reports.transcription import Sentence
from shared.kit.stage import Progress
from shared.writing.asking import Request, ask_in_time
from shared.writing.chat import Server

log = structlog.get_logger()


def write(
    server: Server,
    sentences: Sequence[Sentence],
    report: InsightsReport,
    items: Sequence[ChecklistItem],
    say: Progress,
) -> InsightsReport:
    """The report with as much by the model as it manages in time and as the sentences bear out.

    Args:
        server: Whom to ask.
        sentences: What was said.
        report: By rules.
        items: Of the checklist; none: there is none to evaluate.
        say: Hears the progress.
    """
    material = Material(sentences, report, items)
    asking = list(questions(material))
    written = Written()

    def hear(index: int, answer: str) -> None:
        held = written.take(answer, asking[index], material)
        log.info("insights_answered", of=asking[index].of, held=held)
        say((index + 1) / len(asking))

    ask_in_time(server, [Request(question.instructions, question.text) for question in asking], hear)
    return written.over(report, server.model)
