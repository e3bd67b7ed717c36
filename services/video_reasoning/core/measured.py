"""All that the other stages measured of one video, and what of it falls into a span."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.video_reasoning.core.talk import content_words
from shared.contracts.reports.transcription import Sentence, TranscriptionReport
from shared.contracts.reports.video_analysis import VideoAnalysisReport
from shared.contracts.reports.visual_elements import Caption, VisualElementsReport

LEAST_TEXT_CONFIDENCE = 0.6
"""A text read less surely is no ground for a sentence."""

TOUCHING_SHARE = 0.5
"""A text is shown in a span when this share of its time, or of the span, lies in it."""


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
        found: dict[str, str] = {}
        for caption in sorted(self.seen.captions, key=lambda one: (one.start_seconds, one.top, one.left)):
            if caption.confidence >= LEAST_TEXT_CONFIDENCE and _stands(caption, start_seconds, end_seconds):
                found.setdefault(" ".join(caption.text.casefold().split()), caption.text)
        return [text for text in found.values() if text.strip() and not _is_subtitle(text, spoken)]


def _stands(caption: Caption, start_seconds: float, end_seconds: float) -> bool:
    shared = min(caption.end_seconds, end_seconds) - max(caption.start_seconds, start_seconds)
    shorter = min(caption.end_seconds - caption.start_seconds, end_seconds - start_seconds)
    return shared > 0 and shared >= TOUCHING_SHARE * shorter


def _is_subtitle(text: str, spoken: str) -> bool:
    """Whether it says, in several words, what is also heard."""
    words = content_words(text)
    return len(words) >= 3 and " ".join(words) in spoken  # noqa: PLR2004  fewer words coincide by chance
