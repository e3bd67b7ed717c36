"""How long a run may take (platform contract, 6.2)."""

import pytest

from services.gateway.core.resources import ORGANIZATION_SETTINGS, deadline_seconds


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
