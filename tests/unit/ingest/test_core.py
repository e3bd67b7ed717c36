from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.core.geometry import proxy_geometry
from services.ingest.core.statistics import (
    FRAME_STATISTICS,
    colour_samples,
    fill_colours,
    light_and_change,
)
from services.ingest.core.thumbnail import CandidateKeeper, choose
from services.ingest.core.timing import FrameClock, is_variable, last_frame_duration
from services.ingest.core.tone import compressed, hlg_scene_light, pq_nits, to_srgb


@pytest.mark.parametrize(
    ("width", "height", "aspect", "turns", "expected"),
    [
        (1920, 1080, Fraction(1), 0, (480, 270)),
        (1920, 1080, Fraction(1), 1, (270, 480)),
        (1280, 720, Fraction(1), 2, (480, 270)),
        (720, 576, Fraction(64, 45), 0, (480, 270)),
        (320, 240, Fraction(1), 0, (320, 240)),
        (65, 49, Fraction(1), 0, (64, 48)),
        (1080, 1080, Fraction(1, 2), 0, (240, 480)),
        (640, 480, Fraction(0), 0, (480, 360)),
        (8192, 2, Fraction(1), 0, (480, 2)),
    ],
)
def test_proxy_sizes(width: int, height: int, aspect: Fraction, turns: int, expected: tuple[int, int]) -> None:
    assert proxy_geometry(width, height, aspect, turns).proxy_size == expected


@given(st.integers(1, 8192), st.integers(1, 8192), st.fractions(0, 100), st.integers(0, 3))
def test_every_proxy_is_even_and_small(width: int, height: int, aspect: Fraction, turns: int) -> None:
    sides = proxy_geometry(width, height, aspect, turns).proxy_size
    assert all(side % 2 == 0 and 2 <= side <= 480 for side in sides)


@given(st.lists(st.one_of(st.none(), st.integers(-(10**6), 10**6)), min_size=1, max_size=50))
def test_the_clock_begins_at_zero_and_always_rises(timestamps: list[int | None]) -> None:
    clock = FrameClock(Fraction(1, 90_000), Fraction(25))
    ticks = [tick for tick in map(clock.tick, timestamps) if tick is not None]
    assert ticks[0] == 0
    assert all(later > earlier for earlier, later in pairwise(ticks))


def test_the_clock_goes_on_after_a_splice() -> None:
    clock = FrameClock(Fraction(1, 1000), Fraction(25))
    assert [clock.tick(at) for at in (5000, 5040, 5080, 0, 40, None)] == [0, 40, 80, 120, 160, 200]
    assert clock.jumps == 1


def test_the_clock_leaves_out_a_frame_that_comes_too_late() -> None:
    clock = FrameClock(Fraction(1, 1000), Fraction(25))
    assert [clock.tick(at) for at in (0, 40, 40, 30, 80)] == [0, 40, None, None, 80]
    assert clock.dropped_frames == 2


def test_rounding_to_milliseconds_is_no_variable_rate() -> None:
    assert not is_variable(np.round(np.arange(200) / 24, 3))
    assert not is_variable(np.array([0.0]))
    times = np.arange(200) / 24
    assert is_variable(np.concatenate([times[:100], times[100:] * 2]))


@pytest.mark.parametrize(
    ("declared", "distance", "rate", "expected"),
    [
        (Fraction(1, 10), Fraction(1, 5), Fraction(25), Fraction(1, 10)),
        (Fraction(0), Fraction(1, 5), Fraction(25), Fraction(1, 5)),
        (Fraction(0), Fraction(90), Fraction(25), Fraction(1, 25)),
        (Fraction(0), None, Fraction(50), Fraction(1, 50)),
        (Fraction(0), None, None, Fraction(1, 25)),
    ],
)
def test_the_last_frame_lasts(
    declared: Fraction, distance: Fraction | None, rate: Fraction | None, expected: Fraction
) -> None:
    assert last_frame_duration(declared, distance, rate) == expected


