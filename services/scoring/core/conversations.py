"""Factors of what was said in the deal's recorded conversations."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.scoring.core.evidence import NEUTRAL, Part, counted, missing, quoted
from shared.contracts.deal_snapshot import ActivityFacts, ConversationFacts, DealSnapshot, HeardEvent
from shared.contracts.reports.insights import TURNS_NEGATIVE, TURNS_POSITIVE

AGREED, PROMISED, NOT_AGREED = 100, 75, 20
"""A next step was named; only somebody's promise; neither was heard."""
PLANNED, NOT_PLANNED = 100, 25
ANSWERED, NONE_RAISED, FIRST_OPEN = 100, 75, 40
"""An objection that was answered tells more interest than none; each open one more halves the score."""
NO_COMPETITOR, COMPETITOR = 75, 35
PRICED, NOT_PRICED = 100, 25
BETTER, WORSE = 85, 15

ANSWERS = frozenset({"next_step", "commitment"})
"""Who objects and then speaks of what comes next has been answered."""

PRICE_WORDS = re.compile(
    r"\b(pric(e|es|ed|ing)|quot(e|es|ed|ation)|proposal|discounts?|budget|invoice)\b", re.IGNORECASE
)

NOT_HEARD = "No conversation of the deal was analyzed."


@dataclass(frozen=True)
class Said:
    """An event and the conversation that it was heard in."""

    event: HeardEvent
    conversation: ConversationFacts

    @property
    def cited(self) -> str:
        """The words, and where they were said."""
        minutes, seconds = divmod(int(self.event.start_seconds), 60)
        return f"{quoted(self.event.description)} ({minutes}:{seconds:02} in {quoted(self.conversation.title)})"


def next_step_agreed(snapshot: DealSnapshot) -> Sequence[Part]:
    """Whether the latest conversation ended with a next step, and whether anything is planned."""
    return (_agreed(snapshot), _planned(snapshot))


def objections_open(snapshot: DealSnapshot) -> Sequence[Part]:
    """Whether objections were answered, and whether a competitor was named; a high score means few are open."""
    share = heard_share(snapshot)
    if not share:
        return (missing(0.75, NOT_HEARD), missing(0.25, "Whether a competitor is in it is not known."))
    competitors = of_type(snapshot, "competitor")
    if competitors:
        competition = Part(0.25, share, COMPETITOR, f"A competitor was named: {competitors[0].cited}.")
    else:
        competition = Part(0.25, share, NO_COMPETITOR, "No competitor was named.")
    return (_objections(snapshot, share), competition)


def pricing_discussed(snapshot: DealSnapshot) -> Sequence[Part]:
    """Whether money was spoken of, in conversations or in writing."""
    share = heard_share(snapshot)
    said = of_type(snapshot, "pricing")
    if said:
        spoken = Part(0.7, share, PRICED, f"Pricing was spoken of: {said[0].cited}.")
    elif share:
        spoken = Part(0.7, share, NOT_PRICED, "Pricing was not spoken of in the conversations.")
    else:
        spoken = missing(0.7, NOT_HEARD)
    return (spoken, _priced_in_writing(snapshot))


def sentiment(snapshot: DealSnapshot) -> Sequence[Part]:
    """Which way the mood last turned."""
    share = heard_share(snapshot)
    if not share:
        return (missing(1, NOT_HEARD),)
    turns = of_type(snapshot, "sentiment_shift")
    if not turns:
        return (Part(1, share, NEUTRAL, "The mood did not turn in the conversations."),)
    last = turns[0]
    if last.event.title == TURNS_POSITIVE:
        return (Part(1, share, BETTER, f"The mood last turned positive: {last.cited}."),)
    if last.event.title == TURNS_NEGATIVE:
        return (Part(1, share, WORSE, f"The mood last turned negative: {last.cited}."),)
    return (Part(1, share, NEUTRAL, f"The mood turned, which way is not known: {last.cited}."),)


