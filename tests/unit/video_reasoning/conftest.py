from collections.abc import Callable
from typing import Any

import pytest

from services.video_reasoning.core.measured import Measured
from shared.contracts.reports.transcription import Sentence, TranscriptionReport
from shared.contracts.reports.video_analysis import Scene, Shot, ShotGroup, VideoAnalysisReport
from shared.contracts.reports.visual_elements import Caption, Look, SeenObject, VisualElementsReport, Window

Make = Callable[..., Measured]


def shot(index: int, start: float, end: float, transition: Any = "cut") -> Shot:
    return Shot(
        index=index,
        start_seconds=start,
        end_seconds=end,
        transition_in=transition if index else None,
        score=1.0 if index else None,
    )


def sentence(text: str, start: float, end: float, confidence: float = 0.9) -> Sentence:
    return Sentence(text=text, start_seconds=start, end_seconds=end, confidence=confidence, words=())


def caption(text: str, start: float, end: float, *, top: float = 0.2, height: float = 0.1) -> Caption:
    return Caption(
        text=text,
        start_seconds=start,
        end_seconds=end,
        confidence=0.95,
        left=0.1,
        top=top,
        right=0.9,
        bottom=top + height,
    )


def window(start: float, end: float, *things: tuple[str, int], brightness: Any = "medium") -> Window:
    return Window(
        start_seconds=start,
        end_seconds=end,
        objects=tuple(SeenObject(label=label, confidence=0.8, count=count) for label, count in things),
        colours=(),
        brightness=brightness,
        motion="low",
        texts=(),
    )


def look(seconds: float, *things: tuple[str, int]) -> Look:
    return Look(seconds=seconds, objects=tuple(SeenObject(label=label, confidence=0.8, count=n) for label, n in things))


@pytest.fixture
def call() -> Measured:
    """A call of 18 s: a slide, two people in turn, a slide again."""
    return Measured(
        cut=VideoAnalysisReport(
            duration_seconds=18.0,
            shots=(shot(0, 0, 6), shot(1, 6, 9), shot(2, 9, 10.5), shot(3, 10.5, 12), shot(4, 12, 18, "dissolve")),
            groups=(ShotGroup(index=0, shot_indices=(1, 3), colours=("green",)),),
            scenes=(
                Scene(
                    index=0, start_seconds=0, end_seconds=6, shot_indices=(0,), colours=("white", "blue"), motion="low"
                ),
                Scene(
                    index=1, start_seconds=6, end_seconds=12, shot_indices=(1, 2, 3), colours=("green",), motion="high"
                ),
                Scene(index=2, start_seconds=12, end_seconds=18, shot_indices=(4,), colours=("black",), motion="low"),
            ),
        ),
        said=TranscriptionReport(
            language="en",
            language_probability=0.98,
            sentences=(
                sentence("Welcome to the call.", 1.0, 2.5),
                sentence("What would the price be for fifty seats?", 6.5, 8.5),
                sentence("That is far too expensive.", 9.0, 10.4),
                sentence("The price must come down.", 10.6, 11.8),
            ),
        ),
        seen=VisualElementsReport(
            duration_seconds=18.0,
            windows=(
                window(0, 3, brightness="bright"),
                window(3, 6, brightness="bright"),
                window(6, 9, ("person", 1), ("chair", 2)),
                window(9, 12, ("person", 2)),
                window(12, 15, brightness="dark"),
                window(15, 18, brightness="dark"),
            ),
            captions=(caption("Discovery call", 0, 6, height=0.2), caption("Maya + Daniel", 0, 6, top=0.5)),
            looked_at_seconds=(1.5, 4.5, 7.5, 10.5, 13.5, 16.5),
            looks=(look(7.5, ("person", 1), ("chair", 2)), look(10.5, ("person", 2)), look(13.5)),
            segments=(),
        ),
    )


@pytest.fixture
def bare() -> Measured:
    """One black second without sound, of which nobody can say much."""
    return Measured(
        cut=VideoAnalysisReport(
            duration_seconds=1.0,
            shots=(shot(0, 0, 1),),
            scenes=(
                Scene(index=0, start_seconds=0, end_seconds=1, shot_indices=(0,), colours=("black",), motion="low"),
            ),
        ),
        said=TranscriptionReport(language=None, language_probability=None, sentences=()),
        seen=VisualElementsReport(
            duration_seconds=1.0,
            windows=(window(0, 1, brightness="dark"),),
            captions=(),
            looked_at_seconds=(0.0,),
            segments=(),
        ),
    )
