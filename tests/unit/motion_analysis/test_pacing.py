from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from services.motion_analysis.core.measuring import PAIR
from services.motion_analysis.core.pacing import motion_intensity, pacing_of
from services.motion_analysis.core.zooms import zoom_usage
from shared.contracts.reports.motion_analysis import ZoomGesture


def pairs(times: list[tuple[float, float]], speeds: list[float]) -> NDArray[Any]:
    rows = np.zeros(len(times), PAIR)
    rows["begin"], rows["end"] = np.array(times).T
    rows["magnitude"] = (rows["end"] - rows["begin"]) * speeds
    return rows


def test_pacing_is_the_mean_speed_of_each_second_whatever_the_steps() -> None:
    rows = pairs([(0.0, 0.25), (0.25, 1.5), (1.5, 2.0), (2.0, 2.4)], [0.4, 0.2, 0.6, 0.1])
    assert pacing_of(rows, 2.4) == pytest.approx((0.25, 0.4, 0.1))


def test_a_second_without_a_comparison_is_as_the_one_before() -> None:
    rows = pairs([(1.0, 2.0), (4.0, 5.0)], [0.3, 0.1])
    assert pacing_of(rows, 5.0) == pytest.approx((0.3, 0.3, 0.3, 0.3, 0.1))


@pytest.mark.parametrize(("duration", "count"), [(0.0, 1), (0.04, 1), (1.0, 1), (1.01, 2), (59.99, 60)])
def test_every_begun_second_has_a_value(duration: float, count: int) -> None:
    assert pacing_of(np.zeros(0, PAIR), duration) == (0.0,) * count


def test_intensity_is_nothing_for_stillness_and_near_a_hundred_for_fast_action() -> None:
    assert motion_intensity(pairs([(0, 1)], [0.0])) == 0.0
    assert motion_intensity(np.zeros(0, PAIR)) == 0.0
    assert motion_intensity(pairs([(0, 1)], [0.2])) == pytest.approx(63.2, abs=0.1)
    assert motion_intensity(pairs([(0, 1)], [0.8])) > 98


def test_more_motion_is_more_intensity() -> None:
    values = [motion_intensity(pairs([(0, 1), (1, 3)], [0.1, speed])) for speed in (0.0, 0.01, 0.1, 0.5, 2.0)]
    assert values == sorted(values)
    assert len(set(values)) == len(values)
    assert values[-1] <= 100


def zoom(start: float) -> ZoomGesture:
    return ZoomGesture(start_seconds=start, end_seconds=start + 1, factor=1.2)


@pytest.mark.parametrize(
    ("zooms", "usage"),
    [([], 0.0), ([0.5], 100 / 9), ([0.5, 3.0], 100 / 9), ([5, 15], 200 / 9), (range(5, 100, 10), 100.0)],
)
def test_zoom_usage_is_the_share_of_shots_with_a_zoom(zooms: list[float], usage: float) -> None:
    starts = [10.0 * shot for shot in range(10)]
    assert zoom_usage([zoom(start) for start in zooms], starts) == pytest.approx(usage)


def test_nine_shots_of_ten_count_as_all() -> None:
    starts = [10.0 * shot for shot in range(10)]
    assert zoom_usage([zoom(start + 5) for start in starts[:9]], starts) == pytest.approx(100.0)


def test_without_shots_there_is_no_usage() -> None:
    assert zoom_usage([], []) == 0.0
