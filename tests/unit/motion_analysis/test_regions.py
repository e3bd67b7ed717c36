import numpy as np
import pytest

from services.motion_analysis.core.flow import FlowMeter
from services.motion_analysis.core.regions import quantile


@pytest.mark.parametrize("count", [1, 2, 3, 8, 101])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.9, 1.0])
def test_a_quantile_is_what_numpy_says(count: int, share: float) -> None:
    values = np.random.default_rng(count).random(count).astype(np.float32)
    assert quantile(values, share) == pytest.approx(float(np.quantile(values, share)), abs=1e-6)


def test_a_quantile_of_bytes_is_no_byte() -> None:
    assert quantile(np.array([[250], [255]], np.uint8), 0.5) == 252.5


def test_a_cell_has_the_mean_of_its_four_fine_cells() -> None:
    texture = np.random.default_rng(0).integers(0, 255, (136, 240), dtype=np.uint8)
    field = FlowMeter(240, 136).field(texture, np.roll(texture, 2, axis=1))
    rows, columns = field.fine_moved.shape[0] // 2, field.fine_moved.shape[1] // 2
    for cells, fine in ((field.moved, field.fine_moved), (field.trust, field.fine_trust)):
        means = fine.reshape(rows, 2, columns, 2).mean(axis=(1, 3)).reshape(-1)
        assert cells == pytest.approx(means, abs=1e-6)
