import cv2
import numpy as np
import pytest
from numpy.typing import NDArray


def texture(seed: int, width: int = 900, height: int = 700) -> NDArray[np.uint8]:
    """A picture with detail at every size, as photographs have: grey, of four octaves of blobs and edges."""
    dice = np.random.default_rng(seed)
    whole = np.zeros((height, width), np.float32)
    for octave in (8, 16, 40, 100):
        coarse = dice.uniform(-1, 1, (height // octave + 2, width // octave + 2)).astype(np.float32)
        way = cv2.INTER_NEAREST if octave == 40 else cv2.INTER_CUBIC
        whole += cv2.resize(coarse, (width, height), interpolation=way) * octave**0.4
    whole -= whole.min()
    return (whole * (230 / whole.max())).astype(np.uint8) + 10


@pytest.fixture(scope="session")
def world() -> NDArray[np.uint8]:
    return texture(1)


@pytest.fixture(scope="session")
def other_world() -> NDArray[np.uint8]:
    return texture(2)
