import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from services.video_analysis.core.composition import Person, compose, nearness_to_thirds
from services.video_analysis.core.lines import leading_lines
from services.video_analysis.core.saliency import salient_place

WIDTH, HEIGHT = 480, 270
Picture = NDArray[np.uint8]


def backdrop(seed: int = 1) -> Picture:
    """A meadow under a sky, with grain."""
    picture = np.full((HEIGHT, WIDTH, 3), (200, 180, 150), np.uint8)
    picture[HEIGHT // 2 :] = (60, 140, 90)
    noise = np.random.default_rng(seed).normal(0, 4, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def with_ball(x: float, y: float, radius: int = 25) -> Picture:
    picture = backdrop()
    cv2.circle(picture, (round(x * WIDTH), round(y * HEIGHT)), radius, (40, 40, 210), -1, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize("place", [(0.5, 0.5), (0.3, 0.4), (0.7, 0.62), (0.25, 0.7), (0.66, 0.3)])
def test_the_eye_goes_to_what_stands_out(place: tuple[float, float]) -> None:
    assert salient_place(with_ball(*place)) == pytest.approx(place, abs=0.04)


def test_a_small_light_thing_on_dark_ground_stands_out() -> None:
    picture = np.full((HEIGHT, WIDTH, 3), 30, np.uint8)
    picture[80:100, 330:350] = 220
    assert salient_place(picture) == pytest.approx((340 / WIDTH, 90 / HEIGHT), abs=0.04)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_nothing_stands_out_of_a_plain_picture(level: int) -> None:
    assert salient_place(np.full((HEIGHT, WIDTH, 3), level, np.uint8)) is None


def test_nothing_stands_out_of_grain() -> None:
    noise = np.random.default_rng(2).normal(128, 25, (HEIGHT, WIDTH, 3))
    assert salient_place(np.clip(noise, 0, 255).astype(np.uint8)) is None


@pytest.mark.parametrize(
    ("place", "nearness"),
    [((1 / 3, 2 / 3), 1.0), ((2 / 3, 1 / 3), 1.0), ((0.5, 0.5), 0.5), ((0.0, 0.0), 0.0), ((1.0, 1.0), 0.0)],
)
def test_nearness_to_the_thirds(place: tuple[float, float], nearness: float) -> None:
    assert nearness_to_thirds(*place) == pytest.approx(nearness)


def road(*lines: tuple[float, float], vanishing: tuple[float, float] = (0.5, 0.4)) -> Picture:
    """Lines from places on the lower border, in shares of the width and of their length, to one point."""
    picture = np.full((HEIGHT, WIDTH), 90, np.uint8)
    point = np.array(vanishing) * (WIDTH, HEIGHT)
    for start_x, length in lines:
        start = np.array([start_x * WIDTH, HEIGHT - 1])
        end = start + (point - start) * length
        cv2.line(picture, start.astype(int).tolist(), end.astype(int).tolist(), 210, 2, cv2.LINE_AA)
    return picture


def test_lines_that_run_to_one_point_lead() -> None:
    assert leading_lines(road((0.05, 0.9), (0.3, 0.9), (0.7, 0.9), (0.95, 0.9))) > 0.6


def test_longer_lines_lead_more() -> None:
    short, long = (leading_lines(road(*((x, length) for x in (0.1, 0.35, 0.7, 0.9)))) for length in (0.45, 0.9))
    assert 0 < short < long


def test_a_grid_leads_nowhere() -> None:
    picture = np.full((HEIGHT, WIDTH), 90, np.uint8)
    picture[20::50] = picture[:, 20::60] = 210
    assert leading_lines(picture) == 0


def test_parallel_stripes_lead_nowhere() -> None:
    picture = np.full((HEIGHT, WIDTH), 90, np.uint8)
    for x in range(-200, WIDTH, 60):
        cv2.line(picture, (x, HEIGHT), (x + 200, 0), 210, 2, cv2.LINE_AA)
    assert leading_lines(picture) == 0


def test_clutter_leads_nowhere() -> None:
    noise = np.random.default_rng(3).integers(0, 255, (HEIGHT, WIDTH), np.uint8)
    assert leading_lines(noise) < 0.1
    assert leading_lines(np.zeros((HEIGHT, WIDTH), np.uint8)) == 0


def test_a_person_is_the_subject_and_has_headroom() -> None:
    person = Person(0.9, left=0.25, top=0.2, right=0.45, bottom=1.0)
    found = compose(with_ball(0.8, 0.5), [person])
    assert found.headroom == 0.2
    assert found.subject == pytest.approx((0.35, 0.2 + 0.25 * 0.2 * 16 / 9), abs=0.002)
    assert found.thirds == pytest.approx(nearness_to_thirds(0.35, 0.289), abs=0.01)


def test_the_largest_person_counts() -> None:
    small, large = Person(0.9, 0.1, 0.3, 0.2, 0.9), Person(0.7, 0.5, 0.1, 0.9, 1.0)
    assert compose(backdrop(), [small, large]).headroom == 0.1


def test_doubtful_and_tiny_people_are_nobody() -> None:
    doubtful, tiny = Person(0.4, 0.5, 0.1, 0.9, 1.0), Person(0.9, 0.5, 0.5, 0.55, 0.65)
    found = compose(with_ball(0.3, 0.4), [doubtful, tiny])
    assert found.headroom is None
    assert found.subject == pytest.approx((0.3, 0.4), abs=0.04)


def test_a_plain_picture_has_no_composition() -> None:
    found = compose(np.zeros((HEIGHT, WIDTH, 3), np.uint8), [])
    assert (found.subject, found.thirds, found.headroom, found.leading_lines) == (None, None, None, 0)


@pytest.mark.parametrize("shape", [(2, 480), (480, 270), (1, 1), (3, 5)])
def test_pictures_of_any_shape(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(4).integers(0, 255, (*shape, 3), np.uint8)
    found = compose(picture, [])
    assert 0 <= found.leading_lines <= 1
