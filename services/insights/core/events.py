"""Events: what each sentence of a call is, where the mood shifts, and where the picture changes."""

from collections.abc import Iterator, Sequence

from services.insights.core.kinds import Kind
from services.insights.core.talk import MOOD_LASTS_SECONDS, Talk
from services.insights.core.titles import title_of
from shared.contracts.ids import derived_id
from shared.contracts.reports.insights import EVENT_TYPES, TURNS_NEGATIVE, TURNS_POSITIVE, EventType, InsightEvent
from shared.contracts.reports.video_analysis import Shot


def find_events(talk: Talk, shots: Sequence[Shot]) -> tuple[InsightEvent, ...]:
    """Every event of a video, ordered by start, then id; ids depend on type and position alone."""
    found = [*spoken_events(talk), *mood_shifts(talk), *visual_events(shots)]
    return tuple(sorted(found, key=lambda event: (event.start_seconds, event.id)))


def spoken_events(talk: Talk) -> list[InsightEvent]:
    """One event for each sentence and each of its kinds; the description is the sentence itself."""
    return [
        _event(talk, index, kind, title_of(kind, sentence.text, kinds))
        for index, (sentence, kinds) in enumerate(zip(talk.sentences, talk.kinds, strict=True))
        for kind in EVENT_TYPES
        if kind in kinds
    ]


def mood_shifts(talk: Talk) -> Iterator[InsightEvent]:
    """Where somebody shows a feeling that is another than the one shown last, or the first for a while."""
    mood, shown_at = None, 0.0
    for index, sentence in enumerate(talk.sentences):
        feeling = _feeling(talk, index)
        if feeling is None:
            continue
        if feeling != mood or sentence.start_seconds - shown_at > MOOD_LASTS_SECONDS:
            turn = TURNS_POSITIVE if feeling == "pleased" else TURNS_NEGATIVE
            yield _event(talk, index, "sentiment_shift", turn)
        mood, shown_at = feeling, sentence.end_seconds


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


def _feeling(talk: Talk, index: int) -> Kind | None:
    feelings: list[Kind] = [kind for kind in ("pleased", "displeased") if kind in talk.kinds[index]]
    return max(feelings, key=lambda kind: talk.score(index, kind), default=None)


def _event(talk: Talk, index: int, event_type: EventType, title: str) -> InsightEvent:
    sentence = talk.sentences[index]
    return InsightEvent(
        id=event_id(event_type, index),
        type=event_type,
        title=title,
        description=sentence.text,
        start_seconds=sentence.start_seconds,
        end_seconds=sentence.end_seconds,
    )


def event_id(event_type: EventType, index: int) -> str:
    """The id of the event of a type at the sentence with that index."""
    return derived_id("insights", event_type, str(index))
