"""What is found in a video: the models and the core put together."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from services.insights.core.checklist import SIGN_TEXTS, ChecklistItem, Likeness, evaluate
from services.insights.core.events import find_events
from services.insights.core.kinds import Embeddings
from services.insights.core.spelling import spelled
from services.insights.core.summary import summarise
from services.insights.core.talk import Talk, hear, without_kinds
from services.insights.embedding import embed
from services.insights.reading import score
from shared.contracts.reports.insights import ChecklistReport, InsightsReport
from shared.contracts.reports.transcription import TranscriptionReport
from shared.contracts.reports.video_analysis import Shot

ENGLISH = "en"
"""The one language that the examples and the embedding model know."""


def analyse(
    said: TranscriptionReport,
    shots: Sequence[Shot],
    checklist: Sequence[ChecklistItem] | None,
    folder: Path,
    threads: int,
) -> InsightsReport:
    """Sections, events and the checklist's evaluation.

    Args:
        said: What was said.
        shots: How the video is cut.
        checklist: Null: there is none to evaluate.
        folder: Of the embedding model.
        threads: How many the model may use.
    """
    talk = listen(said, folder, threads)
    return InsightsReport(
        sections=summarise(talk, shots),
        events=find_events(talk, shots),
        checklist=None if checklist is None else _evaluated(checklist, talk, said.language, folder, threads),
    )


def listen(said: TranscriptionReport, folder: Path, threads: int) -> Talk:
    """The conversation with the kinds of its sentences."""
    texts = [sentence.text for sentence in said.sentences]
    if not texts or said.language not in (ENGLISH, None):
        return without_kinds(said.sentences, embed(texts, folder, threads))
    texts = [spelled(text) for text in texts]
    return hear(said.sentences, embed(texts, folder, threads), score(texts, folder, threads))


def _evaluated(
    checklist: Sequence[ChecklistItem], talk: Talk, language: str | None, folder: Path, threads: int
) -> ChecklistReport:
    wordings = [wording for item in checklist for wording in item.wordings]
    likeness = Likeness(embed(wordings, folder, threads), _signs(folder, threads))
    return ChecklistReport(items=evaluate(checklist, talk, likeness, by_meaning=language in (ENGLISH, None)))


@lru_cache(maxsize=1)
def _signs(folder: Path, threads: int) -> Embeddings:
    return embed(SIGN_TEXTS, folder, threads)
