import numpy as np
import pytest

from shared.models.detector_graph import boxes
from shared.models.findings import apart, moved


def test_the_boxes_cover_the_picture_as_the_network_was_released() -> None:
    found = boxes()
    assert found.shape == (1917, 4)
    # The first of the finest map, down and across, height and width; the last is the one of the whole picture.
    assert found[:3] == pytest.approx(
        np.array([[1 / 38, 1 / 38, 0.1, 0.1], [1 / 38, 1 / 38, 0.1414, 0.2828], [1 / 38, 1 / 38, 0.2828, 0.1414]]),
        abs=1e-4,
    )
    assert found[-1] == pytest.approx([0.5, 0.5, 0.9747, 0.9747], abs=1e-4)
    assert found[19 * 19 * 3, 2:] == pytest.approx([0.35, 0.35])


def test_a_box_is_moved_and_grows_in_the_networks_units() -> None:
    box = np.array([[0.5, 0.4, 0.2, 0.1]], np.float32)
    assert moved(box, np.zeros((1, 4), np.float32))[0] == pytest.approx([0.35, 0.4, 0.45, 0.6])
    # Half a height down (5 tenths), and twice as wide (the logarithm of 2 in fifths).
    moves = np.array([[5.0, 0.0, 0.0, np.log(2) * 5]], np.float32)
    assert moved(box, moves)[0] == pytest.approx([0.3, 0.5, 0.5, 0.7])


def test_of_findings_of_one_kind_on_one_another_the_surest_is_kept() -> None:
    edges = np.array([[0, 0, 1, 1], [0, 0, 1, 0.9], [0, 0, 1, 0.5], [0, 0, 1, 1]], np.float32)
    kinds, confidences = np.array([0, 0, 0, 1]), np.array([0.5, 0.9, 0.4, 0.3], np.float32)
    # The whole and nine tenths of it are one thing, a half of it is another; another kind has its own findings.
    assert apart(edges, kinds, confidences) == [1, 2, 3]


def test_without_findings_none_are_kept() -> None:
    assert apart(np.zeros((0, 4), np.float32), np.zeros(0, np.int64), np.zeros(0, np.float32)) == []
