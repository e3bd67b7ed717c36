"""How a sentence is quoted with its time."""

from collections.abc import Iterable

from shared.contracts.reports.insights import Evidence
from shared.contracts.reports.transcription import Sentence


def clock(seconds: float) -> str:
    """`1:02:03` or `2:03`."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def line(sentence: Sentence) -> str:
    """The sentence as a line of a section."""
    return f"[{clock(sentence.start_seconds)}] {sentence.text}"


def evidence(sentences: Iterable[Sentence]) -> tuple[Evidence, ...]:
    """Where the sentences were said."""
    return tuple(Evidence(start_seconds=one.start_seconds, end_seconds=one.end_seconds) for one in sentences)
