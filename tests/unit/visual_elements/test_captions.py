from dataclasses import replace

import pytest

from services.visual_elements.core.captions import texts_by_window, texts_in, to_captions
from services.visual_elements.core.tracking import Stood

SIZE = (480, 270)
LOW = (100, 220, 300, 240)
BASE = Stood(text="Harbor Foods", confidence=0.99, place=LOW, start_seconds=1.0, end_seconds=3.0)


def captions(*texts: Stood):
    return [(caption.text, caption.start_seconds, caption.end_seconds) for caption in to_captions(texts, SIZE)]


def test_a_text_that_flickers_is_one_caption_and_one_that_returns_is_another() -> None:
    flicker, later = replace(BASE, start_seconds=3.4, end_seconds=5.0), replace(BASE, start_seconds=9, end_seconds=10)
    assert captions(BASE, later, flicker) == [("Harbor Foods", 1.0, 5.0), ("Harbor Foods", 9, 10)]


def test_a_text_that_moves_is_one_caption() -> None:
    moved = replace(BASE, place=(100, 100, 300, 120), start_seconds=5.5, end_seconds=6.0)
    assert captions(BASE, moved) == [("Harbor Foods", 1.0, 6.0)]


def test_a_text_that_moves_past_a_place_where_its_like_was_is_still_one() -> None:
    # Two boxes with the same words on a belt: one comes where the other was a while ago.
    there = replace(BASE, place=(100, 100, 300, 120))
    texts = [
        replace(BASE, start_seconds=1.0, end_seconds=1.4),
        replace(BASE, start_seconds=3.0, end_seconds=3.4),
        replace(there, start_seconds=3.2, end_seconds=4.0),
    ]
    assert captions(*texts) == [("Harbor Foods", 1.0, 4.0)]


def test_a_text_that_is_typed_is_one_caption_with_all_of_it() -> None:
    typed = [
        replace(BASE, text="Harbor", place=(100, 220, 200, 240), end_seconds=1.6),
        replace(BASE, start_seconds=1.6),
    ]
    assert captions(*typed) == [("Harbor Foods", 1.0, 3.0)]


def test_what_a_side_cuts_off_belongs_to_the_whole_text_or_is_left_out() -> None:
    cut = replace(BASE, text="BOR FOODS", place=(0, 100, 60, 120), start_seconds=2.0, end_seconds=2.4)
    assert captions(BASE, cut) == [("Harbor Foods", 1.0, 3.0)]
    assert captions(cut) == []
    assert captions(replace(cut, end_seconds=5.0)) == [("BOR FOODS", 2.0, 5.0)]


def test_a_doubtful_reading_of_the_same_gives_way_but_other_numbers_are_other_texts() -> None:
    doubtful = replace(BASE, text="Harbur Foods", confidence=0.82, end_seconds=1.5)
    assert captions(doubtful, replace(BASE, start_seconds=1.5)) == [("Harbor Foods", 1.0, 3.0)]
    first = replace(BASE, text="Level 17 of 20", confidence=0.85, end_seconds=1.5)
    second = replace(BASE, text="Level 18 of 20", confidence=0.85, start_seconds=1.5)
    assert [text for text, *_ in captions(first, second)] == ["Level 17 of 20", "Level 18 of 20"]


def test_a_reading_of_a_moment_gives_way_to_one_that_stood() -> None:
    moment = replace(BASE, text="Harbor Fodos", confidence=0.99, end_seconds=1.2)
    assert captions(moment, replace(BASE, start_seconds=1.1, confidence=0.92)) == [("Harbor Foods", 1.0, 3.0)]


def test_subtitles_that_resemble_each_other_stay_apart() -> None:
    first, second = replace(BASE, text="I am here now", end_seconds=2.0), replace(BASE, text="I am there now")
    assert len(captions(first, replace(second, start_seconds=2.0))) == 2


@pytest.mark.parametrize(
    "noise",
    [
        replace(BASE, confidence=0.7),
        replace(BASE, text="I"),
        replace(BASE, text="-- ■"),
        replace(BASE, text="LE", confidence=0.9),
        replace(BASE, confidence=0.85, end_seconds=1.0),
    ],
)
def test_what_is_hardly_a_text_is_left_out(noise) -> None:
    assert captions(noise) == []


def test_a_text_that_comes_and_goes_with_a_cut_has_its_exact_time() -> None:
    late = replace(BASE, start_seconds=1.1, end_seconds=3.1)
    (caption,) = to_captions([late], SIZE, cuts=[0.0, 1.04, 2.0, 3.0])
    assert (caption.start_seconds, caption.end_seconds) == (1.04, 3.0)


def test_places_are_shares_of_the_picture() -> None:
    (caption,) = to_captions([replace(BASE, place=(120, 27, 240, 54))], SIZE)
    assert (caption.left, caption.top, caption.right, caption.bottom) == (0.25, 0.1, 0.5, 0.2)


def test_a_window_tells_its_texts_in_the_order_of_reading() -> None:
    def text(name: str, left: int, top: int, start: float, end: float) -> Stood:
        return Stood(name, 1.0, (left, top, left + 60, top + 20), start, end)

    found = to_captions(
        [
            text("after", 10, 10, 5.0, 5.8),
            text("right", 200, 12, 3.0, 4.8),
            text("below", 10, 100, 0.0, 4.8),
            text("left", 10, 15, 3.4, 4.8),
            text("gone before", 10, 10, 0.0, 3.1),
            text("left", 10, 200, 3.4, 4.8),
        ],
        SIZE,
    )
    assert texts_in(found, 3.0, 6.0) == ("left", "right", "below", "after")
    assert texts_in(found, 6.0, 9.0) == ()
    windows = [(0.0, 3.0), (3.0, 6.0), (6.0, 9.0)]
    assert texts_by_window(found, windows) == [texts_in(found, *window) for window in windows]
    assert texts_by_window(found, windows)[0] == ("gone before", "below")
