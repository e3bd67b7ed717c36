import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from services.video_analysis.core.grouping import group, same_views
from services.video_analysis.core.likeness import (
    SAMPLES,
    ShotLook,
    look_of,
    palette_likeness,
    sample_frames,
    view_likeness,
)
from services.video_analysis.core.scenes import Run, find_scenes

Picture = NDArray[np.uint8]


def view(place: int, number: int, *, light: float = 1.0) -> Picture:
    """A view of a place: views of one place share its three colours, not their arrangement."""
    colours = np.random.default_rng(1000 + place).integers(0, 256, (3, 3))
    arrangement = np.random.default_rng(number).integers(0, 3, (5, 8))
    return (cv2.resize(colours[arrangement].astype(np.uint8), (48, 27)) * light).astype(np.uint8)


def look(picture: Picture, seed: int = 0) -> ShotLook:
    """Of a shot that shows one picture, with grain and somebody who walks through."""
    samples = np.repeat(picture[None], SAMPLES, axis=0).astype(int)
    samples += np.random.default_rng(seed).integers(-4, 5, samples.shape)
    for index, sample in enumerate(samples):
        sample[12:22, 4 * index + seed : 4 * index + seed + 6] = (120, 90, 70)
    return look_of(np.clip(samples, 0, 255).astype(np.uint8))


def spans(seconds: list[float]) -> list[tuple[float, float]]:
    ends = np.cumsum(seconds)
    return list(zip(ends - seconds, ends, strict=True))


def scenes(looks: list[ShotLook], seconds: list[float] | None = None) -> list[tuple[int, int]]:
    times = spans(seconds or [4.0] * len(looks))
    return [(run.first, run.end) for run in find_scenes(looks, times, same_views(looks))]


def test_the_same_view_is_recognised_though_somebody_moves() -> None:
    assert view_likeness(look(view(1, 1), 1), look(view(1, 1), 5), least=0.4) > 0.6


def test_another_view_of_the_place_has_its_colours_only() -> None:
    left, right = look(view(1, 1)), look(view(1, 2))
    assert view_likeness(left, right, least=0.0) < 0.3
    assert palette_likeness(left, right) > 0.6


def test_another_place_has_neither() -> None:
    left, right = look(view(1, 1)), look(view(2, 2))
    assert view_likeness(left, right, least=0.0) < 0.3
    assert palette_likeness(left, right) < 0.4


def test_plain_pictures_show_no_view() -> None:
    black = look_of(np.zeros((SAMPLES, 27, 48, 3), np.uint8))
    assert view_likeness(black, black, least=0.0) == 0
    assert palette_likeness(black, black) == pytest.approx(1)


def test_samples_lie_within_the_shot() -> None:
    assert sample_frames(10, 11) == [10] * SAMPLES
    assert sample_frames(100, 200)[::4] == [110, 150, 190]


def test_both_sides_of_a_dialogue_are_groups() -> None:
    one, other = view(1, 1), view(2, 2)
    looks = [look(picture, seed) for seed, picture in enumerate([one, other, one, other, view(3, 3), one])]
    assert group(same_views(looks)) == [(0, 2, 5), (1, 3)]


def test_a_view_that_returns_much_later_is_of_the_group() -> None:
    looks = [look(view(place, place)) for place in range(30)]
    assert group(same_views([*looks, look(view(7, 7), 3)])) == [(7, 30)]


def test_nothing_alike_is_no_group() -> None:
    assert group(same_views([look(view(place, place)) for place in range(6)])) == []


def test_a_dialogue_is_one_scene_with_what_is_cut_into_it() -> None:
    one, other = view(1, 1), view(2, 2)
    looks = [look(picture) for picture in (view(5, 5), one, other, view(3, 3), one, other, view(6, 6))]
    assert scenes(looks) == [(0, 1), (1, 6), (6, 7)]


def test_a_change_of_place_begins_a_scene() -> None:
    looks = [look(view(place, 10 * place + number)) for place in range(3) for number in range(4)]
    assert scenes(looks) == [(0, 4), (4, 8), (8, 12)]


def test_the_same_view_much_later_is_another_scene() -> None:
    looks = [look(view(1, 1)), look(view(2, 2)), look(view(1, 1))]
    assert scenes(looks, [50.0, 50.0, 50.0]) == [(0, 1), (1, 2), (2, 3)]


def test_a_short_insert_belongs_to_a_scene_beside_it() -> None:
    looks = [look(view(1, 1)), look(view(2, 2)), look(view(3, 3))]
    (first, second) = scenes(looks, [20.0, 1.0, 20.0])
    assert (first[0], second[1]) == (0, 3)


@pytest.mark.parametrize("count", [1, 2, 40])
def test_scenes_tile_the_video(count: int) -> None:
    dice = np.random.default_rng(count)
    looks = [look(view(int(dice.integers(4)), int(dice.integers(9)))) for _ in range(count)]
    runs = scenes(looks, list(dice.uniform(0.3, 9.0, count)))
    assert runs[0][0] == 0
    assert runs[-1][1] == count
    assert [run[1] for run in runs[:-1]] == [run[0] for run in runs[1:]]


def test_no_shot_is_no_scene() -> None:
    assert find_scenes([], [], []) == []
    assert find_scenes([look(view(1, 1))], [(0.0, 0.1)], []) == [Run(0, 1)]
