from collections.abc import Callable
from fractions import Fraction

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from services.video_analysis.core.measuring import Measurer, Small
from services.video_analysis.core.shots import FoundShot, find_shots

RATE = 25
WIDTH, HEIGHT = 48, 27
Picture = NDArray[np.uint8]
Mix = Callable[[Picture, Picture, float], Picture]


def scene(number: int, frame: int = 0, pan_pixels: float = 0.1) -> Picture:
    """A picture of smooth shapes that differs between scenes, drifts from frame to frame, and has some noise."""
    coarse = np.random.default_rng(number).integers(20, 235, (7, 40, 3)).astype(np.float32)
    wide = cv2.resize(coarse, (40 * 6, HEIGHT), interpolation=cv2.INTER_CUBIC)
    across = (np.arange(WIDTH) + pan_pixels * frame) % (wide.shape[1] - 1)
    left = across.astype(int)
    share = (across - left)[None, :, None]
    shifted = wide[:, left] * (1 - share) + wide[:, left + 1] * share
    noise = np.random.default_rng(1000 * number + frame).normal(0, 2, shifted.shape)
    return np.clip(shifted + noise, 0, 255).astype(np.uint8)


def clip(*lengths: int) -> list[Picture]:
    return [scene(number, frame) for number, length in enumerate(lengths) for frame in range(length)]


def joined(mix: Mix, frames: int, *, before: int = 40, after: int = 40, pan_pixels: float = 0.1) -> list[Picture]:
    """Two scenes and, between them, a transition of so many frames."""
    old = [scene(1, frame, pan_pixels) for frame in range(before + frames)]
    new = [scene(2, frame, pan_pixels) for frame in range(frames + after)]
    between = [mix(old[before + i], new[i], (i + 1) / (frames + 1)) for i in range(frames)]
    return [*old[:before], *between, *new[frames:]]


def shots_of(
    pictures: list[Picture], times: list[Fraction] | None = None, duration: float | None = None
) -> tuple[FoundShot, ...]:
    times = [Fraction(index, RATE) for index in range(len(pictures))] if times is None else times
    measurer = Measurer()
    kept = np.stack([measurer.add(time, picture) for time, picture in zip(times, pictures, strict=True)])

    def look(first: int, end: int) -> Small:
        return kept[first:end]

    return find_shots(measurer.measures(), look, len(pictures) / RATE if duration is None else duration)


def starts(shots: tuple[FoundShot, ...]) -> list[float]:
    return [shot.start_seconds for shot in shots]


def blend(before: Picture, after: Picture, share: float) -> Picture:
    return (before * (1 - share) + after * share).astype(np.uint8)


def masked(before: Picture, after: Picture, mask: NDArray[np.bool_]) -> Picture:
    return np.where(mask[..., None], after, before)


def wipe(across: int, down: int) -> Mix:
    columns, rows = np.meshgrid(np.linspace(0, 1, WIDTH), np.linspace(0, 1, HEIGHT))
    place = across * columns + down * rows
    place = (place - place.min()) / np.ptp(place)
    return lambda before, after, share: masked(before, after, place < share)


def push(across: int, down: int) -> Mix:
    def mix(before: Picture, after: Picture, share: float) -> Picture:
        axis, towards = (1, across) if across else (0, down)
        size = before.shape[axis]
        gone = round(share * size)
        order = np.arange(size) if towards > 0 else np.arange(size)[::-1]
        is_new = order < gone
        mask = np.broadcast_to(is_new if axis else is_new[:, None], (HEIGHT, WIDTH))
        return masked(np.roll(before, towards * gone, axis), np.roll(after, towards * (gone - size), axis), mask)

    return mix


def grow(before: Picture, after: Picture, share: float) -> Picture:
    width, height = max(2, round(WIDTH * share)), max(2, round(HEIGHT * share))
    mixed = before.copy()
    left, top = (WIDTH - width) // 2, (HEIGHT - height) // 2
    mixed[top : top + height, left : left + width] = cv2.resize(after, (width, height), interpolation=cv2.INTER_AREA)
    return mixed


def fade(colour: int) -> Mix:
    def mix(before: Picture, after: Picture, share: float) -> Picture:
        plain = np.full_like(before, colour)
        out = min(1.0, share / 0.4)
        return blend(before, plain, out) if share < 0.5 else blend(after, plain, min(1.0, (1 - share) / 0.4))

    return mix


def test_cuts_are_found_on_the_very_frame() -> None:
    shots = shots_of(clip(30, 41, 25, 60))
    assert starts(shots) == [0.0, 30 / RATE, 71 / RATE, 96 / RATE]
    assert [shot.transition_in for shot in shots] == [None, "cut", "cut", "cut"]
    assert [shot.transition_seconds for shot in shots] == [0.0] * 4


def test_shots_have_no_gaps_and_end_with_the_video() -> None:
    shots = shots_of(clip(30, 41, 25), duration=3.9)
    assert [shot.end_seconds for shot in shots] == [*starts(shots)[1:], 3.9]


def test_the_first_shot_has_no_transition_and_the_others_are_scored() -> None:
    first, *others = shots_of(clip(30, 30, 30))
    assert (first.transition_in, first.score) == (None, None)
    assert all(shot.score is not None and 0.5 < shot.score <= 1 for shot in others)


