import numpy as np
import pytest

from services.visual_elements.core.looks import Planned, plan_looks

TIMES = np.arange(0, 9, 0.04)
WINDOWS = [(0.0, 3.0), (3.0, 6.0), (6.0, 9.0)]
STILL = np.zeros(TIMES.size)


def at(look: Planned, times=TIMES) -> float:
    return float(times[look.frame])


def test_every_window_is_looked_at_and_confirmed_later_in_the_same_window() -> None:
    planned = plan_looks(WINDOWS, [(0.0, 9.0)], TIMES, STILL)
    assert [(look.window, look.confirms) for look in planned] == [
        (window, confirms) for window in range(3) for confirms in (False, True)
    ]
    assert all(WINDOWS[look.window][0] <= at(look) < WINDOWS[look.window][1] for look in planned)
    # Nothing changes: the looks stand at even shares of the time.
    assert [at(look) for look in planned[:2]] == pytest.approx([0.9, 2.1], abs=0.1)


def test_looks_follow_the_shots_and_keep_away_from_their_bounds() -> None:
    shots = [(0.0, 1.0), (1.0, 2.8), (2.8, 9.0)]
    planned = [look for look in plan_looks(WINDOWS, shots, TIMES, STILL) if look.window == 0]
    # The longest piece twice, the next one once, the sliver of the third shot not at all.
    assert sorted((look.shot, look.confirms) for look in planned) == [(0, False), (1, False), (1, True)]
    assert all(abs(at(look) - bound) > 0.1 for look in planned for bound in (0.0, 1.0, 2.8))


def test_looks_go_where_the_picture_changes_and_take_a_calm_frame_there() -> None:
    # Something happens from 2.0 s to 2.4 s; at 2.2 s it stands still for a moment.
    change = np.where((TIMES >= 2.0) & (TIMES < 2.4), 0.2, 0.0)
    change[np.argmin(np.abs(TIMES - 2.2))] = 0.01
    first, second = (look for look in plan_looks([(0.0, 3.0)], [(0.0, 9.0)], TIMES, change))
    assert 1.7 < at(first) < 2.45
    assert change[first.frame] <= 0.01
    assert change[second.frame] <= 0.01


def test_odd_videos_have_their_looks() -> None:
    one = np.array([0.0])
    assert {look.frame for look in plan_looks([(0.0, 0.04)], [(0.0, 0.04)], one, np.zeros(1))} == {0}
    # Without shots, and with frames that are farther apart than windows.
    slow = np.array([0.0, 7.0])
    planned = plan_looks(WINDOWS, [], slow, np.zeros(2))
    assert {look.window for look in planned} == {0, 1, 2}
    assert {look.frame for look in planned} == {0, 1}
    # Shots at a strobe's pace: a bounded number of looks.
    strobe = [(k * 0.2, (k + 1) * 0.2) for k in range(45)]
    assert len(plan_looks(WINDOWS, strobe, TIMES, STILL)) <= 3 * len(WINDOWS)
