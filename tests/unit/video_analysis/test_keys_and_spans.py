import cv2
import numpy as np
import pytest

from services.video_analysis.composing import most_telling
from services.video_analysis.core.describing import cuts_a_minute, describe_groups, describe_scenes, describe_shots
from services.video_analysis.core.keys import SharpnessMeter, choose_key
from services.video_analysis.core.scenes import Run
from services.video_analysis.core.shots import FoundShot
from services.video_analysis.core.spans import Span, changes_of, spans_of
from shared.contracts.colours import COLOUR_NAMES
from shared.contracts.reports.video_analysis import Composition

TIMES = np.arange(100) / 10
SHOTS = [
    FoundShot(0.0, 4.0, None, 0.0, None),
    FoundShot(4.0, 7.0, "dissolve", 1.0, 0.8),
    FoundShot(7.0, 10.0, "cut", 0.0, 0.9),
]


def test_shots_tile_the_frames_and_gradual_transitions_are_nobodys() -> None:
    assert spans_of(SHOTS, TIMES) == [Span(0, 40, 0, 35), Span(40, 70, 45, 70), Span(70, 100, 70, 100)]
    assert changes_of(SHOTS) == [(0.0, 0.0), (3.5, 4.5), (7.0, 7.0)]


def test_a_shot_that_is_all_transition_keeps_its_frames() -> None:
    shots = [
        FoundShot(0.0, 5.0, None, 0.0, None),
        FoundShot(5.0, 5.3, "dissolve", 2.0, 0.5),
        FoundShot(5.3, 10.0, "cut", 0.0, 0.9),
    ]
    assert spans_of(shots, TIMES)[1] == Span(50, 53, 50, 53)


def test_frames_of_uneven_length() -> None:
    times = np.array([0.0, 0.1, 2.0, 2.05, 4.0])
    shots = [FoundShot(0.0, 2.05, None, 0.0, None), FoundShot(2.05, 5.0, "cut", 0.0, 1.0)]
    assert [(span.first, span.end) for span in spans_of(shots, times)] == [(0, 3), (3, 5)]


def test_sharpness_falls_with_blur_and_is_measured_now_and_then() -> None:
    sharp = np.random.default_rng(1).integers(0, 255, (270, 480), np.uint8)
    meter = SharpnessMeter()
    pictures = [sharp, cv2.GaussianBlur(sharp, (0, 0), 2), cv2.GaussianBlur(sharp, (0, 0), 5)]
    for frame in range(15):
        if meter.wants(frame / 25):
            meter.add(frame, frame / 25, pictures[len(meter.frames)])
    assert meter.frames == [0, 5, 10]
    assert meter.sharpness == sorted(meter.sharpness, reverse=True)


@pytest.mark.parametrize(
    ("sharpness", "speeds", "odd_one", "best"),
    [([1, 9, 1, 1], [0, 0, 0, 0], None, 1), ([9, 9, 9, 9], [1, 1, 0, 1], None, 2), ([9, 9, 9, 9], [0] * 4, 0, 1)],
)
def test_the_key_picture_is_sharp_still_and_typical(
    sharpness: list[int], speeds: list[int], odd_one: int | None, best: int
) -> None:
    small = np.full((4, 27, 48, 3), 100, np.uint8)
    if odd_one is not None:
        small[odd_one] = 200
    assert choose_key(np.array(sharpness, float), small, np.array(speeds, float)) == best


def test_the_key_of_black_is_its_first() -> None:
    assert choose_key(np.zeros(3), np.zeros((3, 27, 48, 3), np.uint8), np.zeros(3)) == 0


def test_long_shots_are_looked_at_first_and_repeated_views_last() -> None:
    lengths = [1.0, 9.0, 3.0, 8.0, 2.0]
    assert most_telling([(1, 3)], lengths, a_minute=3, duration_seconds=23.0) == [1, 2, 4]
    assert most_telling([], lengths, a_minute=1, duration_seconds=90.0) == [1, 3]
    assert most_telling([], lengths, a_minute=9, duration_seconds=23.0) == [0, 1, 2, 3, 4]


def test_what_was_measured_becomes_the_reports_shots_groups_and_scenes() -> None:
    colours = np.zeros((100, len(COLOUR_NAMES)), np.float16)
    colours[:35, COLOUR_NAMES.index("red")] = 1
    # The middle of the dissolve is of neither colour and belongs to none of the two shots.
    colours[35:45, COLOUR_NAMES.index("purple")] = 1
    colours[45:, COLOUR_NAMES.index("blue")] = 1
    speeds = np.r_[np.full(70, 0.01), np.full(30, 0.2)].astype(np.float32)
    composition = Composition(subject=None, thirds=None, headroom=None, leading_lines=0.0)
    spans = spans_of(SHOTS, TIMES)
    shots = describe_shots(SHOTS, spans, [1.0, 5.0, 8.0], {1: composition}, colour_shares=colours, speeds=speeds)
    assert [shot.colours for shot in shots] == [("red",), ("blue",), ("blue",)]
    assert [shot.motion for shot in shots] == ["low", "low", "high"]
    assert [shot.composition for shot in shots] == [None, composition, None]
    assert [(shot.transition_in, shot.transition_seconds) for shot in shots] == [(None, 0), ("dissolve", 1), ("cut", 0)]
    (group,) = describe_groups([(0, 2)], spans, colours)
    assert (group.index, group.shot_indices, group.colours) == (0, (0, 2), ("red", "blue"))
    first, second = describe_scenes([Run(0, 2), Run(2, 3)], SHOTS, spans, colour_shares=colours, speeds=speeds)
    assert (first.start_seconds, first.end_seconds, first.shot_indices, first.motion) == (0.0, 7.0, (0, 1), "low")
    assert (second.start_seconds, second.end_seconds, second.shot_indices, second.motion) == (7.0, 10.0, (2,), "high")


def test_transitions_per_minute() -> None:
    assert cuts_a_minute(13, 60.0) == 12
    assert cuts_a_minute(1, 60.0) == 0
    assert cuts_a_minute(1, 0.0) == 0
