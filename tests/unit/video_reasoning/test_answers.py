import json
from typing import Any

import pytest

from services.video_reasoning.core.answers import statements_of
from services.video_reasoning.core.asking import SUBJECTS_AT_ONCE, Question, questions
from services.video_reasoning.core.composing import subjects
from services.video_reasoning.core.facts import Fact
from services.video_reasoning.core.focus import focus_of
from services.video_reasoning.core.measured import Measured
from services.video_reasoning.core.subjects import Subject


@pytest.fixture
def question(call: Measured) -> Question:
    (one,) = questions(subjects(call, focus_of("")), "What is it about?")
    return one


def number_of(question: Question, of: str, beginning: str) -> int:
    """The number of a fact of `video` or `scene N` that begins so."""
    index = None if of == "video" else int(of.removeprefix("scene ")) - 1
    return next(
        number
        for number, fact in question.facts.items()
        if question.subject_of[number].scene_index == index and fact.text.startswith(beginning)
    )


def answer(of: str, *sentences: Any) -> str:
    return json.dumps({"descriptions": [{"of": of, "sentences": list(sentences)}]})


def test_facts_are_numbered_below_what_they_describe(question: Question) -> None:
    assert question.text.startswith("Facts of video (0:00 to 0:18):\n1. The video lasts 18 seconds")
    assert "Facts of scene 3 (0:12 to 0:18):" in question.text
    assert question.text.endswith("The reader wants to know above all: What is it about?")
    assert list(question.facts) == list(range(1, len(question.facts) + 1))


def test_a_sentence_made_of_facts_holds_with_their_sources(question: Question) -> None:
    opening, speech = number_of(question, "scene 1", "Scene 1"), number_of(question, "scene 1", "Somebody")
    text = "In a bright shot of 6 seconds somebody says “Welcome to the call.”"
    held = statements_of(answer("scene 1", {"text": text, "facts": [opening, speech]}), question)
    assert [(one.text, one.sources) for one in held[0]] == [(text, ("scenes", "visualelements", "transcription"))]


def test_an_answer_within_other_text_is_found(question: Question) -> None:
    first = number_of(question, "video", "The video")
    fenced = f"Here you are:\n```json\n{answer('video', {'text': 'The video has 5 shots.', 'facts': [first]})}\n```"
    assert [one.text for one in statements_of(fenced, question)[None]] == ["The video has 5 shots."]


@pytest.mark.parametrize("facts", [[], [0], [9999], ["1"], [True], "1", None])
def test_a_sentence_without_facts_is_dropped(question: Question, facts: Any) -> None:
    assert statements_of(answer("video", {"text": "The video has 5 shots.", "facts": facts}), question) == {None: []}


def test_a_fact_of_another_scene_is_no_source(question: Question) -> None:
    elsewhere = number_of(question, "scene 2", "Scene 2")
    assert statements_of(answer("scene 1", {"text": "There is much motion.", "facts": [elsewhere]}), question) == {
        0: []
    }


@pytest.mark.parametrize(
    "text",
    [
        "The video has 7 shots.",
        "The video has twelve shots in 3 scenes.",
        "The video of Daniel has 5 shots.",
        "The video has 5 shots, “a masterpiece”.",
        "A cheerful gentleman walks his dog through sunny Paris in 5 shots.",
        "Gloomy weather surrounds melancholic wanderers.",
        "The video has 5 shots, see https://example.org",
        "The **video** has 5 shots.",
        "The video has 5 shots. " * 40,
        "",
        17,
    ],
)
def test_what_the_facts_do_not_bear_out_is_dropped(question: Question, text: Any) -> None:
    first = number_of(question, "video", "The video")
    assert statements_of(answer("video", {"text": text, "facts": [first]}), question) == {None: []}


@pytest.mark.parametrize(
    "broken",
    ["", "no JSON", "{", "[]", "null", '{"descriptions": 7}', '{"descriptions": [7]}', '{"descriptions": [{"of": []}]}',
     '{"descriptions": [{"of": ["a"], "sentences": []}]}', "[" * 100_000, '{"a":' * 5000],
)  # fmt: skip
def test_an_answer_of_another_form_is_none(question: Question, broken: str) -> None:
    assert statements_of(broken, question) == {}


@pytest.mark.parametrize("sentences", [7, None, "text", {"text": "x"}])
def test_sentences_of_another_form_are_none(question: Question, sentences: Any) -> None:
    broken = json.dumps({"descriptions": [{"of": "video", "sentences": sentences}]})
    assert statements_of(broken, question) == {}


def test_a_sentence_said_twice_stands_once(question: Question) -> None:
    first = number_of(question, "video", "The video")
    said = {"text": "The video has 5 shots.", "facts": [first]}
    assert len(statements_of(answer("video", said, said), question)[None]) == 1


def test_many_scenes_are_asked_for_in_several_requests() -> None:
    scenes = [Subject(index, index, index + 1, (Fact("look", "It is dark.", ("scenes",)),)) for index in range(100)]
    asked = list(questions(scenes, ""))
    assert all(len(one.subjects) <= SUBJECTS_AT_ONCE for one in asked)
    assert [subject for one in asked for subject in one.subjects] == scenes
