from pathlib import Path

import numpy as np

from shared.media import FrameMeasures, read_frame_measures, write_frame_measures


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "measures.npz"
    write_frame_measures(path, FrameMeasures(np.array([0.0, 0.04]), np.array([0.5, 0.25], np.float32)))
    measures = read_frame_measures(path)
    assert measures.time_seconds.tolist() == [0.0, 0.04]
    assert measures.motion.tolist() == [0.5, 0.25]
    assert (measures.time_seconds.dtype, measures.motion.dtype) == (np.float64, np.float32)
