"""How kinds are read from the model's states, and how the weights are kept."""

from dataclasses import replace

import numpy as np
import pytest

from services.insights import judge as weights
from services.insights.core.judging import Judge
from services.insights.core.kinds import KINDS

HEADS = 2


def test_a_kind_takes_the_answer_of_the_word_it_heeds():
    queries, answers = np.zeros((2, len(KINDS) * HEADS), np.float32), np.zeros((2, len(KINDS) * HEADS), np.float32)
    queries[0, 0], answers[1, 0] = 50.0, 1.0
    judge = Judge(queries, answers, np.full(len(KINDS), -0.5, np.float32))
    states = np.array([[1, 3], [0, 9], [0, 4], [1, 7]], np.float32)
    scores = judge.scores(states, [2, 4])
    assert scores[:, 0] == pytest.approx([2.5, 6.5]), "the first head of the first kind heeds words with a first number"
    assert (scores[:, 1:] == -0.5).all()


def test_a_sentence_is_judged_by_its_own_words():
    dice = np.random.default_rng(0)
    shape = (4, len(KINDS) * HEADS)
    judge = Judge(*dice.normal(size=(2, *shape)).astype(np.float32), np.zeros(len(KINDS), np.float32))
    states = dice.normal(size=(7, 4)).astype(np.float32)
    both = judge.scores(states, [3, 7])
    assert both[0] == pytest.approx(judge.scores(states[:3], [3])[0])
    assert both[1] == pytest.approx(judge.scores(states[3:], [4])[0])
    assert judge.scores(states[:0], []).shape == (0, len(KINDS))


def test_weights_come_back_as_they_were_stored(tmp_path):
    path = tmp_path / "judge.npz"
    learned = weights.load()
    weights.store(learned, path)
    again = weights.load(path)
    assert again.narrow.keys() == learned.narrow.keys()
    for name in learned.narrow:
        assert np.array_equal(again.change(name), learned.change(name))
    assert np.array_equal(again.judge.queries, learned.judge.queries)


def test_weights_learned_for_other_kinds_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "judge.npz"
    weights.store(replace(weights.load(), narrow={}), path)
    monkeypatch.setattr(weights, "KINDS", KINDS[::-1])
    with pytest.raises(ValueError, match="learned for other kinds"):
        weights.load(path)
