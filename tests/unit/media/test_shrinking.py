from pathlib import Path

import cv2
import numpy as np
import pytest

from shared.media import frames
from shared.media.shrinking import shrunk_bgr
from shared.testkit.clips import valid


@pytest.mark.parametrize("size", [(640, 360), (480, 270), (90, 160), (64, 48)])
def test_a_shrunk_picture_is_the_average_of_the_large_one(size: tuple[int, int], tmp_path: Path) -> None:
    frame = next(frames(valid.silent(tmp_path / "clip.mp4", width=size[0], height=size[1])))
    averaged = cv2.resize(frame.bgr().astype(np.float32), (48, 27), interpolation=cv2.INTER_AREA)
    difference = np.abs(shrunk_bgr(frame, 48, 27) - averaged)
    # Chroma is averaged over its own coarser grid, so that edges of colours differ.
    assert difference.mean() < 2.5
    assert np.median(difference) < 2
