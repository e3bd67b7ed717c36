import numpy as np
import pytest

from services.visual_elements.core.windows import tones, window_bounds
from shared.contracts.colours import COLOUR_NAMES


def shares(**named: float) -> list[float]:
    return [named.get(name, 0.0) for name in COLOUR_NAMES]


@pytest.mark.parametrize(
    ("duration", "bounds"),
    [
        (7.0, [(0.0, 3.0), (3.0, 6.0), (6.0, 7.0)]),
        (6.0, [(0.0, 3.0), (3.0, 6.0)]),
        (0.04, [(0.0, 0.04)]),
        (0.0, [(0.0, 0.0)]),
    ],
)
def test_windows_tile_the_video_on_multiples_of_three_seconds(duration, bounds) -> None:
    assert window_bounds(duration) == bounds


def test_what_is_left_over_by_rounding_is_no_window() -> None:
    (window,) = window_bounds(3.0000001)
    assert window == (0.0, 3.0000001)


def test_each_window_has_its_own_light_colours_and_motion() -> None:
    times = np.arange(6.0)
    (first, second) = tones(
        [(0.0, 3.0), (3.0, 6.0)],
        times,
        lightness=np.array([20, 20, 20, 90, 90, 90]),
        colour_shares=np.array([shares(blue=0.7, white=0.25, red=0.05)] * 3 + [shares(white=1.0)] * 3, np.float16),
        motion=np.array([0.0, 0, 0, 0.3, 0.3, 0.3]),
    )
    assert (first.brightness, first.colours, first.motion) == ("dark", ("blue", "white"), "low")
    assert (second.brightness, second.colours, second.motion) == ("bright", ("white",), "high")


def test_a_frame_counts_for_as_long_as_it_is_shown_in_the_window() -> None:
    # A white frame shown for 2.9 s, then 50 black ones within the last tenth of a second.
    times = np.concatenate([[0.0], np.linspace(2.9, 2.999, 50)])
    (only,) = tones(
        [(0.0, 3.0)],
        times,
        lightness=np.array([100.0] + [0.0] * 50),
        colour_shares=np.array([shares(white=1.0)] + [shares(black=1.0)] * 50),
        motion=np.zeros(51),
    )
    assert only.brightness == "bright"
    assert only.colours == ("white",)


def test_a_window_without_a_frame_of_its_own_shows_the_one_before() -> None:
    (_, second) = tones(
        [(0.0, 3.0), (3.0, 6.0)],
        np.array([0.0]),
        lightness=np.array([50.0]),
        colour_shares=np.array([shares(green=1.0)]),
        motion=np.zeros(1),
    )
    assert (second.brightness, second.colours) == ("medium", ("green",))


def test_black_bars_neither_darken_nor_blacken_a_window() -> None:
    (only,) = tones(
        [(0.0, 1.0)],
        np.array([0.0]),
        lightness=np.array([45.0]),
        colour_shares=np.array([shares(black=0.4, red=0.6)]),
        motion=np.zeros(1),
        inside=0.6,
    )
    assert (only.brightness, only.colours) == ("bright", ("red",))
