"""The factor of the forecast: whether what is written down of the deal can still be true."""

from collections.abc import Sequence
from datetime import timedelta

from services.scoring.core.evidence import Part, counted
from shared.contracts.deal_snapshot import DealSnapshot

FAR_AHEAD = timedelta(days=365)
SOUND, DOUBTFUL, UNSOUND = 100, 50, 0


def forecast_hygiene(snapshot: DealSnapshot) -> Sequence[Part]:
    """Owner, amount and close date: set, and the date not past.

    What is not set is evidence too: the record is always at hand. The probability is left out:
    a scoring sets it, and would find its own trace the next time.
    """
    return (_owner(snapshot), _amount(snapshot), _close_date(snapshot))


def _owner(snapshot: DealSnapshot) -> Part:
    if snapshot.deal.owner_id is None:
        return Part(0.25, 1, UNSOUND, "No owner is set.")
    return Part(0.25, 1, SOUND, "The deal has an owner.")


def _amount(snapshot: DealSnapshot) -> Part:
    amount = snapshot.deal.forecast_amount
    if amount is None:
        return Part(0.3, 1, UNSOUND, "No amount is forecast.")
    return Part(0.3, 1, SOUND if amount > 0 else UNSOUND, f"The forecast is {amount:,.15g}.")


def _close_date(snapshot: DealSnapshot) -> Part:
    close_at = snapshot.deal.close_at
    if close_at is None:
        return Part(0.45, 1, UNSOUND, "No close date is set.")
    ahead = close_at - snapshot.taken_at
    if ahead < timedelta():
        days = max(1, -ahead // timedelta(days=1))
        return Part(0.45, 1, UNSOUND, f"The close date {close_at.date()} is {counted(days, 'day')} past.")
    if ahead > FAR_AHEAD:
        return Part(0.45, 1, DOUBTFUL, f"The close date {close_at.date()} is more than a year ahead.")
    return Part(0.45, 1, SOUND, f"The close date is {close_at.date()}.")
