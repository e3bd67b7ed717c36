"""Events: sentences that match a cue, and changes of the picture."""

from collections.abc import Sequence

from services.insights.core.cues import CUES
from shared.contracts.ids import derived_id
from shared.contracts.reports.insights import InsightEvent
from shared.contracts.reports.transcription import Sentence
from shared.contracts.reports.video_analysis import Shot


def find_events(sentences: Sequence[Sentence], shots: Sequence[Shot]) -> tuple[InsightEvent, ...]:
    """Every event of a video, ordered by start, then id; ids depend on type and position alone."""
    found = [*spoken_events(sentences), *visual_events(shots)]
    return tuple(sorted(found, key=lambda event: (event.start_seconds, event.id)))


def spoken_events(sentences: Sequence[Sentence]) -> list[InsightEvent]:
    """One event for each sentence and cue that match; the description is the sentence itself."""
    return [
        InsightEvent(
            id=derived_id("insights", cue.type, str(index)),
            type=cue.type,
            title=cue.title,
            description=sentence.text,
            start_seconds=sentence.start_seconds,
            end_seconds=sentence.end_seconds,
        )
        for index, sentence in enumerate(sentences)
        for cue in CUES
        if cue.matches(sentence.text)
    ]


def visual_events(shots: Sequence[Shot]) -> list[InsightEvent]:
    """One event for each shot but the first: the picture changes there."""
    return [
        InsightEvent(
            id=derived_id("insights", "visual_change", str(shot.index)),
            type="visual_change",
            title="Picture changes",
            description=f"Shot {shot.index + 1} begins with a {shot.transition_in}.",
            start_seconds=shot.start_seconds,
            end_seconds=shot.end_seconds,
        )
        for shot in shots
        if shot.transition_in is not None
    ]
