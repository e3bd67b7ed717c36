from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.transcription.core.speech import (
    CHUNK_SECONDS,
    PADDING_SECONDS,
    Span,
    halves,
    last_pause,
    original_time,
    pack,
    pad,
)


def approximately(spans: list[Span] | tuple[Span, ...], expected: list[tuple[float, float]]) -> bool:
    return [(span.start, span.end) for span in spans] == [pytest.approx(pair) for pair in expected]


def test_speech_gets_room_but_not_beyond_the_sound() -> None:
    padded = pad([Span(0.1, 1.0), Span(5.0, 9.9)], from_seconds=0.0, until_seconds=10.0)
    assert approximately(padded, [(0.0, 1.3), (4.7, 10.0)])


def test_a_short_pause_stays_and_a_long_one_is_left_out() -> None:
    padded = pad([Span(1, 2), Span(2.9, 4), Span(6, 7)], from_seconds=0.0, until_seconds=10.0)
    assert approximately(padded, [(0.7, 4.3), (5.7, 7.3)])


def test_chunks_are_filled_and_cut_in_pauses() -> None:
    chunks = pack([Span(0, 12), Span(14, 26), Span(28, 40)], from_seconds=0.0, until_seconds=40.0)
    assert approximately(chunks[0], [(0, 12.3), (13.7, 26.3)])
    assert approximately(chunks[1], [(27.7, 40)])


def test_a_chunk_ends_in_the_longest_pause_once_it_is_full_enough() -> None:
    # Room for the fourth span, but the sentence ends before it.
    first, second = pack(
        [Span(0, 10), Span(10.3, 22), Span(22.9, 26), Span(26.3, 40)], from_seconds=0, until_seconds=40
    )
    assert approximately(first, [(0, 22.3)])
    assert approximately(second, [(22.6, 40)])


def test_a_chunk_is_halved_in_the_pause_nearest_to_its_middle() -> None:
    spans = [Span(0, 4), Span(4.3, 9), Span(9.3, 14), Span(20, 30)]
    left, right = halves((Span(0, 14.3),), spans)
    assert approximately(left, [(0, 9.3)])
    assert approximately(right, [(9.0, 14.3)])


def test_a_chunk_without_a_pause_cannot_be_halved() -> None:
    assert halves((Span(0, 14.3),), [Span(0, 14)]) == []


def test_silence_makes_no_chunk() -> None:
    assert pack([], from_seconds=0.0, until_seconds=10.0) == []


def test_an_instant_of_a_chunk_leads_back_to_the_original() -> None:
    chunk = (Span(10, 12), Span(20, 25))
    assert original_time(chunk, 0.5) == 10.5
    assert original_time(chunk, 3.0) == 21.0
    assert original_time(chunk, 99.0) == 25.0


@given(st.lists(st.tuples(st.floats(0.2, 25), st.floats(0.2, 90)), max_size=40))
def test_every_chunk_fits_and_no_speech_is_lost(lengths: list[tuple[float, float]]) -> None:
    spans: list[Span] = []
    now = 0.0
    for speech, silence in lengths:
        spans.append(Span(now + silence, now + silence + speech))
        now = spans[-1].end
    chunks = pack(spans, from_seconds=0.0, until_seconds=now + 1)
    assert all(sum(piece.length for piece in chunk) <= CHUNK_SECONDS for chunk in chunks)
    pieces = [piece for chunk in chunks for piece in chunk]
    for span in spans:
        assert any(piece.start <= span.start and span.end <= piece.end for piece in pieces)
    assert all(left.start <= right.start for left, right in pairwise(pieces))


def test_a_track_is_cut_after_speech_that_is_surely_over() -> None:
    assert last_pause([Span(1, 2)], 10.0) == 10.0
    assert last_pause([], 10.0) == 10.0


def test_a_track_is_cut_before_speech_that_may_go_on() -> None:
    cut = last_pause([Span(1, 4), Span(6, 9.8)], 10.0)
    assert 4 < cut <= 6 - PADDING_SECONDS
    assert 4 < last_pause([Span(1, 4), Span(4.2, 10)], 10.0) < 4.2