def test_times_come_from_the_frames_when_their_distances_differ() -> None:
    pictures = clip(30, 30, 30)
    steps = [Fraction(1, 50) if index % 3 else Fraction(1, 10) for index in range(len(pictures))]
    times = [sum(steps[:index], Fraction(0)) for index in range(len(pictures))]
    assert starts(shots_of(pictures, times, 10.0)) == [0.0, float(times[30]), float(times[60])]


@pytest.mark.parametrize("rate", [2, 8, 120])
def test_cuts_are_found_at_any_rate(rate: int) -> None:
    pictures = clip(rate * 2, rate * 2)
    times = [Fraction(index, rate) for index in range(len(pictures))]
    assert starts(shots_of(pictures, times, 4.0)) == [0.0, 2.0]


@pytest.mark.parametrize(
    ("kind", "mix", "frames"),
    [
        ("dissolve", blend, 10),
        ("dissolve", blend, 40),
        ("fade", fade(0), 25),
        ("fade", fade(250), 30),
        ("wipe", wipe(1, 0), 12),
        ("wipe", wipe(-1, 0), 30),
        ("wipe", wipe(0, 1), 15),
        ("wipe", wipe(0, -1), 20),
        ("slide", push(1, 0), 12),
        ("slide", push(-1, 0), 12),
        ("slide", push(0, 1), 12),
        ("slide", push(0, -1), 20),
        ("zoom", grow, 20),
    ],
)
def test_a_gradual_transition_is_one_boundary_in_its_middle(kind: str, mix: Mix, frames: int) -> None:
    first, second = shots_of(joined(mix, frames))
    assert second.transition_in == kind
    assert second.start_seconds == pytest.approx((40 + frames / 2) / RATE, abs=0.12)
    assert second.transition_seconds == pytest.approx(frames / RATE, rel=0.4, abs=0.1)
    assert first.end_seconds == second.start_seconds


@pytest.mark.parametrize(("across", "down", "frames"), [(1, 0, 20), (-1, 0, 14), (0, 1, 20), (0, -1, 14)])
def test_a_wipe_is_found_while_both_shots_move(across: int, down: int, frames: int) -> None:
    _, second = shots_of(joined(wipe(across, down), frames, pan_pixels=0.3))
    assert second.transition_in == "wipe"
    assert second.start_seconds == pytest.approx((40 + frames / 2) / RATE, abs=0.3)


def test_light_that_comes_while_the_camera_moves_is_no_dissolve() -> None:
    light = np.r_[np.zeros(5), np.linspace(0, 1, 40), np.ones(60)]
    pictures = [(scene(2, frame, 0.3) * share).astype(np.uint8) for frame, share in enumerate(light)]
    assert starts(shots_of(pictures)) == [0.0]


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


def test_a_strobe_is_no_cut() -> None:
    pictures = [scene(5, frame) for frame in range(75)]
    for index in range(25, 50):
        if (index - 25) // 2 % 2 == 0:
            pictures[index] = pictures[index] // 8
    assert starts(shots_of(pictures)) == [0.0]


def test_a_whip_pan_and_a_slow_pan_are_no_cuts() -> None:
    steps = np.r_[np.full(30, 0.1), np.full(10, 9.0), np.full(30, 0.1)]
    views = [scene(3, 1, position) for position in np.cumsum(steps)]
    pictures = [cv2.blur(view, (9, 1)) if step > 1 else view for view, step in zip(views, steps, strict=True)]
    assert starts(shots_of(pictures)) == [0.0]
    for speed in (0.8, 1.5):
        assert starts(shots_of([scene(3, frame, pan_pixels=speed) for frame in range(80)])) == [0.0]


def test_something_large_that_passes_is_no_transition() -> None:
    pictures = [scene(4, frame) for frame in range(75)]
    for index in range(30, 45):
        left = -30 + 78 * (index - 30) // 15
        pictures[index][4:, max(0, left) : max(0, left + 30)] = (200, 120, 30)
    assert starts(shots_of(pictures)) == [0.0]


def test_black_at_both_ends_of_a_video_is_no_shot_of_its_own() -> None:
    light = np.r_[np.zeros(10), np.linspace(0, 1, 15), np.ones(40), np.linspace(1, 0, 15), np.zeros(10)]
    pictures = [(scene(2, frame) * share).astype(np.uint8) for frame, share in enumerate(light)]
    assert starts(shots_of(pictures)) == [0.0]


def test_bars_around_a_picture_hide_no_cut() -> None:
    pictures = clip(40, 40)
    for picture in pictures:
        picture[:7], picture[-7:] = 16, 16
    assert starts(shots_of(pictures)) == [0.0, 40 / RATE]


def test_a_title_that_comes_in_is_no_dissolve() -> None:
    pictures = [scene(6, frame, pan_pixels=0.02) for frame in range(80)]
    for index, picture in enumerate(pictures):
        share = float(np.clip((index - 30) / 15, 0, 1))
        picture[10:15, 12:36] = blend(picture[10:15, 12:36], np.full((5, 24, 3), 250, np.uint8), share)
    assert starts(shots_of(pictures)) == [0.0]


@pytest.mark.parametrize("count", [1, 2, 25])
def test_black_is_one_shot(count: int) -> None:
    (only,) = shots_of([np.zeros((HEIGHT, WIDTH, 3), np.uint8)] * count)
    assert (only.start_seconds, only.end_seconds) == (0.0, count / RATE)


def test_two_cuts_closer_than_a_shot_can_be_are_one() -> None:
    assert len(shots_of(clip(40, 3, 40))) == 2
