import io
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from services.video_analysis.core.boundary import Boundary, Candidate
from services.video_analysis.core.doubt import believed
from services.video_analysis.strip import Strip
from services.video_analysis.transnet import MODEL, load
from services.video_analysis.weights import read_weights
from shared.models import model_path

ROOT = Path(__file__).parents[3]
MODELS_DIR = Path(os.environ.get("RUSHES_MODELS_DIR", ROOT / ".cache" / "models"))


def test_the_network_sees_a_cut_and_none_in_a_still_picture() -> None:
    ask = load(model_path(MODEL, MODELS_DIR), 1)
    dice = np.random.default_rng(1)
    first, second = (np.kron(dice.integers(0, 255, (9, 16, 3)), np.ones((3, 3, 1))).astype(np.uint8) for _ in range(2))
    probabilities = ask(np.stack([first] * 20 + [second] * 20))
    assert int(probabilities.argmax()) in (19, 20)
    assert probabilities.max() > 0.15
    assert ask(np.stack([first] * 30)).max() < 0.15


def test_a_file_of_weights_that_names_anything_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weights/data.pkl", pickle.dumps(io.StringIO))
    with pytest.raises(pickle.UnpicklingError, match="must not name"):
        read_weights(path)


def test_doubtful_spots_are_asked_about_within_bounds() -> None:
    times = np.arange(1000) / 25
    asked: list[int] = []

    def ask(pictures: np.ndarray) -> np.ndarray:
        asked.append(len(pictures))
        return np.where(np.arange(len(pictures)) == len(pictures) // 2, pictures[0, 0, 0, 0] / 255, 0.0)

    pictures = np.zeros((1000, 27, 48, 3), np.uint8)
    pictures[:500] = 255
    doubtful = [Candidate(Boundary("cut", at, at, 0.5), 50.0, is_sure=False) for at in np.arange(2.0, 38.0, 2.0)]
    kept = believed(doubtful, times, lambda first, end: pictures[first:end], ask)
    assert sum(asked) <= 150
    assert kept
    assert all(candidate.boundary.start_seconds < 20.5 for candidate in kept)
    assert believed(doubtful, times, lambda first, end: pictures[first:end], None) == []


def test_a_strip_gives_back_what_was_added_and_leaves_nothing(tmp_path: Path) -> None:
    pictures = np.random.default_rng(1).integers(0, 255, (7, 27, 48, 3)).astype(np.uint8)
    with Strip(tmp_path / "strip") as strip:
        for picture in pictures:
            strip.add(picture)
        np.testing.assert_array_equal(strip.look(2, 5), pictures[2:5])
        np.testing.assert_array_equal(strip.look(5, 99), pictures[5:])
    assert list(tmp_path.iterdir()) == []
