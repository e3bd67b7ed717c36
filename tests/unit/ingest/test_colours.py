import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.core.statistics import FRAME_STATISTICS, colour_numbers, colour_samples, fill_colours
from shared.contracts.colours import COLOUR_NAMES, colour_name


def lab_of(rgb: tuple[int, int, int]) -> tuple[float, float, float]:
    picture = np.array([[rgb]], np.float32) / 255
    lightness, a, b = (float(value) for value in cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)[0, 0])
    return lightness, a, b


@pytest.mark.parametrize(
    ("what", "rgb", "name"),
    [
        ("black", (0, 0, 0), "black"),
        ("white", (255, 255, 255), "white"),
        ("grey", (128, 128, 128), "grey"),
        ("red", (255, 0, 0), "red"),
        ("orange", (255, 140, 0), "orange"),
        ("yellow", (255, 255, 0), "yellow"),
        ("green", (0, 160, 0), "green"),
        ("blue", (0, 0, 255), "blue"),
        ("purple", (128, 0, 128), "purple"),
        ("pink", (255, 170, 190), "pink"),
        ("brown", (120, 72, 32), "brown"),
        ("navy", (20, 30, 70), "blue"),
        ("cyan", (0, 255, 255), "blue"),
        ("sky", (135, 190, 230), "blue"),
        ("grass", (86, 130, 50), "green"),
        ("leaves in the shade", (40, 58, 30), "green"),
        ("walnut", (94, 62, 40), "brown"),
        ("pine", (193, 154, 107), "brown"),
        ("fair skin", (240, 205, 185), "pink"),
        ("skin of the colour chart", (194, 150, 130), "pink"),
        ("dark skin of the colour chart", (115, 82, 68), "brown"),
        ("maroon", (128, 0, 0), "red"),
        ("concrete", (140, 138, 132), "grey"),
        ("slate", (112, 128, 144), "grey"),
        ("beige wall", (220, 210, 195), "grey"),
        ("cream", (250, 245, 225), "white"),
        ("a suit", (28, 28, 32), "black"),
    ],
)
def test_things_have_the_colour_that_people_call_them(what: str, rgb: tuple[int, int, int], name: str) -> None:
    assert colour_name(*lab_of(rgb)) == name, what


@given(st.floats(-1, 101), st.floats(-128, 128), st.floats(-128, 128))
def test_every_colour_has_a_name_and_arrays_agree_with_it(lightness: float, a: float, b: float) -> None:
    lab = np.array([[lightness, a, b]])
    # Angles of single and of double precision may fall on two sides of a bound; here both are double.
    assert COLOUR_NAMES[colour_numbers(lab)[0]] == colour_name(lightness, a, b)


def test_shares_count_the_points_of_each_colour() -> None:
    luma = np.full((48, 64), 235, np.uint8)
    luma[:12] = 16
    grey = np.full((24, 32), 128, np.uint8)
    rows = np.zeros(1, FRAME_STATISTICS)
    fill_colours(rows, [colour_samples([luma, grey, grey])])
    shares = dict(zip(COLOUR_NAMES, rows["colour_shares"][0].astype(float), strict=True))
    assert shares["black"] == pytest.approx(0.25, abs=0.06)
    assert shares["black"] + shares["white"] == pytest.approx(1, abs=0.001)
