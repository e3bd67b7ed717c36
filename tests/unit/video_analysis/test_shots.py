from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from services.video_analysis.core.measuring import measure
from services.video_analysis.core.shots import find_shots
from shared.contracts.reports.video_analysis import Shot

RATE = 25
WIDTH, HEIGHT = 160, 90
Picture = NDArray[np.uint8]


def scene(number: int, frame: int = 0, pan_pixels: int = 1) -> Picture:
    """A picture of smooth shapes that differs between scenes and drifts from frame to frame."""
    dice = np.random.default_rng(number)
    coarse = dice.integers(20, 235, (6, 40, 3))
    wide = np.repeat(np.repeat(coarse, 15, axis=0), 16, axis=1)
    shifted = np.roll(wide, -pan_pixels * frame, axis=1)[:HEIGHT, :WIDTH]
    noise = np.random.default_rng(1000 * number + frame).integers(-4, 5, shifted.shape)
    picture: Picture = np.clip(shifted + noise, 0, 255).astype(np.uint8)
    return picture


def clip(*lengths: int) -> list[Picture]:
    return [scene(number, frame) for number, length in enumerate(lengths) for frame in range(length)]


def regular(pictures: list[Picture]) -> list[Fraction]:
    return [Fraction(index, RATE) for index in range(len(pictures))]


def shots_of(
    pictures: list[Picture], times: list[Fraction] | None = None, duration: float | None = None
) -> tuple[Shot, ...]:
    times = regular(pictures) if times is None else times
    return find_shots(
        measure(zip(times, pictures, strict=True)), len(pictures) / RATE if duration is None else duration
    )


def starts(shots: tuple[Shot, ...]) -> list[float]:
    return [shot.start_seconds for shot in shots]


def dimmed(pictures: list[Picture], light: NDArray[np.float64]) -> list[Picture]:
    return [(picture * share).astype(np.uint8) for picture, share in zip(pictures, light, strict=True)]


def test_cuts_are_found_on_the_very_frame() -> None:
    shots = shots_of(clip(30, 41, 25, 60))
    assert starts(shots) == [0.0, 30 / RATE, 71 / RATE, 96 / RATE]
    assert [shot.transition_in for shot in shots] == [None, "cut", "cut", "cut"]
    assert [shot.index for shot in shots] == [0, 1, 2, 3]


def test_shots_have_no_gaps_and_end_with_the_video() -> None:
    shots = shots_of(clip(30, 41, 25), duration=3.9)
    assert [shot.end_seconds for shot in shots] == [*starts(shots)[1:], 3.9]


def test_the_first_shot_has_no_transition_and_the_others_are_scored() -> None:
    first, *others = shots_of(clip(30, 30, 30))
    assert first.transition_in is None
    assert first.score is None
    assert all(shot.score is not None and 0.5 < shot.score <= 1 for shot in others)


def test_times_come_from_the_frames_when_their_distances_differ() -> None:
    pictures = clip(30, 30, 30)
    steps = [Fraction(1, 50) if index % 3 else Fraction(1, 10) for index in range(len(pictures))]
    times = [sum(steps[:index], Fraction(0)) for index in range(len(pictures))]
    assert starts(shots_of(pictures, times, 10.0)) == [0.0, float(times[30]), float(times[60])]


def test_one_scene_is_one_shot_however_fast_the_camera_moves() -> None:
    pictures = [scene(3, frame, pan_pixels=6) for frame in range(80)]
    (only,) = shots_of(pictures)
    assert (only.start_seconds, only.end_seconds) == (0.0, 80 / RATE)


def test_one_frame_is_one_shot() -> None:
    (only,) = shots_of([scene(1)], duration=0.04)
    assert (only.start_seconds, only.end_seconds) == (0.0, 0.04)


@pytest.mark.parametrize("flash_frames", [1, 2, 4])
def test_a_flash_is_no_cut(flash_frames: int) -> None:
    pictures = [scene(5, frame) for frame in range(60)]
    for index in range(30, 30 + flash_frames):
        pictures[index] = np.full_like(pictures[index], 250)
    assert starts(shots_of(pictures)) == [0.0]


def test_a_cut_beside_a_flash_is_still_found() -> None:
    pictures = clip(40, 40)
    pictures[20] = np.full_like(pictures[20], 250)
    assert starts(shots_of(pictures)) == [0.0, 40 / RATE]


def test_a_fade_through_black_is_one_boundary_in_the_middle_of_the_black() -> None:
    light = np.r_[np.ones(30), np.linspace(1, 0, 15), np.zeros(10), np.linspace(0, 1, 15), np.ones(30)]
    first, second = shots_of(dimmed(clip(50, 50), light))
    assert second.transition_in == "fade"
    assert first.start_seconds == 0.0
    assert second.start_seconds == pytest.approx(50 / RATE, abs=1 / RATE)
    assert second.score is not None
    assert second.score > 0.9


def test_a_fade_in_from_a_hard_black_is_a_fade() -> None:
    light = np.r_[np.ones(40), np.zeros(10), np.linspace(0.05, 1, 15), np.ones(30)]
    shots = shots_of(dimmed(clip(40, 55), light))
    assert [shot.transition_in for shot in shots] == [None, "fade"]


def test_black_at_both_ends_of_a_video_is_no_shot_of_its_own() -> None:
    light = np.r_[np.zeros(10), np.linspace(0, 1, 15), np.ones(40), np.linspace(1, 0, 15), np.zeros(10)]
    assert starts(shots_of(dimmed([scene(2, frame) for frame in range(90)], light))) == [0.0]


def test_two_cuts_closer_than_a_shot_can_be_are_one() -> None:
    assert len(shots_of(clip(40, 3, 40))) == 2


def test_a_still_picture_is_one_shot() -> None:
    assert len(shots_of([scene(7)] * 50)) == 1


def test_a_grey_that_changes_its_faint_tint_is_no_cut() -> None:
    reddish = np.full((HEIGHT, WIDTH, 3), (60, 60, 62), np.uint8)
    bluish = np.full((HEIGHT, WIDTH, 3), (62, 60, 60), np.uint8)
    assert len(shots_of([reddish] * 30 + [bluish] * 30)) == 1
