import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from services.video_analysis.core.composites import HEIGHT, WIDTH
from services.video_analysis.core.passages import passage

COUNT = 13
Pictures = NDArray[np.float32]


def view(number: int, pan_pixels: float) -> Pictures:
    """A shot in which the camera pans so far from picture to picture: shape (13, HEIGHT, WIDTH, 3)."""
    coarse = np.random.default_rng(number).integers(20, 235, (5, 30, 3)).astype(np.float32)
    wide = cv2.resize(coarse, (30 * 6, HEIGHT), interpolation=cv2.INTER_CUBIC)
    across = np.arange(WIDTH, dtype=np.float32)[None, :] + pan_pixels * np.arange(COUNT, dtype=np.float32)[:, None]
    rows = np.arange(HEIGHT, dtype=np.float32)
    return np.stack([cv2.remap(wide, *np.meshgrid(columns, rows), cv2.INTER_LINEAR) for columns in across])


def shares_of_new(kind: str) -> NDArray[np.float64]:
    """How much of the new picture shows at each place of each picture: shape (13, HEIGHT, WIDTH, 1)."""
    progress = np.linspace(0, 1, COUNT)[:, None, None]
    columns = np.linspace(0, 1, WIDTH)[None, None, :]
    shown = {
        "edge to the right": columns < progress,
        "edge to the left": columns > 1 - progress,
        "edge downwards": np.linspace(0, 1, HEIGHT)[None, :, None] < progress,
        "dissolve": progress + 0 * columns,
        "nothing": 0 * (progress + columns),
    }[kind]
    return np.broadcast_to(shown, (COUNT, HEIGHT, WIDTH)).astype(np.float64)[..., None]


def mixed(kind: str, pan_pixels: float) -> Pictures:
    share = shares_of_new(kind)
    return np.asarray(view(1, pan_pixels) * (1 - share) + view(2, -pan_pixels) * share, np.float32)


@pytest.mark.parametrize("kind", ["edge to the right", "edge to the left", "edge downwards"])
@pytest.mark.parametrize("pan_pixels", [0.0, 0.3])
def test_an_edge_explains_what_changes_even_while_the_shots_move(kind: str, pan_pixels: float) -> None:
    share, progress = passage(mixed(kind, pan_pixels))
    assert share > 0.6
    assert np.abs(progress - np.linspace(0, 1, COUNT)).max() < 0.12


@pytest.mark.parametrize(
    ("kind", "pan_pixels"), [("dissolve", 0.0), ("dissolve", 0.4), ("nothing", 0.4), ("nothing", 3)]
)
def test_no_edge_explains_a_dissolve_or_a_pan(kind: str, pan_pixels: float) -> None:
    share, _ = passage(mixed(kind, pan_pixels))
    assert share < 0.5


def test_an_edge_never_goes_back() -> None:
    there = mixed("edge to the right", 0.0)
    share, progress = passage(np.concatenate([there, there[::-1]]))
    assert (np.diff(progress) >= 0).all()
    assert share < 0.6


def test_where_nothing_changes_nothing_is_explained() -> None:
    share, progress = passage(np.zeros((COUNT, HEIGHT, WIDTH, 3), np.float32))
    assert share == 0
    assert (np.diff(progress) >= 0).all()
