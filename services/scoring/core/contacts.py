"""Factors of contact: how much, how lately, more or less than before, and with whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.scoring.core.conversations import heard_share, of_type
from services.scoring.core.evidence import Part, counted, missing, quoted
from shared.contracts.deal_snapshot import ActivityFacts, DealSnapshot

WITHOUT_THE_CUSTOMER = frozenset({"note", "task", "comment", "reminder"})
"""Types of activity that are one's own work: every other type is a contact."""

ENGAGEMENT_DAYS = 30
FULLY_ENGAGED_DAYS = 8
"""Contact on two days of each week is as much as a deal can bear."""

RECENCY_HALVES_DAYS = 14
"""Two weeks of silence halve the score."""

MOMENTUM_DAYS = 14

ENOUGH_MEMBERS = 2
"""One person alone is a risk, two of a team know the deal."""

NOBODY_DECIDES = 25
"""No decision maker was named in what was heard: a bad sign, not the worst."""

NO_CONTACT = "No contact with the customer is on record."


@dataclass(frozen=True)
class Contact:
    """A contact with the customer: a past activity of such a type, or a recorded conversation."""

    at: datetime
    name: str


def engagement(snapshot: DealSnapshot) -> Sequence[Part]:
    """On how many of the last 30 days there was contact."""
    met = contacts(snapshot)
    if not met:
        return (missing(1, NO_CONTACT),)
    days = len(contact_days(met, snapshot.taken_at, 0, ENGAGEMENT_DAYS))
    score = min(1.0, days / FULLY_ENGAGED_DAYS)
    known = max(score, min(1.0, days_known(snapshot, met) / ENGAGEMENT_DAYS))
    return (Part(1, known, 100 * score, f"Contact on {counted(days, 'day')} of the last {ENGAGEMENT_DAYS}."),)


def recency(snapshot: DealSnapshot) -> Sequence[Part]:
    """How long ago the last contact was."""
    met = contacts(snapshot)
    if not met:
        return (missing(1, NO_CONTACT),)
    last = max(met, key=lambda contact: contact.at)
    days = (snapshot.taken_at - last.at) / timedelta(days=1)
    when = ago((snapshot.taken_at.date() - last.at.date()).days)
    reason = f"The last contact was {when}: {last.name} on {last.at.date()}."
    return (Part(1, 1, 100 * 2 ** (-days / RECENCY_HALVES_DAYS), reason),)


def momentum(snapshot: DealSnapshot) -> Sequence[Part]:
    """Whether there was more contact in the last two weeks than in the two before."""
    met = contacts(snapshot)
    if not met:
        return (missing(1, NO_CONTACT),)
    lately = len(contact_days(met, snapshot.taken_at, 0, MOMENTUM_DAYS))
    before = len(contact_days(met, snapshot.taken_at, MOMENTUM_DAYS, MOMENTUM_DAYS))
    # The 1 below keeps a single contact from being all or nothing.
    score = 50 + 50 * (lately - before) / (lately + before + 1) if lately or before else 0.0
    known = min(1.0, days_known(snapshot, met) / (2 * MOMENTUM_DAYS))
    reason = (
        f"Contact on {counted(lately, 'day')} of the last {MOMENTUM_DAYS}, and on {before} of the {MOMENTUM_DAYS} "
        "before."
    )
    return (Part(1, known, score, reason),)


def coverage_of_people(snapshot: DealSnapshot) -> Sequence[Part]:
    """How many of the own team are in touch, and whether a decision maker was spoken of."""
    return (_members(snapshot), _decision_maker(snapshot))


def contacts(snapshot: DealSnapshot) -> list[Contact]:
    """Every contact there was until the snapshot was taken."""
    activities = [
        Contact(activity.occurred_at, name_of(activity))
        for activity in snapshot.activities
        if activity.occurred_at <= snapshot.taken_at and activity.type.casefold() not in WITHOUT_THE_CUSTOMER
    ]
    recordings = [
        Contact(conversation.arrived_at, f"the recording {quoted(conversation.title)}")
        for conversation in snapshot.conversations
        if conversation.arrived_at <= snapshot.taken_at
    ]
    return activities + recordings


def contact_days(met: Sequence[Contact], now: datetime, skipped_days: int, days: int) -> set[date]:
    """The days of contact within so many days, counted back from `skipped_days` before now.

    Days and not contacts are counted: a call is often noted as an activity and recorded too.
    """
    until = now - timedelta(days=skipped_days)
    since = until - timedelta(days=days)
    return {contact.at.date() for contact in met if since < contact.at <= until}


def days_known(snapshot: DealSnapshot, met: Sequence[Contact]) -> float:
    """How long there has been something to know: since the deal or its first contact, whichever was earlier."""
    since = min([snapshot.deal.created_at, *(contact.at for contact in met)])
    return max(0.0, (snapshot.taken_at - since) / timedelta(days=1))


def name_of(activity: ActivityFacts) -> str:
    """What a reason calls an activity."""
    return f"{activity.type} {quoted(activity.title)}" if activity.title else activity.type


def ago(days: int) -> str:
    """`today`, `1 day ago`."""
    return f"{counted(days, 'day')} ago" if days else "today"


def _members(snapshot: DealSnapshot) -> Part:
    members = {
        activity.actor_id
        for activity in snapshot.activities
        if activity.actor_id is not None and activity.occurred_at <= snapshot.taken_at
    }
    if not members:
        return missing(0.5, "No activity names who did it.")
    score = 100 * min(1.0, len(members) / ENOUGH_MEMBERS)
    return Part(0.5, 1, score, f"Active in the deal: {counted(len(members), 'member')} of the team.")


def _decision_maker(snapshot: DealSnapshot) -> Part:
    share = heard_share(snapshot)
    if not share:
        return missing(0.5, "No conversation was analyzed that could name a decision maker.")
    said = of_type(snapshot, "decision_maker")
    if said:
        return Part(0.5, share, 100, f"A decision maker was spoken of: {said[0].cited}.")
    return Part(0.5, share, NOBODY_DECIDES, "No decision maker was spoken of.")
