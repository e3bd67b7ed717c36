from datetime import timedelta

import pytest

from services.scoring.core.evidence import factor
from services.scoring.core.forecast import forecast_hygiene


def scored(snapshot):
    made = factor("forecast_hygiene", forecast_hygiene(snapshot))
    return made.score, made.completion


def sound(making):
    return {"owner_id": "ann", "forecast_amount": 48000, "close_at": making.noon + timedelta(days=30)}


def test_what_is_not_set_is_a_fault_of_the_record(making):
    assert scored(making.snapshot()) == (0, 100)
    assert scored(making.snapshot(owner_id="ann")) == (25, 100)
    assert scored(making.snapshot(owner_id="ann", forecast_amount=48000)) == (55, 100)
    assert scored(making.snapshot(**sound(making))) == (100, 100)


@pytest.mark.parametrize(
    ("days", "score", "says"),
    [
        (30, 100, "The close date is 2026-12-20."),
        (0, 100, "The close date is 2026-11-20."),
        (-0.5, 55, "The close date 2026-11-20 is 1 day past."),
        (-40, 55, "The close date 2026-10-11 is 40 days past."),
        (400, 78, "The close date 2027-12-25 is more than a year ahead."),
    ],
)
def test_a_close_date_that_cannot_be_true(making, days, score, says):
    snapshot = making.snapshot(**sound(making) | {"close_at": making.noon + timedelta(days=days)})
    assert scored(snapshot) == (score, 100)
    assert forecast_hygiene(snapshot)[2].reason == says


@pytest.mark.parametrize(
    ("amount", "score", "says"), [(48000, 100, "48,000"), (0, 70, "0"), (-5, 70, "-5"), (0.5, 100, "0.5")]
)
def test_an_amount_must_be_more_than_nothing(making, amount, score, says):
    snapshot = making.snapshot(**sound(making) | {"forecast_amount": amount})
    assert scored(snapshot) == (score, 100)
    assert forecast_hygiene(snapshot)[1].reason == f"The forecast is {says}."
