import numpy as np
import pytest

from services.video_analysis.core.colours import commonest_colours
from services.video_analysis.core.segments import segments_of
from shared.contracts.colours import COLOUR_NAMES
from shared.contracts.reports.video_analysis import Scene, Shot, ShotGroup


def shares(**named: float) -> np.ndarray:
    return np.array([[named.get(name, 0.0) for name in COLOUR_NAMES]] * 4, np.float16)


def test_colours_are_named_commonest_first() -> None:
    assert commonest_colours(shares(blue=0.3, white=0.5, red=0.2)) == ("white", "blue", "red")


def test_at_most_three_and_none_too_small() -> None:
    assert commonest_colours(shares(blue=0.4, white=0.3, red=0.2, green=0.1)) == ("blue", "white", "red")
    assert commonest_colours(shares(grey=0.92, red=0.08)) == ("grey",)


def test_the_commonest_is_named_even_when_it_is_small() -> None:
    assert commonest_colours(np.full((1, 11), 1 / 11, np.float16)) == ("black",)


def test_colours_are_the_mean_over_the_frames() -> None:
    changing = np.concatenate([shares(blue=1.0), shares(red=0.4, green=0.6)])
    assert commonest_colours(changing) == ("blue", "green", "red")


def test_no_frames_have_no_colours() -> None:
    assert commonest_colours(np.zeros((0, 11))) == ()


def shot(index: int, **more: object) -> Shot:
    facts = {"transition_in": "cut", "score": 0.9, "colours": ("grey",), "motion": "high", **more}
    return Shot(index=index, start_seconds=2.0 * index, end_seconds=2.0 * index + 2, **facts)


def test_a_shot_as_a_row() -> None:
    (row,) = segments_of([shot(4)], [], [])
    assert (row.module, row.start_seconds, row.end_seconds) == ("shots", 8.0, 10.0)
    assert row.content == "Shot 5: Transition: cut; Colors: grey; Motion: high"
    assert row.metadata == {"shot_index": 4, "transition": "cut", "score": 0.9}


def test_the_first_shot_begins_with_a_cut() -> None:
    (row,) = segments_of([shot(0, transition_in=None, score=None)], [], [])
    assert row.content == "Shot 1: Transition: cut; Colors: grey; Motion: high"
    assert row.metadata == {"shot_index": 0, "transition": "cut", "score": 1.0}


@pytest.mark.parametrize("transition", ["fade", "dissolve", "wipe", "slide", "zoom"])
def test_a_gradual_transition_has_its_word(transition: str) -> None:
    (row,) = segments_of([shot(1, transition_in=transition, motion="low", colours=("blue", "white"))], [], [])
    assert row.content == f"Shot 2: Transition: {transition}; Colors: blue, white; Motion: low"


def test_a_group_as_a_row_from_its_first_start_to_its_last_end() -> None:
    group = ShotGroup(index=0, shot_indices=(0, 2, 4), colours=("blue",))
    row = segments_of([shot(index) for index in range(6)], [group], [])[-1]
    assert (row.module, row.start_seconds, row.end_seconds) == ("grouped_shots", 0.0, 10.0)
    assert row.content == "Group 1: Shots 1, 3, 5; Colors: blue"
    assert row.metadata == {"group_index": 0, "shot_indices": [0, 2, 4]}


def test_a_scene_as_a_row() -> None:
    scene = Scene(
        index=1, start_seconds=2.0, end_seconds=8.0, shot_indices=(1, 2, 3), colours=("blue", "white"), motion="low"
    )
    (row,) = segments_of([], [], [scene])
    assert (row.module, row.start_seconds, row.end_seconds) == ("scenes", 2.0, 8.0)
    assert row.content == "Scene 2: Shots: 3; Colors: blue, white; Motion: low"
    assert row.metadata == {"scene_index": 1, "shot_count": 3, "shot_indices": [1, 2, 3]}


def test_nothing_is_said_of_colours_that_nobody_knows() -> None:
    (row,) = segments_of([shot(0, colours=())], [], [])
    assert row.content == "Shot 1: Transition: cut; Motion: high"
