import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from services.video_analysis.core.area import AreaMeter
from shared.contracts.reports.video_analysis import PictureArea

WIDTH, HEIGHT = 480, 270
Luma = NDArray[np.uint8]


def scenery(width: int, height: int, seed: int, *, lightest: int = 220) -> Luma:
    coarse = np.random.default_rng(seed).integers(20, lightest, (9, 16), np.uint8)
    return cv2.resize(coarse, (width, height))


def in_bars(left: float, top: float, right: float, bottom: float, seed: int, *, lightest: int = 220) -> Luma:
    """A picture between bars of so many pixels; a fraction is a mixed line, as after scaling."""
    large = 4
    frame = np.full((HEIGHT * large, WIDTH * large), 16, np.uint8)
    x, y = round(left * large), round(top * large)
    width, height = frame.shape[1] - x - round(right * large), frame.shape[0] - y - round(bottom * large)
    frame[y : y + height, x : x + width] = scenery(width, height, seed, lightest=lightest)
    return cv2.resize(frame, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)


def area(pictures: list[Luma]) -> PictureArea:
    meter = AreaMeter()
    for picture in pictures:
        meter.add(picture)
    return meter.area(1920, 1080)


def bars(found: PictureArea) -> tuple[float, float, float, float]:
    return found.left * WIDTH, found.top * HEIGHT, found.right * WIDTH, found.bottom * HEIGHT


@pytest.mark.parametrize(
    ("placed", "aspect_ratio"),
    [
        ((0, 34.5, 0, 34.5), 2.389),
        ((60, 0, 60, 0), 4 / 3),
        ((164, 0, 164, 0), 152 / 270),
        ((60, 22.5, 60, 22.5), 1.6),
        ((0, 10, 0, 40.25), 480 / 219.75),
        ((0, 0, 0, 0), 16 / 9),
    ],
)
def test_bars_of_every_kind(placed: tuple[float, float, float, float], aspect_ratio: float) -> None:
    found = area([in_bars(*placed, seed) for seed in range(5)])
    assert bars(found) == pytest.approx(placed, abs=0.6)
    assert found.aspect_ratio == pytest.approx(aspect_ratio, rel=0.008)


def test_dark_scenes_do_not_widen_the_bars() -> None:
    pictures = [in_bars(0, 34, 0, 34, seed, lightest=26) for seed in range(20)]
    pictures += [in_bars(0, 34, 0, 34, seed) for seed in range(20, 23)]
    assert bars(area(pictures)) == pytest.approx((0, 34, 0, 34), abs=0.6)


def test_a_subtitle_in_the_lower_bar_is_no_picture() -> None:
    pictures = [in_bars(0, 34, 0, 34, seed) for seed in range(6)]
    for picture in pictures:
        cv2.putText(picture, "Nobody said it would be easy", (90, 258), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 235, 2)
    assert bars(area(pictures)) == pytest.approx((0, 34, 0, 34), abs=0.6)


def test_a_logo_in_a_side_bar_is_no_picture() -> None:
    pictures = [in_bars(60, 0, 60, 0, seed) for seed in range(6)]
    for picture in pictures:
        picture[10:30, 440:470] = 200
    assert bars(area(pictures)) == pytest.approx((60, 0, 60, 0), abs=0.6)


def test_a_title_over_the_whole_frame_does_not_hide_the_bars() -> None:
    pictures = [scenery(WIDTH, HEIGHT, 99), *(in_bars(60, 0, 60, 0, seed) for seed in range(30))]
    assert bars(area(pictures)) == pytest.approx((60, 0, 60, 0), abs=0.6)


def test_text_on_black_is_no_picture_in_bars() -> None:
    card = np.full((HEIGHT, WIDTH), 16, np.uint8)
    for row, text in enumerate(("Directed by", "A Person", "and many others")):
        cv2.putText(card, text, (120, 90 + 40 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 235, 2)
    assert bars(area([card] * 3)) == (0, 0, 0, 0)


def test_a_night_sky_is_no_bar() -> None:
    night = np.tile(np.linspace(16, 140, HEIGHT).astype(np.uint8)[:, None], (1, WIDTH))
    assert bars(area([night] * 3)) == (0, 0, 0, 0)


@pytest.mark.parametrize("luma", [0, 16, 235])
def test_a_plain_video_is_all_picture(luma: int) -> None:
    assert area([np.full((HEIGHT, WIDTH), luma, np.uint8)]) == PictureArea(
        left=0, top=0, right=0, bottom=0, aspect_ratio=1.7778
    )


@pytest.mark.parametrize("shape", [(2, 480), (480, 2), (1, 1)])
def test_odd_shapes(shape: tuple[int, int]) -> None:
    assert bars(area([np.full(shape, 100, np.uint8)])) == (0, 0, 0, 0)


def test_nothing_seen_is_the_whole_frame() -> None:
    assert area([]).aspect_ratio == pytest.approx(16 / 9, abs=1e-4)
