from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from services.video_analysis.core.subtitles import SubtitleMeter, are_burned_in

WIDTH, HEIGHT, RATE = 480, 270, 5
Luma = NDArray[np.uint8]
Text = tuple[float, float, str]

DIALOGUE: tuple[Text, ...] = (
    (1.0, 3.0, "I have never seen her before"),
    (3.0, 5.4, "Then who wrote all those letters"),
    (6.2, 8.0, "Nobody knows"),
    (8.6, 10.8, "We should go home now"),
    (11.2, 13.4, "It is getting dark and cold"),
)


def moving(seed: int = 1) -> Callable[[float], Luma]:
    """A textured picture that moves to the left."""
    dice = np.random.default_rng(seed)
    layers = [cv2.resize(dice.normal(0, size, (HEIGHT // size, 2000 // size)), (2000, HEIGHT)) for size in (3, 8, 30)]
    wide = cv2.normalize(sum(layers), None, 30, 200, cv2.NORM_MINMAX).astype(np.uint8)
    return lambda seconds: wide[:, round(40 * seconds) : round(40 * seconds) + WIDTH].copy()


def still(seed: int = 1) -> Callable[[float], Luma]:
    picture = moving(seed)(0)
    return lambda _: picture.copy()


def written(picture: Luma, text: str, *, left: int | None = None, baseline: int = 250) -> Luma:
    (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 1)
    at = ((WIDTH - width) // 2 if left is None else left, baseline)
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 16, 4, cv2.LINE_AA)
    return cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 230, 1, cv2.LINE_AA)


def judged(
    picture: Callable[[float], Luma], texts: tuple[Text, ...] = (), cuts: tuple[float, ...] = (), seconds: float = 15.0
) -> bool:
    meter = SubtitleMeter()
    for index in range(round(seconds * RATE)):
        time = index / RATE
        frame = picture(time)
        for begin, end, text in texts:
            if begin <= time < end:
                frame = written(frame, text)
        if meter.wants(time):
            meter.add(time, frame)
    return are_burned_in(meter.lines(), [(cut, cut) for cut in (0.0, *cuts)])


@pytest.mark.parametrize("background", [moving(), still()])
def test_lines_that_come_and_go_are_subtitles(background: Callable[[float], Luma]) -> None:
    assert judged(background, DIALOGUE)


@pytest.mark.parametrize("background", [moving(), still()])
def test_the_same_pictures_without_them_have_none(background: Callable[[float], Luma]) -> None:
    assert not judged(background)


def test_a_line_that_stays_is_a_logo() -> None:
    assert not judged(moving(), ((0.0, 15.0, "Rushes television"),))


def test_two_lines_are_titles() -> None:
    assert not judged(moving(), DIALOGUE[:2])


def test_lines_that_change_with_the_shots_are_slides() -> None:
    cuts = tuple(bound for begin, end, _ in DIALOGUE for bound in (begin, end))
    assert not judged(still(), DIALOGUE, cuts)


def test_points_that_appear_below_each_other_are_a_slide() -> None:
    meter = SubtitleMeter()
    for index in range(15 * RATE):
        frame = np.full((HEIGHT, WIDTH), 60, np.uint8)
        for row, (begin, _, text) in enumerate(DIALOGUE[:4]):
            if begin <= index / RATE:
                frame = written(frame, text, left=40, baseline=170 + 24 * row)
        if meter.wants(index / RATE):
            meter.add(index / RATE, frame)
    assert not are_burned_in(meter.lines(), [(0.0, 0.0)])


def test_credits_that_roll_are_no_subtitles() -> None:
    page = np.full((3 * HEIGHT, WIDTH), 16, np.uint8)
    for row in range(30):
        written(page, f"{DIALOGUE[row % 5][2]} {row}", baseline=30 + 24 * row)
    assert not judged(lambda seconds: page[round(30 * seconds) : round(30 * seconds) + HEIGHT].copy())


@pytest.mark.parametrize("shape", [(2, 480), (90, 160), (480, 270)])
def test_pictures_of_any_shape(shape: tuple[int, int]) -> None:
    meter = SubtitleMeter()
    for index in range(8):
        meter.add(index * 0.4, np.random.default_rng(index).integers(0, 255, shape, np.uint8))
    assert not are_burned_in(meter.lines(), [])
