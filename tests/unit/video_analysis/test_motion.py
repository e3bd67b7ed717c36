import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from services.video_analysis.core.motion import MotionMeter
from shared.contracts.motion import motion_level

WIDTH, HEIGHT = 480, 270
Luma = NDArray[np.uint8]


def landscape(seed: int = 1) -> Luma:
    """Texture of all sizes, as pictures have it, wider than the frame; 40 to 220."""
    dice = np.random.default_rng(seed)
    layers = [
        cv2.resize(dice.normal(0, size, (HEIGHT // size, 3 * WIDTH // size)), (3 * WIDTH, HEIGHT))
        for size in (3, 6, 15, 40)
    ]
    return cv2.normalize(sum(layers), None, 40, 220, cv2.NORM_MINMAX).astype(np.uint8)


def view(wide: Luma, left: float) -> Luma:
    """The frame-sized part that begins at a column, fractions included."""
    shift = np.array([[1, 0, -left], [0, 1, 0]], np.float64)
    return cv2.warpAffine(wide, shift, (WIDTH, HEIGHT))


def grainy(luma: Luma, deviation: float, seed: int) -> Luma:
    noise = np.random.default_rng(seed).normal(0, deviation, luma.shape)
    return np.clip(luma + noise, 0, 255).astype(np.uint8)


def measured(pictures: list[Luma], rate: float, starts: tuple[int, ...] = (0,)) -> NDArray[np.float32]:
    meter = MotionMeter()
    for index, picture in enumerate(pictures):
        meter.add(index / rate, picture)
    return meter.speeds(starts)


def pan(speed: float, rate: float, seconds: float = 0.8, contrast: float = 1.0) -> list[Luma]:
    wide = (128 + (landscape().astype(float) - 128) * contrast).astype(np.uint8)
    return [view(wide, 20 + index / rate * speed * WIDTH) for index in range(round(seconds * rate))]


@pytest.mark.parametrize("rate", [8, 25, 30, 60, 120])
@pytest.mark.parametrize("speed", [0.05, 0.2, 0.5])
def test_a_pan_is_as_fast_as_it_is(speed: float, rate: float) -> None:
    assert measured(pan(speed, rate), rate).mean() == pytest.approx(speed, rel=0.1, abs=0.01)


@pytest.mark.parametrize("contrast", [1.0, 0.5, 0.25])
def test_contrast_does_not_matter(contrast: float) -> None:
    assert measured(pan(0.2, 25, contrast=contrast), 25).mean() == pytest.approx(0.2, rel=0.1)


def test_grain_on_a_still_picture_is_no_motion() -> None:
    still = view(landscape(), 0)
    assert measured([grainy(still, 5, seed) for seed in range(12)], 25).mean() < 0.01


def test_grain_on_a_plain_picture_is_no_motion() -> None:
    plain = np.full((HEIGHT, WIDTH), 90, np.uint8)
    assert measured([grainy(plain, 5, seed) for seed in range(12)], 25).max() == 0


def test_flicker_is_no_motion() -> None:
    still = view(landscape(), 0).astype(float)
    pictures = [(still * (0.8 + 0.2 * (index % 2))).astype(np.uint8) for index in range(12)]
    assert measured(pictures, 25).mean() < 0.01


def test_the_motion_across_a_cut_is_left_out() -> None:
    pictures = [view(landscape(1), 0)] * 10 + [view(landscape(2), 0)] * 10
    assert measured(pictures, 25).max() > 0.2
    assert measured(pictures, 25, starts=(0, 10)).max() < 0.001


def test_every_frame_has_its_own_shots_motion() -> None:
    pictures = pan(0.2, 25, seconds=0.6) + [view(landscape(2), 0)] * 15
    speeds = measured(pictures, 25, starts=(0, 15))
    assert speeds.shape == (30,)
    assert speeds[:15] == pytest.approx(0.2, rel=0.1)
    assert speeds[15:].max() < 0.001


def test_frames_in_doubt_take_the_motion_beside_them() -> None:
    meter = MotionMeter()
    pictures = [*[view(landscape(), 0)] * 5, *[view(landscape(), 60)] * 5]
    for index, picture in enumerate(pictures):
        meter.add(index / 10, picture)
    assert meter.speeds([0])[5] > 0.5
    assert meter.speeds([0], [(5, 6)]).max() < 0.001


@pytest.mark.parametrize("shape", [(2, 480), (48, 64), (480, 270), (17, 16)])
def test_pictures_of_any_shape(shape: tuple[int, int]) -> None:
    pictures = [np.full(shape, light, np.uint8) for light in (10, 200)]
    assert measured(pictures, 25).tolist() == [0, 0]


def test_one_picture_does_not_move() -> None:
    assert measured([landscape()], 25).tolist() == [0]


def test_words_for_speeds() -> None:
    assert [motion_level(speed) for speed in (0, 0.029, 0.03, 0.149, 0.15, 4)] == [
        "low",
        "low",
        "medium",
        "medium",
        "high",
        "high",
    ]
