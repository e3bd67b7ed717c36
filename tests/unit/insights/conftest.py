import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from services.insights.analysis import analyse
from services.insights.core.checklist import ChecklistItem
from services.insights.core.kinds import KINDS, Kind
from services.insights.core.talk import Talk
from services.insights.stage import MODEL
from shared.contracts.reports.insights import InsightsReport
from shared.contracts.reports.transcription import Sentence, TranscriptionReport
from shared.models import model_path

ROOT = Path(__file__).parents[3]
MODELS_DIR = Path(os.environ.get("RUSHES_MODELS_DIR", ROOT / ".cache" / "models"))

Analyse = Callable[..., InsightsReport]


def said(*texts: str) -> list[Sentence]:
    """A sentence every five seconds."""
    return [
        Sentence(text=text, start_seconds=5.0 * index, end_seconds=5.0 * index + 4, confidence=0.9, words=())
        for index, text in enumerate(texts)
    ]


def talk(*judged: tuple[str, Sequence[Kind]], embeddings: Sequence[Sequence[float]] | None = None) -> Talk:
    """Sentences of these kinds, all alike in meaning unless told."""
    rows = np.array(embeddings if embeddings is not None else [[1.0, 0.0]] * len(judged), np.float32).reshape(-1, 2)
    scores = np.array([[1.0 if kind in kinds else -1.0 for kind in KINDS] for _, kinds in judged])
    return Talk(
        said(*(text for text, _ in judged)),
        rows / np.linalg.norm(rows, axis=1, keepdims=True),
        [frozenset(kinds) for _, kinds in judged],
        scores.reshape(-1, len(KINDS)),
    )


@pytest.fixture(scope="session")
def analysed() -> Analyse:
    """What the stage finds in these sentences."""
    folder = model_path(MODEL, MODELS_DIR)

    def find(
        *texts: str, checklist: Sequence[ChecklistItem] | None = None, language: str | None = "en"
    ) -> InsightsReport:
        heard = TranscriptionReport(language=language, language_probability=1.0, sentences=tuple(said(*texts)))
        return analyse(heard, (), checklist, folder, threads=2)

    return find
