"""Windows of a conversation: each sentence judged once, with the talk around it, and never too much at once."""

import pytest

from services.insights.core.windows import BEFORE_TOKENS, BEHIND_TOKENS, MOST_TOKENS, Window, windows


def test_a_short_conversation_is_one_window():
    assert windows([10, 20, 30]) == [Window(0, 0, 3, 3)]
    assert windows([]) == []


@pytest.mark.parametrize("sizes", [[16] * 200, [MOST_TOKENS - 1] * 5, [100, 3, 250, 2, 2, 90, 90, 90, 255, 1]])
def test_each_sentence_is_judged_once_and_no_window_is_too_large(sizes: list[int]) -> None:
    found = windows(sizes)
    assert [index for window in found for index in range(window.begin, window.end)] == list(range(len(sizes)))
    for window in found:
        assert window.first <= window.begin < window.end <= window.last
        assert 1 + sum(sizes[window.first : window.last]) <= MOST_TOKENS


def test_a_window_within_a_conversation_has_talk_before_and_behind():
    inner = windows([16] * 200)[1:-1]
    assert inner
    for window in inner:
        assert (window.begin - window.first) * 16 == BEFORE_TOKENS
        assert (window.last - window.end) * 16 == BEHIND_TOKENS