def planes(luma: int, blue: int = 128, red: int = 128) -> list[np.ndarray]:
    return [np.full((48, 64), luma, np.uint8), np.full((24, 32), blue, np.uint8), np.full((24, 32), red, np.uint8)]


def test_light_is_measured_from_black_to_white() -> None:
    assert light_and_change(planes(16), None) == (0, 0, 0)
    assert light_and_change(planes(235), None)[0] == 1
    assert light_and_change(planes(235), planes(16))[2] == pytest.approx(1 / 3)


def test_a_change_of_colour_alone_is_a_change() -> None:
    assert light_and_change(planes(100, blue=240), planes(100, blue=16))[2] == pytest.approx(1 / 3)


def test_grey_has_no_hue_and_the_lightness_of_its_luma() -> None:
    rows = np.zeros(2, FRAME_STATISTICS)
    fill_colours(rows, [colour_samples(planes(16)), colour_samples(planes(235))])
    assert rows["lab_mean"][:, 0] == pytest.approx([0, 100], abs=0.1)
    assert rows["hue_histogram"].sum() == 0
    assert rows["luma_histogram"][0][0] == rows["luma_histogram"][1][31] == 1


def test_candidates_stay_few_and_spread() -> None:
    keeper: CandidateKeeper[int] = CandidateKeeper(8)
    for index in range(1000):
        if keeper.wants(index):
            keeper.offer(index, index)
    indices = [index for index, _ in keeper.kept]
    assert 4 <= len(indices) <= 8
    assert indices[0] == 0
    assert len(set(np.diff(indices))) == 1
    assert indices[-1] >= 800


def test_the_thumbnail_is_sharp_bright_and_typical() -> None:
    typical, strange = [1.0, 0.0], [0.0, 1.0]
    best = choose(
        np.array([300.0, 10.0, 300.0, 300.0, 300.0]),
        np.array([0.02, 0.5, 0.5, 0.5, 0.98]),
        np.array([0.2, 0.2, 0.2, 0.2, 0.2]),
        np.array([typical, typical, strange, typical, typical]),
    )
    assert best == 3


def test_a_plain_picture_that_is_typical_beats_a_detailed_one_that_is_not() -> None:
    face, skyline = [1.0, 0.0], [0.0, 1.0]
    best = choose(
        np.array([125.0, 88.0, 88.0, 88.0, 20.0]),
        np.array([0.55, 0.5, 0.5, 0.5, 0.5]),
        np.array([0.2, 0.12, 0.12, 0.12, 0.12]),
        np.array([skyline, face, face, face, face]),
    )
    assert best == 1


def test_published_values_of_the_transfer_functions() -> None:
    # ITU-R BT.2408: 203 nits are 58 % in PQ; 75 % in HLG is 0.265 of scene light.
    assert pq_nits(np.array([0.0, 0.5807, 1.0])) == pytest.approx([0, 203, 10_000], rel=0.01, abs=1e-6)
    assert hlg_scene_light(np.array([0.0, 0.5, 0.75, 1.0])) == pytest.approx([0, 1 / 12, 0.265, 1], rel=0.01, abs=1e-6)


def test_the_tone_curve_rises_from_black_to_the_peak() -> None:
    curve = compressed(np.linspace(0, 1000 / 203, 100, dtype=np.float32))
    assert curve[0] == 0
    assert curve[-1] == pytest.approx(1)
    assert (np.diff(curve) > 0).all()


def test_grey_stays_grey_and_colours_keep_their_order() -> None:
    grey = to_srgb(np.full((2, 2, 3), 30_000, np.uint16), "pq")
    assert (grey.max(axis=-1).astype(int) - grey.min(axis=-1) <= 1).all()
    red = to_srgb(np.array([[[40_000, 20_000, 10_000]]], np.uint16), "hlg")[0, 0]
    assert red[0] > red[1] > red[2]