def heard_share(snapshot: DealSnapshot) -> float:
    """The share of the deal's recordings of which it is known what was said; 0 when there are none."""
    return len(_analyzed(snapshot)) / len(snapshot.conversations) if snapshot.conversations else 0.0


def of_type(snapshot: DealSnapshot, event_type: str) -> list[Said]:
    """The events of that type, the latest first."""
    return [said for said in _said(snapshot) if said.event.type == event_type]


def _analyzed(snapshot: DealSnapshot) -> list[ConversationFacts]:
    return [one for one in snapshot.conversations if one.analysis_id is not None]


def _said(snapshot: DealSnapshot) -> list[Said]:
    """Everything that was heard, the latest first."""
    conversations = sorted(_analyzed(snapshot), key=lambda one: (one.arrived_at, one.video_id), reverse=True)
    return [
        Said(event, conversation)
        for conversation in conversations
        for event in sorted(conversation.events, key=lambda event: (event.start_seconds, event.id), reverse=True)
    ]


def _agreed(snapshot: DealSnapshot) -> Part:
    analyzed = _analyzed(snapshot)
    if not analyzed:
        return missing(0.6, NOT_HEARD)
    latest = max(analyzed, key=lambda one: (one.arrived_at, one.video_id))
    for event_type, score, sentence in (
        ("next_step", AGREED, "A next step was named"),
        ("commitment", PROMISED, "Something was promised"),
    ):
        for said in of_type(snapshot, event_type):
            if said.conversation is latest:
                return Part(0.6, 1, score, f"{sentence}: {said.cited}.")
    return Part(0.6, 1, NOT_AGREED, f"No next step was named in the latest conversation, {quoted(latest.title)}.")


def _planned(snapshot: DealSnapshot) -> Part:
    if not snapshot.activities:
        return missing(0.4, "No activity is on record.")
    coming = [activity for activity in snapshot.activities if activity.occurred_at > snapshot.taken_at]
    if not coming:
        return Part(0.4, 1, NOT_PLANNED, "No activity is planned.")
    following = min(coming, key=lambda activity: (activity.occurred_at, activity.id))
    return Part(0.4, 1, PLANNED, f"{_named(following)} is planned for {following.occurred_at.date()}.")


def _objections(snapshot: DealSnapshot, share: float) -> Part:
    said = _said(snapshot)
    answered_at = next((index for index, one in enumerate(said) if one.event.type in ANSWERS), len(said))
    raised = [one for one in said if one.event.type == "objection"]
    still_open = [one for one in said[:answered_at] if one.event.type == "objection"]
    if not raised:
        return Part(0.75, share, NONE_RAISED, "No objection was raised.")
    if not still_open:
        answer = said[answered_at]
        return Part(
            0.75,
            share,
            ANSWERED,
            f"{counted(len(raised), 'objection')}, then a next step or a promise: {answer.cited}.",
        )
    score = FIRST_OPEN / 2 ** (len(still_open) - 1)
    return Part(0.75, share, score, f"{counted(len(still_open), 'objection')} open, the latest: {still_open[0].cited}.")


def _priced_in_writing(snapshot: DealSnapshot) -> Part:
    written = [one for one in snapshot.activities if one.title or one.body]
    if not written:
        return missing(0.3, "No activity has a text.")
    for activity in sorted(written, key=lambda one: (one.occurred_at, one.id), reverse=True):
        if PRICE_WORDS.search(f"{activity.type} {activity.title or ''} {activity.body or ''}"):
            return Part(0.3, 1, PRICED, f"{_named(activity)} of {activity.occurred_at.date()} is about pricing.")
    return Part(0.3, 1, NOT_PRICED, "No activity is about pricing.")


def _named(activity: ActivityFacts) -> str:
    kind = activity.type[:1].upper() + activity.type[1:]
    return f"{kind} {quoted(activity.title)}" if activity.title else kind
