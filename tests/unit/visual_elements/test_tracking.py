import cv2
import numpy as np

from services.visual_elements.core.recall import Reading, Recall
from services.visual_elements.core.strokes import lasting, stands, strokes_of, written_rows
from services.visual_elements.core.tracking import Tracker

PLACE = (60, 100, 260, 130)
SURE = Reading("Quarterly report", 0.99)


def noise(seed: int, codes: float = 3.0):
    return np.random.default_rng(seed).normal(0, codes, (270, 480))


def scene(text: str = "", *, seed: int = 0, left: int = 64, contrast: float = 1.0, background: int = 60):
    """A brightness plane with grain and a text."""
    layer = np.zeros((270, 480), np.uint8)
    cv2.putText(layer, text, (left, 122), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 1, cv2.LINE_AA)
    plane = background + noise(seed) + layer * contrast * 150 / 255
    return np.clip(plane, 16, 235).astype(np.uint8)


def strokes(text: str = "", **options):
    return strokes_of(scene(text, **options))


def rows_of(text: str, **options) -> list[int]:
    return np.flatnonzero(written_rows(strokes(text, **options))).tolist()


def test_strokes_tell_brighter_from_darker_and_pass_over_grain() -> None:
    plane = np.full((8, 9), 100, np.uint8)
    plane[:, 3:6] = 180
    found = strokes_of(plane)
    assert found[:, 2].tolist() == [1] * 8
    assert found[:, 5].tolist() == [-1] * 8
    assert np.count_nonzero(found) == 16
    assert np.count_nonzero(strokes("")) < 30


def test_writing_is_found_in_its_rows() -> None:
    assert rows_of("") == []
    rows = rows_of("Quarterly report")
    assert rows
    assert all(104 <= row * 8 + 4 <= 128 for row in rows)
    # One long straight edge is no writing.
    plane = scene()
    plane[:, 240:] = 200
    assert not written_rows(strokes_of(plane)).any()


def test_only_strokes_that_are_new_and_stay_count() -> None:
    before, now = strokes("Old", seed=1), strokes("Old", seed=2)
    assert not written_rows(lasting(now, before), unlike=before).any()
    new = strokes("Brand new words", seed=3)
    assert written_rows(lasting(strokes("Brand new words", seed=4), new), unlike=before).any()
    # A text that moves by a few pixels has no lasting strokes to speak of.
    moved = lasting(strokes("Brand new words", left=70), strokes("Brand new words", left=64))
    assert np.count_nonzero(moved) < np.count_nonzero(new) / 2


def test_a_text_stands_through_grain_fading_and_changing_backgrounds_but_not_after_another() -> None:
    left, top, right, bottom = PLACE
    reference = strokes("Quarterly report")[top:bottom, left : right - 1]

    def still(*arguments, **options) -> bool:
        return stands(reference, strokes(*arguments, **options)[top:bottom, left : right - 1])

    assert still("Quarterly report", seed=9)
    assert still("Quarterly report", contrast=0.6)
    assert still("Quarterly report", background=30)
    assert not still("Monthly figures!")
    assert not still("Quarterly report", left=67)
    assert not still("")


def follow(texts: list[str], read_at: int, *, reading: Reading = SURE):
    """Sample five pictures a second; the text is read in the picture `read_at`."""
    tracker = Tracker()
    stood = []
    for index, text in enumerate(texts):
        stood += tracker.sample(index / 5, strokes(text, seed=index))
        if index == read_at:
            stood += tracker.begin([(PLACE, reading)])
    return [(text.start_seconds, text.end_seconds) for text in [*stood, *tracker.finish(len(texts) / 5)]]


def test_a_text_is_followed_from_before_it_was_read_until_it_goes() -> None:
    texts = [""] * 4 + ["Quarterly report"] * 10 + [""] * 6
    assert follow(texts, read_at=9) == [(0.8, 2.8)]


def test_a_flash_does_not_end_a_text_and_the_end_of_the_video_does() -> None:
    texts = ["Quarterly report"] * 5 + [""] + ["Quarterly report"] * 4
    assert follow(texts, read_at=0) == [(0.0, 2.0)]


def test_a_known_text_needs_no_reading_and_a_doubtful_one_does_for_a_while() -> None:
    tracker = Tracker()
    tracker.sample(0.0, strokes("Quarterly report"))
    tracker.begin([(PLACE, Reading("Quarterly repart", 0.8))])
    assert tracker.doubtful_rows == (PLACE[1], PLACE[3])
    assert not tracker.is_known(PLACE)
    tracker.sample(0.6, strokes("Quarterly report"))
    assert tracker.begin([(PLACE, SURE)]) == []
    assert tracker.doubtful_rows is None
    assert tracker.is_known((PLACE[0] + 5, PLACE[1], PLACE[2], PLACE[3] + 2))
    assert not tracker.is_known((300, 10, 400, 30))
    (stood,) = tracker.finish(1.0)
    assert (stood.text, stood.start_seconds, stood.end_seconds) == ("Quarterly report", 0.0, 1.0)


def test_a_text_that_takes_the_place_of_another_ends_it() -> None:
    tracker = Tracker()
    tracker.sample(0.0, strokes("Quarterly report"))
    tracker.begin([(PLACE, SURE)])
    tracker.sample(0.2, strokes("Monthly figures!"))
    (ended,) = tracker.begin([(PLACE, Reading("Monthly figures!", 0.99))])
    assert (ended.text, ended.end_seconds) == ("Quarterly report", 0.2)


def test_one_digit_that_changes_makes_another_text_and_grain_does_not() -> None:
    tracker = Tracker()
    for index in range(20):
        text = "Level 17 of 20" if index < 10 else "Level 18 of 20"
        assert tracker.sample(index / 5, strokes(text, seed=index)) == []
        if index == 2:
            tracker.begin([(PLACE, Reading("Level 17 of 20", 0.99))])
        if 2 <= index < 10:
            assert tracker.is_known(PLACE)
    assert not tracker.is_known(PLACE)
    (ended,) = tracker.begin([(PLACE, Reading("Level 18 of 20", 0.99))])
    (stood,) = tracker.finish(4.0)
    assert (ended.text, ended.start_seconds, stood.text) == ("Level 17 of 20", 0.0, "Level 18 of 20")
    assert ended.end_seconds == stood.start_seconds
    assert 2.0 <= stood.start_seconds <= 2.4


def test_rows_to_search_are_widened_to_whole_lines() -> None:
    tracker = Tracker()
    tracker.sample(0.0, strokes("Quarterly report"))
    tracker.begin([(PLACE, SURE)])
    assert tracker.whole_lines((120, 160)) == (100, 160)
    assert tracker.whole_lines((140, 160)) == (140, 160)


def line(text: str, *, seed: int = 0, shift: int = 0):
    """The picture of a line as it is cut out, in colour."""
    grey = scene(text, seed=seed)[100 + shift : 130 + shift, 60 + shift : 260 + shift]
    return np.repeat(grey[:, :, None], 3, axis=2)


def test_a_line_is_known_again_where_it_moved_and_another_is_not() -> None:
    recall = Recall()
    first = recall.find(line("Room 50 is free"))
    assert recall.find(line("Room 50 is free", seed=5)) is first
    assert recall.find(line("Room 50 is free", seed=6, shift=1)) is first
    assert recall.find(line("Room 60 is free", seed=7)) is not first
    assert recall.find(line("Quite another one", seed=8)) is not first
