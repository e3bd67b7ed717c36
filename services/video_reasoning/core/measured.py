"""All that the other stages measured of one video, and what of it falls into a span."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from shared.contracts.reports.transcription import Sentence, TranscriptionReport
from shared.contracts.reports.video_analysis import VideoAnalysisReport
from shared.contracts.reports.visual_elements import Caption, VisualElementsReport
from shared.writing.words import content_words

LEAST_TEXT_CONFIDENCE = 0.6
"""A text read less surely is no ground for a sentence."""

TOUCHING_SHARE = 0.5
"""A text is shown in a span when this share of its time, or of the span, lies in it."""

LONG_TEXT = 10
NEARLY_EQUAL = 0.75
"""Two readings of a long text with this likeness (Ratcliff and Obershelp) are readings of one text."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The reports."""

    cut: VideoAnalysisReport
    said: TranscriptionReport
    seen: VisualElementsReport

    @property
    def sentences(self) -> Sequence[Sentence]:
        """All that is said, in order."""
        return self.said.sentences

    def texts(self, start_seconds: float, end_seconds: float) -> list[str]:
        """The different texts in the picture, as they appear, without subtitles of what is said."""
        spoken = " ".join(" ".join(content_words(sentence.text)) for sentence in self.sentences)
        found: list[str] = []
        for caption in sorted(self.seen.captions, key=lambda one: (one.start_seconds, one.top, one.left)):
            text = " ".join(caption.text.split())
            is_sure = caption.confidence >= LEAST_TEXT_CONFIDENCE and bool(text)
            if is_sure and _stands(caption, start_seconds, end_seconds) and not _is_subtitle(text, spoken):
                found += [] if any(_reads_alike(text, other) for other in found) else [text]
        return found


def _reads_alike(text: str, other: str) -> bool:
    """Whether both are readings of one text: equal but for capitals, or long, nearly equal, with equal digits."""
    if text.casefold() == other.casefold():
        return True
    if min(len(text), len(other)) < LONG_TEXT or _digits(text) != _digits(other):
        return False
    return SequenceMatcher(None, text.casefold(), other.casefold(), autojunk=False).ratio() >= NEARLY_EQUAL


def _digits(text: str) -> list[str]:
    return [letter for letter in text if letter.isdigit()]


def _stands(caption: Caption, start_seconds: float, end_seconds: float) -> bool:
    shared = min(caption.end_seconds, end_seconds) - max(caption.start_seconds, start_seconds)
    shorter = min(caption.end_seconds - caption.start_seconds, end_seconds - start_seconds)
    return shared > 0 and shared >= TOUCHING_SHARE * shorter


def _is_subtitle(text: str, spoken: str) -> bool:
    """Whether it says, in several words, what is also heard."""
    words = content_words(text)
    return len(words) >= 3 and " ".join(words) in spoken  # noqa: PLR2004  fewer words coincide by chance
