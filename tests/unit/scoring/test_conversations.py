import pytest

from services.scoring.core.conversations import next_step_agreed, objections_open, pricing_discussed, sentiment
from services.scoring.core.evidence import factor
from shared.contracts.reports.insights import TURNS_NEGATIVE, TURNS_POSITIVE

OBJECTION = ("objection", "That is too much.")
NEXT_STEP = ("next_step", "Let us meet on Friday.")
PROMISE = ("commitment", "I will send it.")


def scored(factor_id, parts):
    made = factor(factor_id, parts)
    return made.score, made.completion


@pytest.mark.parametrize(
    ("events", "score"), [((NEXT_STEP,), 100), ((PROMISE,), 75), ((PROMISE, NEXT_STEP, PROMISE), 100), ((), 20)]
)
def test_a_next_step_is_looked_for_in_the_latest_conversation(making, events, score):
    older = making.conversation(9, NEXT_STEP)
    snapshot = making.snapshot(older, making.conversation(2, *events))
    assert scored("next_step_agreed", next_step_agreed(snapshot)) == (score, 60)


def test_a_next_step_quotes_its_words_their_time_and_where(making):
    parts = next_step_agreed(making.snapshot(making.conversation(2, OBJECTION, NEXT_STEP)))
    assert parts[0].reason == 'A next step was named: "Let us meet on Friday." (1:00 in "Acme call").'


def test_what_is_planned_counts_too(making):
    assert scored("next_step_agreed", next_step_agreed(making.snapshot(making.activity(1)))) == (25, 40)
    parts = next_step_agreed(making.snapshot(making.activity(-3, "demo", title="Second demo"), making.activity(-9)))
    assert scored("next_step_agreed", parts) == (100, 40)
    assert parts[1].reason == 'Demo "Second demo" is planned for 2026-11-23.'


@pytest.mark.parametrize(
    ("conversations", "score"),
    [
        ([[]], 75),
        ([[OBJECTION]], 40),
        ([[OBJECTION, OBJECTION]], 20),
        ([[OBJECTION, NEXT_STEP]], 100),
        ([[NEXT_STEP, OBJECTION]], 40),
        ([[OBJECTION, OBJECTION], [PROMISE]], 100),
        ([[PROMISE], [OBJECTION]], 40),
    ],
    ids=["none", "open", "two open", "answered", "raised after", "answered in a later call", "raised in a later call"],
)
def test_an_objection_is_open_until_something_is_agreed(making, conversations, score):
    facts = [making.conversation(20 - number, *events) for number, events in enumerate(conversations)]
    objections, competition = objections_open(making.snapshot(*facts))
    assert objections.score == score
    assert competition.score == 75


def test_a_competitor_counts_against_the_deal(making):
    parts = objections_open(making.snapshot(making.conversation(1, ("competitor", "Globex does that too."))))
    assert parts[1].score == 35
    assert "Globex" in parts[1].reason
    assert scored("objections_open", parts) == (65, 100)


def test_pricing_is_found_in_conversations_and_in_writing(making):
    spoken = making.conversation(1, ("pricing", "What does it cost?"))
    written = making.activity(2, "email", title="Our proposal")
    assert scored("pricing_discussed", pricing_discussed(making.snapshot())) == (50, 0)
    assert scored("pricing_discussed", pricing_discussed(making.snapshot(spoken))) == (100, 70)
    assert scored("pricing_discussed", pricing_discussed(making.snapshot(written))) == (100, 30)
    assert scored("pricing_discussed", pricing_discussed(making.snapshot(spoken, written))) == (100, 100)
    assert scored("pricing_discussed", pricing_discussed(making.snapshot(making.conversation(1)))) == (25, 70)
    assert scored("pricing_discussed", pricing_discussed(making.snapshot(making.activity(2, title="Hello")))) == (
        25,
        30,
    )
    # A word within another is none.
    assert scored("pricing_discussed", pricing_discussed(making.snapshot(making.activity(2, title="Caprice")))) == (
        25,
        30,
    )


def test_sentiment_is_the_last_turn(making):
    better = ("sentiment_shift", "That is great.", TURNS_POSITIVE)
    worse = ("sentiment_shift", "I do not like it.", TURNS_NEGATIVE)
    assert scored("sentiment", sentiment(making.snapshot())) == (50, 0)
    assert scored("sentiment", sentiment(making.snapshot(making.conversation(1)))) == (50, 100)
    assert scored("sentiment", sentiment(making.snapshot(making.conversation(1, worse, better)))) == (85, 100)
    assert scored("sentiment", sentiment(making.snapshot(making.conversation(1, better, worse)))) == (15, 100)
    unclear = ("sentiment_shift", "Well.", "Sentiment shift")
    assert scored("sentiment", sentiment(making.snapshot(making.conversation(1, better, unclear)))) == (50, 100)
    snapshot = making.snapshot(making.conversation(1, better), making.conversation(5, worse))
    assert scored("sentiment", sentiment(snapshot)) == (85, 100)


def test_of_recordings_that_nobody_analyzed_nothing_is_known(making):
    silent = making.conversation(1, is_analyzed=False)
    assert scored("sentiment", sentiment(making.snapshot(silent))) == (50, 0)
    assert scored("objections_open", objections_open(making.snapshot(silent))) == (50, 0)
    heard = making.conversation(2, ("pricing", "What does it cost?"))
    assert scored("pricing_discussed", pricing_discussed(making.snapshot(silent, heard))) == (100, 35)
    assert (
        scored("next_step_agreed", next_step_agreed(making.snapshot(silent, making.conversation(3, NEXT_STEP))))[0]
        == 100
    )


def test_a_long_sentence_is_cut_and_stays_on_one_line(making):
    parts = sentiment(making.snapshot(making.conversation(1, ("sentiment_shift", "very \n good " * 100))))
    assert len(parts[0].reason) < 260
    assert "\n" not in parts[0].reason
    assert parts[0].reason.endswith('…" (0:00 in "Acme call").')
