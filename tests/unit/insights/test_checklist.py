"""The checklist held against what was said: by words, by meaning, with the evidence quoted."""

import pytest

from services.insights.core.checklist import ChecklistItem, says
from services.insights.settings import Settings
from services.insights.stage import make_stage
from shared.contracts.reports.insights import ChecklistEvaluation
from tests.unit.insights.conftest import Analyse

CALL = (
    "Good morning, thanks for taking the time.",
    "What price range did you have in mind?",
    "We keep all recordings encrypted on servers in your own country.",
    "It comes to forty dollars for each seat.",
    "The coffee here is dreadful.",
)


def item(title: str, *phrases: str, description: str | None = None) -> ChecklistItem:
    return ChecklistItem(item_id=title, title=title, description=description, phrases=phrases)


def evaluated(analysed: Analyse, wanted: ChecklistItem, *texts: str, language: str = "en") -> ChecklistEvaluation:
    report = analysed(*(texts or CALL), checklist=[wanted], language=language)
    assert report.checklist is not None
    (evaluation,) = report.checklist.items
    return evaluation


@pytest.mark.parametrize(
    ("text", "phrase", "is_said"),
    [
        ("What price ranges did you think of?", "price range", True),
        ("The range of prices", "price range", False),
        ("BUDGETS are tight", "budget", True),
        ("We budgeted for it.", "budget", True),
        ("That's the customers' choice", "customer's choice", True),
        ("A discount.", "count", False),
        ("anything", "?!", False),
        ("", "budget", False),
    ],
)
def test_a_phrase_is_said_when_its_words_stand_side_by_side_in_any_form(
    text: str, phrase: str, *, is_said: bool
) -> None:
    assert says(text, phrase) is is_said


def test_a_phrase_that_is_said_passes_with_its_quotation(analysed: Analyse) -> None:
    evaluation = evaluated(analysed, item("Money", "price range"))
    assert (evaluation.passed, evaluation.score) == (True, 100)
    assert evaluation.reason.startswith('Said at 0:05: "What price range did you have in mind?"')
    assert evaluation.evidence[0].start_seconds == 5.0


def test_what_means_the_same_passes_without_its_words(analysed: Analyse) -> None:
    evaluation = evaluated(analysed, item("All stored recordings are encrypted"))
    assert evaluation.passed
    assert 'at 0:10: "We keep all recordings encrypted' in evaluation.reason
    assert evaluated(analysed, item("A price was named"), *CALL[2:]).passed


def test_what_was_not_said_is_not_passed(analysed: Analyse) -> None:
    evaluation = evaluated(analysed, item("Asked for a review on the website", "leave a review", "rate us"))
    assert not evaluation.passed
    assert evaluation.score < 50
    assert "Said" not in evaluation.reason


def test_there_is_one_evaluation_for_each_item_in_order_and_none_without_a_checklist(analysed: Analyse) -> None:
    items = [item("Money", "price range"), item("Greeting", "good morning"), item("Survey", "survey")]
    report = analysed(*CALL, checklist=items)
    assert report.checklist is not None
    assert [one.item_id for one in report.checklist.items] == ["Money", "Greeting", "Survey"]
    assert analysed(*CALL).checklist is None
    empty = analysed(*CALL, checklist=[]).checklist
    assert empty is not None
    assert empty.items == ()


def test_a_silent_video_passes_nothing(analysed: Analyse) -> None:
    report = analysed(checklist=[item("Money", "price range")])
    assert report.checklist is not None
    assert [(one.passed, one.score, one.reason) for one in report.checklist.items] == [
        (False, 0, "Nothing is said in the video.")
    ]


def test_in_another_language_phrases_count_by_their_words_alone(analysed: Analyse) -> None:
    said = ("Der Preis liegt bei dreißig Euro.",)
    assert evaluated(analysed, item("Preis", "Preis"), *said, language="de").score == 100
    assert evaluated(analysed, item("Der Preis liegt bei dreißig Euro."), *said, language="de").score == 0


def test_the_checklist_of_an_offer_is_part_of_the_address() -> None:
    stage = make_stage(Settings())
    told = {"checklist": [{"item_id": "a", "title": "t", "description": None, "phrases": ["x"]}]}
    inputs = dict.fromkeys(stage.input_stages, "0" * 64)
    addresses = {
        stage.address(
            stage.parameters_for(parameters),
            source_sha256="0" * 64,
            inputs=inputs,
            model_digests={"all-MiniLM-L6-v2": "1"},
        )
        for parameters in ({}, {"checklist": []}, told)
    }
    assert len(addresses) == 3
