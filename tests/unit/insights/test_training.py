"""Learning the judge: what JAX computes is what a worker runs, and what is learned tells what it was learned from."""

import numpy as np
import pytest

from services.insights.core.kinds import KINDS
from services.insights.reading import Reader
from services.insights.stage import MODEL
from services.insights.tokens import Tokens
from services.insights.training import encoder, learning
from services.insights.training.bars import balanced
from services.insights.training.calls import calls, read_call
from services.insights.training.packing import MOST_SENTENCES, NOTHING, Cut, packed
from shared.contracts.reports.insights import EVENT_TYPES
from shared.models import model_path
from tests.unit.insights.conftest import MODELS_DIR

FOLDER = model_path(MODEL, MODELS_DIR)


@pytest.fixture(scope="module")
def model() -> encoder.Weights:
    return encoder.read_weights(FOLDER)


def cut(*sizes: int) -> Cut:
    return Cut([list(range(1, size + 1)) for size in sizes], np.zeros((len(sizes), len(KINDS)), bool))


def test_every_sentence_is_packed_once_each_round_and_no_window_sees_another():
    many = [cut(*([9] * 70)), cut(3), cut(200, 40, 30), cut(5, 5)]
    rows = packed(many, begin=1000, dice=np.random.default_rng(0))
    assert rows.counts.sum() == 70 + 1 + 3 + 2
    assert rows.counts.shape[1] == MOST_SENTENCES
    for ids, windows, positions in zip(rows.ids, rows.windows, rows.positions, strict=True):
        begins = np.flatnonzero(ids == 1000)
        assert (positions[begins] == 0).all(), "each window has its mark at its begin"
        assert len(begins) == len(set(windows[windows != NOTHING]))


def test_the_adapted_model_is_the_one_that_a_worker_runs(model):
    dice, tokens = np.random.default_rng(0), Tokens(FOLDER)
    adapter = encoder.first_adapter(model, dice)
    for name in adapter:
        adapter[name] = dice.normal(scale=0.02, size=adapter[name].shape).astype(np.float32)
    texts = ["Could you send me an offer?", "They're much cheaper.", "Fine."]
    rows = packed([Cut(tokens.of(texts), np.zeros((3, len(KINDS)), bool))], tokens.begin, dice).at(np.array([0]))
    said = np.asarray(encoder.logits(adapter, model, rows))[0, :3]
    reader = Reader(FOLDER, 1, learning.learned(adapter))
    assert reader.score(texts) == pytest.approx(said, abs=1e-3)


def test_what_is_learned_tells_the_calls_it_was_learned_from(model, monkeypatch):
    monkeypatch.setattr(learning, "ROWS", 1)
    tokens = Tokens(FOLDER)
    texts = ["Is it open?", "It rains.", "Who has seen it?", "We went home.", "Was it late?", "They sleep."]
    truth = np.array([[kind == "question" and text.endswith("?") for kind in KINDS] for text in texts])
    judge = learning.learn([Cut(tokens.of(texts), truth)] * 4, model, tokens, rounds=40)
    scores = Reader(FOLDER, 1, judge).score(texts)
    assert ((scores >= 0) == truth).all()


def test_the_bar_balances_precision_and_recall():
    bar = balanced(np.array([0.9, 0.8, 0.7, 0.1]), np.array([True, False, True, False]))
    assert bar == pytest.approx(0.4), "two of three found are right, and all are found"


def test_some_calls_are_set_aside_and_none_that_the_judge_was_developed_with():
    aside = [one for one in calls() if one.is_aside]
    assert 30 <= len(aside) <= 80
    assert not any(one.is_early for one in aside)


def test_a_call_is_read_with_its_kinds_and_without_its_checklist(tmp_path):
    path = tmp_path / "call.txt"
    path.write_text("Two talk.\n\nA | q | Is it so?\nitem | a | b | | c | no\nB | | It rains.\n", "utf-8")
    call = read_call(path)
    assert call.texts == ("Is it so?", "It rains.")
    assert call.kinds == (frozenset({"question"}), frozenset())


def test_every_kind_has_examples_and_no_call_stands_twice():
    learned = calls()
    for kind in KINDS:
        assert sum(kind in kinds for call in learned for kinds in call.kinds) >= 200, kind
    texts = [call.texts for call in learned]
    assert len(set(texts)) == len(texts)
    assert {*KINDS, "sentiment_shift", "visual_change"} == {*EVENT_TYPES, "pleased", "displeased"}
