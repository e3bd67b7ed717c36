"""Sections and events quote what was said, with its time, and nothing else."""

import numpy as np
import pytest

from services.insights.core.cues import CUES, EVENT_TYPES
from services.insights.core.events import find_events
from services.insights.core.summary import central, clock, summarise
from shared.contracts.reports.transcription import Sentence
from shared.contracts.reports.video_analysis import Shot


def said(*texts):
    return [
        Sentence(text=text, start_seconds=5.0 * index, end_seconds=5.0 * index + 4, confidence=0.9, words=())
        for index, text in enumerate(texts)
    ]


def shot(index, start, end, transition="cut"):
    return Shot(
        index=index,
        start_seconds=start,
        end_seconds=end,
        transition_in=transition if index else None,
        score=0.9 if index else None,
    )


def unit(*rows):
    rows = np.array(rows, np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("How much does it cost per seat?", {"question", "pricing"}),
        ("Honestly, that is too expensive for a team of our size.", {"objection"}),
        ("We are also looking at another vendor.", {"competitor"}),
        ("I'll prepare the contract.", {"commitment"}),
        ("The next step is a workshop.", {"next_step"}),
        ("Our head of finance has the final say.", {"decision_maker"}),
        ("We want to be live by the end of March.", {"timeline"}),
        ("The weather was fine yesterday.", set()),
        ("Will be there.", set()),
    ],
)
def test_each_type_is_told_by_its_wording(text, types):
    assert {event.type for event in find_events(said(text), [])} == types


def test_an_event_carries_the_sentence_and_its_bounds():
    (event,) = find_events(said("The weather was fine.", "We have a deadline."), [])
    assert (event.type, event.description) == ("timeline", "We have a deadline.")
    assert (event.start_seconds, event.end_seconds) == (5.0, 9.0)


def test_events_are_ordered_by_start_then_id_and_named_alike_each_time():
    sentences = said("How much does it cost?", "What is the budget?")
    shots = [shot(0, 0.0, 5.0), shot(1, 5.0, 9.0)]
    events = find_events(sentences, shots)
    assert list(events) == sorted(events, key=lambda event: (event.start_seconds, event.id))
    assert len({event.id for event in events}) == len(events) == 5
    assert events == find_events(sentences, shots)
    assert {event.type for event in events} <= set(EVENT_TYPES)


def test_the_overview_prefers_central_sentences_that_differ():
    sentences = said(*(f"sentence number {index} of the call" for index in range(4)))
    embeddings = unit([1, 0, 0], [1, 0.01, 0], [0.6, 0.8, 0], [0, 0, 1])
    assert central(sentences, embeddings) == [1, 2]


def test_sections_stand_only_on_evidence_and_quote_it_with_its_time():
    sentences = said("We make bicycles in two factories.", "How much does it cost?", "I'll send you the offer.")
    sections = summarise(sentences, unit([1, 0], [0, 1], [1, 1]), [shot(0, 0.0, 14.0)])
    by_title = {section.title: section for section in sections}
    assert set(by_title) == {"Overview", "Key points", "Next steps", "Questions", "Structure"}
    assert by_title["Next steps"].content == "[0:10] I'll send you the offer."
    assert [(e.start_seconds, e.end_seconds) for e in by_title["Next steps"].evidence] == [(10.0, 14.0)]
    for section in sections[:-1]:
        for line, evidence in zip(section.content.splitlines(), section.evidence, strict=True):
            (source,) = [one for one in sentences if one.start_seconds == evidence.start_seconds]
            assert line == f"[{clock(source.start_seconds)}] {source.text}"


def test_a_video_without_speech_still_has_its_structure():
    shots = [shot(0, 0.0, 2.0), shot(1, 2.0, 10.0, "fade")]
    (section,) = summarise([], np.zeros((0, 3), np.float32), shots)
    assert section.content == "The video has 2 shots; the longest begins at 0:02 and lasts 8.0 s."
    (event,) = find_events([], shots)
    assert event.description == "Shot 2 begins with a fade."


def test_the_list_of_types_has_no_double():
    assert len(EVENT_TYPES) == len(set(EVENT_TYPES)) == len(CUES) + 1
