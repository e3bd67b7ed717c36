from services.video_reasoning.core.composing import compose, subjects
from services.video_reasoning.core.focus import focus_of
from services.video_reasoning.core.measured import Measured
from services.video_reasoning.core.segments import segments_of
from shared.contracts.reports.transcription import TranscriptionReport
from shared.contracts.reports.video_analysis import VideoAnalysisReport
from shared.contracts.reports.video_reasoning import Description
from shared.contracts.reports.visual_elements import Caption


def described(measured: Measured, wish: str = "") -> list[Description]:
    focus = focus_of(wish)
    return [compose(subject, focus) for subject in subjects(measured, focus)]


def caption(text: str, start: float, end: float, *, top: float = 0.2) -> Caption:
    place = {"left": 0.1, "right": 0.9, "top": top, "bottom": top + 0.1}
    return Caption(text=text, start_seconds=start, end_seconds=end, confidence=0.95, **place)


def texts(description: Description) -> list[str]:
    return [statement.text for statement in description.statements]


def test_the_whole_video_comes_first_and_then_each_scene_in_order(call: Measured) -> None:
    descriptions = described(call)
    assert [(one.scope, one.scene_index) for one in descriptions] == [
        ("video", None),
        ("scene", 0),
        ("scene", 1),
        ("scene", 2),
    ]
    assert [(one.start_seconds, one.end_seconds) for one in descriptions] == [(0, 18), (0, 6), (6, 12), (12, 18)]


def test_the_sentences_of_a_call(call: Measured) -> None:
    whole, slide, talk, black = described(call)
    assert texts(whole) == [
        "The video lasts 18 seconds and has 5 shots in 3 scenes, joined by 3 cuts and one dissolve.",
        "Speech in English fills 6.1 seconds, in 4 sentences.",
        "“price” is said more than once.",
        "Text in the picture reads “Discovery call” and “Maya + Daniel”.",
        "Up to 2 people are seen in 2 of 6 stretches of 3 seconds, up to 2 chairs in 1.",
        "The video's main colours are black, green and white, and there is mostly little motion.",
    ]
    assert texts(slide) == [
        (
            "Scene 1 is one shot of 6 seconds; its main colours are white and blue, it is bright, "
            "and there is little motion."
        ),
        "Somebody says: “Welcome to the call.”",
        "Text in the picture reads “Discovery call” and “Maya + Daniel”.",
    ]
    assert texts(talk) == [
        "Scene 2 has 3 shots in 6 seconds; its main colour is green, and there is much motion.",
        "3 sentences are spoken, among them: “What would the price be for fifty seats?”",
        "Up to 2 people and 2 chairs are seen.",
    ]
    assert texts(black) == [
        (
            "Scene 3 begins with a dissolve and is one shot of 6 seconds; its main colour is black, it is dark, "
            "and there is little motion."
        ),
        "No speech is heard in this scene.",
    ]


def test_every_sentence_names_the_modules_that_it_is_made_of(call: Measured) -> None:
    whole, slide, _, black = described(call)
    assert [statement.sources for statement in slide.statements] == [
        ("scenes", "visualelements"),
        ("transcription",),
        ("visualelements",),
    ]
    assert black.statements[0].sources == ("scenes", "shots", "visualelements")
    assert all(statement.sources for statement in whole.statements)


def test_a_question_chooses_what_comes_first_and_what_is_quoted(call: Measured) -> None:
    whole, _, talk, _ = described(call, "Who says that it is expensive?")
    assert texts(whole)[0] == "At 0:09 somebody says: “That is far too expensive.”"
    assert texts(talk)[0] == "3 sentences are spoken, among them: “That is far too expensive.”"
    colours, *_ = described(call, "colours")
    assert texts(colours)[0].startswith("The video's main colours are")


def test_a_question_about_something_that_nobody_measured_changes_nothing(call: Measured) -> None:
    assert described(call, "unicorns") == described(call)


def test_a_quotation_is_told_once(call: Measured) -> None:
    for description in described(call, "price"):
        said = " ".join(texts(description))
        assert said.count("fifty seats") <= 1


def test_there_are_never_too_many_sentences(call: Measured) -> None:
    whole, *scenes = described(call, "price people colours text cuts")
    assert 2 <= len(whole.statements) <= 6
    assert all(1 <= len(scene.statements) <= 4 for scene in scenes)


def test_scenes_whose_facts_differ_read_differently(call: Measured) -> None:
    contents = [row.content for row in segments_of(described(call))]
    assert len(set(contents)) == len(contents)


def test_of_a_black_second_only_what_is_true_is_said(bare: Measured) -> None:
    whole, scene = described(bare)
    assert texts(whole) == [
        "The video is a single shot of 1 second.",
        "No speech is heard in the video.",
        "The video's main colour is black, it is dark, and there is little motion.",
    ]
    assert texts(scene) == [
        "Scene 1 is one shot of 1 second; its main colour is black, it is dark, and there is little motion."
    ]


def test_a_video_without_scenes_is_described_as_a_whole(bare: Measured) -> None:
    measured = Measured(VideoAnalysisReport(duration_seconds=0.04, shots=()), bare.said, bare.seen)
    (whole,) = described(measured)
    assert texts(whole)[0] == "The video is a single shot of less than 0.1 seconds."


def test_what_was_heard_unsurely_is_not_quoted(call: Measured) -> None:
    mumbled = tuple(one.model_copy(update={"confidence": 0.3}) for one in call.said.sentences)
    said = TranscriptionReport(language="en", language_probability=0.3, sentences=mumbled)
    whole, slide, *_ = described(Measured(call.cut, said, call.seen))
    assert "Somebody speaks, but the words are hard to make out." in texts(slide)
    assert "Speech fills 6.1 seconds, in 4 sentences." in texts(whole)
    assert not any("Welcome" in text for description in (whole, slide) for text in texts(description))


def test_rows_join_the_sentences_and_their_sources(call: Measured) -> None:
    row = segments_of(described(call))[1]
    assert (row.module, row.start_seconds, row.end_seconds) == ("video_reasoning", 0.0, 6.0)
    assert row.content.startswith("Scene 1 is one shot of 6 seconds; ")
    assert row.content.endswith("“Maya + Daniel”.")
    assert row.metadata == {"scope": "scene", "sources": ["scenes", "visualelements", "transcription"]}


def test_two_readings_of_one_text_are_one_and_different_numbers_are_two(call: Measured) -> None:
    read = ("MUSICIANT·PEAYING.", "MUSICIANT-PLATING-", "Pricing: 50 seats", "Pricing: 60 seats", "pricing: 50 SEATS")
    captions = tuple(caption(text, 0, 6, top=0.1 * place) for place, text in enumerate(read))
    measured = Measured(call.cut, call.said, call.seen.model_copy(update={"captions": captions}))
    assert measured.texts(0, 6) == ["MUSICIANT·PEAYING.", "Pricing: 50 seats", "Pricing: 60 seats"]


def test_a_subtitle_of_what_is_said_is_no_text_of_its_own(call: Measured) -> None:
    captions = (caption("That is far too expensive, the price!", 9, 10.4), caption("far too expensive", 9, 10.4))
    spoken = call.said.model_copy(
        update={
            "sentences": (call.said.sentences[2].model_copy(update={"text": "Daniel finds that price expensive."}),)
        }
    )
    subtitle = (caption("Daniel finds that price expensive", 9, 10.4),)
    assert Measured(call.cut, spoken, call.seen.model_copy(update={"captions": subtitle})).texts(0, 18) == []
    assert len(Measured(call.cut, spoken, call.seen.model_copy(update={"captions": captions})).texts(0, 18)) == 2
