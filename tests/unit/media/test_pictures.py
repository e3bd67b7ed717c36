import av
import numpy as np
import pytest

from shared.media.pictures import PictureScaler, planes_of

SIZES = [((960, 540), (480, 270)), ((1920, 1080), (480, 270)), ((1280, 720), (480, 270)), ((854, 480), (480, 270))]


def soft_picture(width: int, height: int) -> np.ndarray:
    """Slow waves in all three colours, so that every right way of scaling gives nearly the same."""
    row, column = np.mgrid[0:height, 0:width] / height
    waves = [np.sin(2 * np.pi * (frequency * column + row)) for frequency in (1.0, 1.5, 2.0)]
    return np.stack([np.round(128 + 80 * wave) for wave in waves], axis=2).astype(np.uint8)


@pytest.mark.parametrize(("stored", "wanted"), SIZES)
@pytest.mark.parametrize("layout", ["yuv420p", "yuvj420p"])
def test_a_scaled_picture_shows_the_same(stored: tuple[int, int], wanted: tuple[int, int], layout: str) -> None:
    small, large = (
        av.VideoFrame.from_ndarray(soft_picture(*size), format="rgb24").reformat(
            format=form, src_color_range=2, dst_colorspace=1, dst_color_range=1 if form == "yuv420p" else 2
        )
        for size, form in ((wanted, "yuv420p"), (stored, layout))
    )
    large.colorspace = 1
    scaled = PictureScaler().scaled(large, *wanted)
    assert (scaled.width, scaled.height, scaled.format.name) == (*wanted, "yuv420p")
    for found, truth in zip(planes_of(scaled), planes_of(small), strict=True):
        assert found.shape == truth.shape
        difference = found.astype(int) - truth
        assert np.abs(difference).mean() < 1.5
        # Shifted by half a pixel, the waves would differ by a slant.
        assert abs(difference.mean()) < 0.5


@pytest.mark.parametrize("stored", [(1920, 1080), (1280, 720), (1366, 768)])
def test_the_finest_pattern_becomes_grey(stored: tuple[int, int]) -> None:
    checks = (np.indices(stored[::-1]).sum(axis=0) % 2 * 255).astype(np.uint8)
    picture = av.VideoFrame.from_ndarray(np.repeat(checks[..., None], 3, axis=2), format="rgb24").reformat(
        format="yuv420p", dst_colorspace=1, dst_color_range=1
    )
    picture.colorspace = 1
    luma = planes_of(PictureScaler().scaled(picture, 480, 270))[0]
    assert luma.mean() == pytest.approx((16 + 235) / 2, abs=2)
    assert luma.std() < 12


def test_scaling_leaves_the_original_alone() -> None:
    picture = av.VideoFrame.from_ndarray(soft_picture(640, 360), format="rgb24").reformat(format="yuv420p")
    before = [plane.copy() for plane in planes_of(picture)]
    PictureScaler().scaled(picture, 160, 90)
    assert all((now == then).all() for now, then in zip(planes_of(picture), before, strict=True))
