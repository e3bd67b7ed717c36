"""How long a run may take (platform contract, 6.2)."""

import pytest

from services.gateway.core.resources import ORGANIZATION_SETTINGS, deadline_seconds, preparation_seconds


@pytest.mark.parametrize(
    ("organizations_own", "video_seconds", "expected"),
    [
        (None, None, 1800),
        (None, 10.0, 1800),
        (None, 900.5, 1801.0),
        (None, 21_600.0, 43_200.0),
        (1, None, 1),
        (1, 21_600.0, 1),
        (86_400, 10.0, 86_400),
    ],
)
def test_the_organizations_own_number_is_exact_else_the_larger_of_the_default_and_twice_the_video(
    organizations_own, video_seconds, expected
):
    organization = {"settings": ORGANIZATION_SETTINGS | {"run_deadline_seconds": organizations_own}}
    assert deadline_seconds(organization, 1800, video_seconds) == expected


@pytest.mark.parametrize(
    ("size_bytes", "expected"),
    [
        (1, 1800),
        (11_250_000, 1800),
        (12_500_000, 2000),
        (270_000_000, 43_200),
        (10_737_418_240, 43_200),
    ],
)
def test_a_preparation_may_take_twice_the_longest_video_of_its_size(size_bytes, expected):
    assert preparation_seconds(size_bytes, 1800, 21_600) == expected
