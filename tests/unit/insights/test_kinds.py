"""What a sentence is, by examples: a sentinel of the accuracy that tests/accuracy measures."""

import numpy as np
import pytest

from services.insights.core.cues import CUES, cue_features
from services.insights.core.kinds import KINDS, LEAST, Example, kinds_of, learn, read_examples
from services.insights.learning import EXAMPLES
from shared.contracts.reports.insights import EVENT_TYPES
from tests.unit.insights.conftest import Analyse


def test_a_judge_knows_its_examples_again_and_is_the_same_each_time():
    examples = [Example("It rains.", frozenset()), Example("What is it?", frozenset({"question"}))] * 3
    embeddings = np.array([[1, 0], [0, 1]] * 3, np.float32)
    judge = learn(examples, embeddings)
    scores = judge.scores([example.text for example in examples], embeddings)
    assert [kinds_of(row) for row in scores] == [example.kinds for example in examples]
    assert np.array_equal(scores, learn(examples, embeddings).scores([one.text for one in examples], embeddings))
    assert judge.scores([], np.zeros((0, 2), np.float32)).shape == (0, len(KINDS))


def test_examples_are_read_with_their_kinds():
    written = "# a comment\n\no,p | That's too much.\n | Hello.\n"
    assert read_examples(written) == [
        Example("That's too much.", frozenset({"objection", "pricing"})),
        Example("Hello.", frozenset()),
    ]


def test_every_kind_has_examples_and_none_stands_twice():
    examples = read_examples(EXAMPLES.read_text("utf-8"))
    for kind in KINDS:
        assert sum(kind in example.kinds for example in examples) >= 20, kind
    texts = [example.text for example in examples]
    assert sorted(set(texts)) == sorted(texts)
    assert set(LEAST) == set(KINDS)
    assert {*KINDS, "sentiment_shift", "visual_change"} == {*EVENT_TYPES, "pleased", "displeased"}


def test_cues_are_one_column_each():
    assert cue_features(["How much is it?", "Fine."]).shape == (2, len(CUES))
    assert cue_features([]).shape == (0, len(CUES))


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("How much would that come to for a team of ninety?", {"question", "pricing"}),
        ("Honestly, I can't see us paying that much.", {"objection", "pricing"}),
        ("We are also in talks with another vendor.", {"competitor"}),
        ("I'll prepare the contract for you.", {"commitment"}),
        ("Our head of finance has the final say.", {"decision_maker"}),
        ("We want to be live by the end of March.", {"timeline"}),
        ("It would be great if we could import the old photos.", {"feature_request"}),
        ("The old tool breaks down every week and we lose orders.", {"problem"}),
        ("Okay, we've decided to take the annual plan.", {"decision"}),
        ("That's wonderful, I'm really pleased.", {"sentiment_shift"}),
        ("The weather was fine yesterday.", set()),
        ("The warehouse has two doors on the left side.", set()),
    ],
)
def test_a_sentence_is_told_by_its_meaning(text: str, types: set[str], analysed: Analyse) -> None:
    assert {event.type for event in analysed(text).events} == types
