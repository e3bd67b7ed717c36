"""Titles of events: the type in words, and what it is about where the sentence itself names it."""

import re
from collections.abc import Set as AbstractSet

from services.insights.core.cues import DAY, MONTH, NUMBER, PART, SPAN
from services.insights.core.talk import names_of
from shared.contracts.reports.insights import EventType

TITLES: dict[EventType, str] = {
    "question": "Question asked",
    "objection": "Objection raised",
    "pricing": "Pricing discussed",
    "competitor": "Competitor mentioned",
    "commitment": "Commitment made",
    "next_step": "Next step proposed",
    "decision": "Decision made",
    "decision_maker": "Decision maker named",
    "timeline": "Timeline mentioned",
    "feature_request": "Feature requested",
    "problem": "Problem described",
}
ASKED: dict[EventType, str] = {
    "pricing": "Price asked for",
    "competitor": "Competitors asked about",
    "decision_maker": "Decision process asked about",
    "timeline": "Timeline asked for",
}
"""Titles of what is asked for, not told."""

AMOUNT = re.compile(
    rf"[$€£] ?\d[\d,.]*\d|[$€£] ?\d|(?:{NUMBER}[ -]?(?:and )?)+(?:dollars|euros|pounds|percent off|percent|%)",
    re.IGNORECASE,
)
MOMENT = re.compile(
    rf"\b(?:(?:by|before|until|on|next|this|in|at|from) )?(?:the )?(?:end of |beginning of )?"
    rf"(?:next |this |late |early )?(?:{DAY}(?: (?:morning|afternoon|evening))?"
    rf"|{MONTH}(?: \d\d?\b| \w+(?:st|nd|rd|th)\b)?"
    rf"|(?:next|this|end of) {PART}|tomorrow|tonight)\b"
    rf"|\b{NUMBER} {SPAN}\b",
    re.IGNORECASE,
)


def title_of(event_type: EventType, text: str, kinds: AbstractSet[str]) -> str:
    """The title of an event whose sentence is of these kinds."""
    if "question" in kinds and event_type in ASKED:
        return ASKED[event_type]
    return _told(event_type, text, kinds) or TITLES[event_type]


def _told(event_type: EventType, text: str, kinds: AbstractSet[str]) -> str | None:
    if event_type == "objection" and "pricing" in kinds:
        return "Objection raised: price"
    if event_type == "pricing" and (amount := AMOUNT.search(text)):
        return f"Price named: {amount.group().strip()}"
    if event_type == "pricing" and re.search(r"\bbudget\b", text, re.IGNORECASE):
        return "Budget discussed"
    if event_type == "timeline" and (moment := MOMENT.search(text)):
        return f"Timeline mentioned: {moment.group().strip()}"
    if event_type == "competitor" and (names := names_of(text)):
        return f"Competitor mentioned: {names[0]}"
    return None
