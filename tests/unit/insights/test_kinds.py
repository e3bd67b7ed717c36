"""What a sentence is, by examples: a sentinel of the accuracy that tests/accuracy measures."""

from dataclasses import replace

import numpy as np
import pytest

from services.insights import judge as weights
from services.insights.core.cues import CUES, cue_features
from services.insights.core.features import beside_features, flat_features, grams_of, shifted
from services.insights.core.kinds import KINDS, kinds_of
from services.insights.embedding import DIMENSIONS, LAYERS
from services.insights.training.attention import HEADS, Said, fit
from services.insights.training.calls import calls, read_call
from services.insights.training.learning import Heard, balanced, learn
from shared.contracts.reports.insights import EVENT_TYPES
from tests.unit.insights.conftest import Analyse


def test_the_weights_fit_the_kinds_the_cues_and_the_layers():
    judge = weights.load()
    assert judge.queries.shape == judge.answers.shape == (len(LAYERS), DIMENSIONS, len(KINDS) * HEADS)
    assert judge.flat.shape == (3 * (DIMENSIONS + len(CUES)) + len(judge.wording) + 1, len(KINDS))
    assert judge.beside.shape == (beside_features(np.zeros((1, len(KINDS)))).shape[1] + 1, len(KINDS))
    assert all(np.isfinite(rows).all() for rows in (judge.queries, judge.answers, judge.flat, judge.beside))


def test_weights_learned_for_other_cues_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "judge.npz"
    weights.store(weights.load(), path)
    assert weights.load(path).wording == weights.load().wording
    monkeypatch.setitem(CUES, "asks", CUES["money"])
    weights.load.cache_clear()
    with pytest.raises(ValueError, match="learned for other kinds"):
        weights.load(path)
    weights.load.cache_clear()


def test_attention_heeds_only_what_is_said():
    dice = np.random.default_rng(0)
    judge = replace(weights.load(), queries=np.ones((1, 4, 26), np.float32), answers=np.ones((1, 4, 26), np.float32))
    states = dice.normal(size=(1, 2, 5, 4)).astype(np.float32)
    said = np.array([[True, True, False, False, False], [True] * 5])
    alone = judge.attend(states[:, :1, :2], said[:1, :2])
    assert np.allclose(judge.attend(states, said)[:1], alone, atol=1e-5)


def test_neighbours_are_those_of_the_same_call():
    assert shifted(np.array([[1.0], [2.0], [3.0]]), 1)[:, 0].tolist() == [0, 1, 2]
    assert shifted(np.array([[1.0], [2.0], [3.0]]), -2)[:, 0].tolist() == [3, 0, 0]
    assert shifted(np.array([[1.0]]), 2)[:, 0].tolist() == [0]
    assert flat_features([], np.zeros((0, 3), np.float32), {}).shape[0] == 0


def test_words_and_pairs_of_words_count_with_begin_and_end_and_numbers_are_one():
    assert grams_of("It\u2019s 12!") == {"<", "it's", "#", "!", ">", "< it's", "it's #", "# !", "! >"}


def test_what_is_learned_tells_calls_like_those_it_was_learned_from(tmp_path):
    path = tmp_path / "call.txt"
    path.write_text("Two talk.\n\nA | q | Is it so?\nitem | a | b | | c | no\nB | | It rains.\n", "utf-8")
    call = read_call(path)
    assert call.texts == ("Is it so?", "It rains.")
    assert call.kinds == (frozenset({"question"}), frozenset())
    dice = np.random.default_rng(0)
    rows = np.array([[1, 0], [0, 1]], np.float32)
    heard = [
        Heard(call, rows, [dice.normal(row[0], 0.1, (len(LAYERS), 3, 2)).astype(np.float16) for row in rows])
        for _ in range(40)
    ]
    judge = learn(heard)
    states = np.stack(heard[0].states, axis=1).astype(np.float32)
    found = judge.scores(call.texts, rows, judge.attend(states, np.ones((2, 3), bool)))
    assert [kinds_of(row) & {"question"} for row in found] == [{"question"}, set()]


def test_fitting_is_the_same_each_time():
    dice = np.random.default_rng(1)
    states = [dice.normal(size=(length, 6)).astype(np.float16) for length in (1, 4, 7)]
    said = Said(states, dice.random((3, 5), dtype=np.float32), dice.random((3, len(KINDS))) > 0.5)
    first, again = fit(said, seed=3), fit(said, seed=3)
    assert all(np.array_equal(first[name], again[name]) for name in first)


def test_the_bar_balances_precision_and_recall():
    bar = balanced(np.array([0.9, 0.8, 0.7, 0.1]), np.array([True, False, True, False]))
    assert bar == pytest.approx(0.4), "two of three found are right, and all are found"


def test_every_kind_has_examples_and_no_call_stands_twice():
    learned = calls()
    for kind in KINDS:
        assert sum(kind in kinds for call in learned for kinds in call.kinds) >= 200, kind
    texts = [call.texts for call in learned]
    assert len(set(texts)) == len(texts)
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
