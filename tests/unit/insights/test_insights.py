"""Sections and events quote what was said, with its time, and nothing else."""

import pytest

from services.insights.core.events import find_events
from services.insights.core.quoting import clock
from services.insights.core.summary import central, open_questions, summarise
from services.insights.core.talk import without_kinds
from services.insights.core.titles import title_of
from shared.contracts.reports.insights import EVENT_TYPES
from shared.contracts.reports.video_analysis import Shot
from tests.unit.insights.conftest import said, talk


def shot(index, start, end, transition="cut"):
    return Shot(
        index=index,
        start_seconds=start,
        end_seconds=end,
        transition_in=transition if index else None,
        score=0.9 if index else None,
    )


def test_an_event_carries_the_sentence_and_its_bounds():
    (event,) = find_events(talk(("The weather was fine.", []), ("We have a deadline.", ["timeline"])), [])
    assert (event.type, event.description) == ("timeline", "We have a deadline.")
    assert (event.start_seconds, event.end_seconds) == (5.0, 9.0)


def test_events_are_ordered_by_start_then_id_and_named_alike_each_time():
    heard = talk(("How much does it cost?", ["question", "pricing"]), ("What is the budget?", ["question", "pricing"]))
    shots = [shot(0, 0.0, 5.0), shot(1, 5.0, 9.0)]
    events = find_events(heard, shots)
    assert list(events) == sorted(events, key=lambda event: (event.start_seconds, event.id))
    assert len({event.id for event in events}) == len(events) == 5
    assert events == find_events(heard, shots)
    assert {event.type for event in events} <= set(EVENT_TYPES)


def test_the_mood_shifts_where_another_feeling_is_shown_or_one_is_shown_again_after_a_while():
    feelings = ["pleased", "pleased", None, "displeased", "pleased", None, None, None, None, None, "pleased"]
    heard = talk(*((f"Sentence {index}.", [feeling] if feeling else []) for index, feeling in enumerate(feelings)))
    shifts = [(event.start_seconds, event.title) for event in find_events(heard, [])]
    up, down = "Mood turns positive", "Mood turns negative"
    assert shifts == [(0.0, up), (15.0, down), (20.0, up), (50.0, up)]


@pytest.mark.parametrize(
    ("event_type", "text", "kinds", "title"),
    [
        ("pricing", "It is $30 per seat.", {"pricing"}, "Price named: $30"),
        ("pricing", "It's two hundred dollars a month.", {"pricing"}, "Price named: two hundred dollars"),
        ("pricing", "What does it cost?", {"pricing", "question"}, "Price asked for"),
        ("pricing", "The budget is tight.", {"pricing"}, "Budget discussed"),
        ("objection", "That is too expensive.", {"pricing", "objection"}, "Objection raised: price"),
        ("timeline", "We must be live by Friday.", {"timeline"}, "Timeline mentioned: by Friday"),
        ("competitor", "We also talk to BrightDesk.", {"competitor"}, "Competitor mentioned: BrightDesk"),
        ("competitor", "There are others.", {"competitor"}, "Competitor mentioned"),
        ("timeline", "Let us meet on December 15.", {"timeline"}, "Timeline mentioned: on December 15"),
        ("decision", "We'll do it.", {"decision"}, "Decision made"),
    ],
)
def test_a_title_names_what_the_sentence_names(event_type, text, kinds, title):
    assert title_of(event_type, text, kinds) == title


def test_the_overview_prefers_central_sentences_that_differ():
    heard = talk(
        *((f"sentence number {index} of the call", []) for index in range(4)),
        embeddings=[[1, 0], [1, 0.01], [0.6, 0.8], [-0.5, 1]],
    )
    assert central(heard) == [1, 2]


def test_sections_stand_only_on_evidence_and_quote_it_with_its_time():
    heard = talk(
        ("We make bicycles in two factories.", []),
        ("It costs us three days a month.", ["problem"]),
        ("I'll send you the offer.", ["commitment"]),
        ("Agreed.", ["decision"]),
    )
    sections = summarise(heard, [shot(0, 0.0, 14.0)])
    assert [section.id for section in sections] == ["overview", "key_points", "next_steps", "structure"]
    by_id = {section.id: section for section in sections}
    assert by_id["next_steps"].content == "[0:10] I'll send you the offer."
    assert [(e.start_seconds, e.end_seconds) for e in by_id["next_steps"].evidence] == [(10.0, 14.0)]
    for section in sections[:-1]:
        for line, evidence in zip(section.content.splitlines(), section.evidence, strict=True):
            (source,) = [one for one in heard.sentences if one.start_seconds == evidence.start_seconds]
            assert line == f"[{clock(source.start_seconds)}] {source.text}"


def test_what_was_heard_unsurely_is_quoted_nowhere():
    heard = talk(("It costs us three days a month.", ["problem"]), ("We lose two days on it.", ["problem"]))
    unsure = [heard.sentences[0].model_copy(update={"confidence": 0.3}), heard.sentences[1]]
    sections = summarise(type(heard)(unsure, heard.embeddings, heard.kinds, heard.scores), [])
    assert {section.content for section in sections} == {"[0:05] We lose two days on it."}


def test_a_question_is_open_when_its_answer_is_put_off_or_never_comes():
    heard = talk(
        ("How many people are you?", ["question"]),
        ("About sixty.", []),
        ("Does it run on old tablets?", ["question"]),
        ("Let me check that and get back to you.", ["commitment"]),
        ("Shall we meet on Friday then?", ["question", "next_step"]),
        ("And who pays for the trip?", ["question"]),
    )
    assert open_questions(heard) == [2, 5]


def test_a_video_without_speech_still_has_its_structure():
    shots = [shot(0, 0.0, 2.0), shot(1, 2.0, 10.0, "fade")]
    (section,) = summarise(talk(), shots)
    assert section.content == "The video has 2 shots; the longest begins at 0:02 and lasts 8.0 s."
    (event,) = find_events(talk(), shots)
    assert event.description == "Shot 2 begins with a fade."


def test_in_another_language_only_the_mark_of_a_question_is_heeded():
    sentences = said("Was kostet das pro Monat?", "Das ist uns viel zu teuer.")
    heard = without_kinds(sentences, talk(("a", []), ("b", [])).embeddings)
    assert [(event.type, event.start_seconds) for event in find_events(heard, [])] == [("question", 0.0)]
