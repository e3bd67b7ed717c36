"""Cues: the wording by which a sentence of a call is recognised as an event.

The list of types is closed for each version of the stage. A sentence is an event of every type whose cue it
matches; questions are told by their form.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Cue:
    """One type of event: its title and the wording that gives it away."""

    type: str
    title: str
    wording: re.Pattern[str]

    def matches(self, text: str) -> bool:
        """Whether the sentence has the wording."""
        return self.wording.search(text) is not None


def _cue(event_type: str, title: str, *alternatives: str) -> Cue:
    return Cue(event_type, title, re.compile(r"\b(?:" + "|".join(alternatives) + r")", re.IGNORECASE))


QUESTION = Cue("question", "Question asked", re.compile(r"\?\s*[\"')\]]*$"))

CUES: tuple[Cue, ...] = (
    QUESTION,
    _cue(
        "pricing",
        "Pricing discussed",
        r"pric(?:e|es|ing|ed)\b",
        r"costs?\b",
        r"budgets?\b",
        r"discounts?\b",
        r"quotes?\b",
        r"per (?:seat|user|month|year|license)\b",
        r"(?:\d[\d,.]*|hundred|thousand|million) (?:dollars|euros|pounds)\b",
        r"how much (?:is|does|would|do|will)\b",
    ),
    _cue(
        "objection",
        "Objection raised",
        r"too (?:expensive|high|much|slow|complex|complicated|risky|long)\b",
        r"(?:i am|i'm|we are|we're) (?:worried|concerned|afraid|not (?:sure|convinced))\b",
        r"my (?:main )?concern\b",
        r"our (?:main )?concern\b",
        r"(?:can't|cannot|can not) (?:afford|justify)\b",
        r"(?:don't|do not) (?:need|see the value|have the budget)\b",
        r"not (?:in|within) (?:our|the) budget\b",
        r"over (?:our|the) budget\b",
    ),
    _cue(
        "competitor",
        "Competitor mentioned",
        r"competitors?\b",
        r"alternatives?\b",
        r"(?:other|another|different) (?:vendor|provider|supplier|solution|tool)s?\b",
        r"(?:also|already|currently) (?:looking at|evaluating|talking to|using|comparing)\b",
        r"compar(?:e|ed|ing) (?:you |it |this |that )?(?:to|with|against)\b",
    ),
    _cue(
        "commitment",
        "Commitment made",
        r"(?:i|we)(?:'ll| will) (?!be\b|see\b|need\b|have\b)\w+",
        r"(?:i|we) (?:promise|commit|agree)\b",
        r"(?:let's|let us) (?:do|go|sign|start|proceed)\b",
        r"you can count on\b",
    ),
    _cue(
        "next_step",
        "Next step agreed",
        r"next steps?\b",
        r"follow[- ]up\b",
        r"(?:schedule|set up|book|arrange) (?:a|an|the|another)\b",
        r"(?:send|share) (?:you|me|us|over|the|a|an)\b",
        r"(?:meet|talk|speak|call) (?:again|you back)\b",
        r"(?:demo|meeting|call|workshop|trial|pilot) (?:on|next|for) (?:next |the )?"
        r"(?:monday|tuesday|wednesday|thursday|friday|week|month)\b",
    ),
    _cue(
        "decision_maker",
        "Decision maker named",
        r"(?:chief|head|director|vice president|vp|ceo|cfo|cto|cio)\b",
        r"(?:final|ultimate) (?:decision|say|approval)\b",
        r"sign(?:s|ed)? off\b",
        r"(?:decision|budget) (?:maker|owner|holder)s?\b",
        r"needs? (?:to approve|approval)\b",
        r"my (?:boss|manager)\b",
    ),
    _cue(
        "timeline",
        "Timeline mentioned",
        r"(?:by|before|until|on|next|this) (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b",
        r"(?:by|before|until|in|next|this|end of) (?:the )?(?:week|month|quarter|year|january|february|march|april|may|"
        r"june|july|august|september|october|november|december)\b",
        r"(?:by|before) the end of\b",
        r"(?:in|within) (?:\d+|one|two|three|four|five|six|ten) (?:days?|weeks?|months?)\b",
        r"deadlines?\b",
        r"timelines?\b",
    ),
)

EVENT_TYPES: tuple[str, ...] = (*(cue.type for cue in CUES), "visual_change")
"""Every type that an event may have."""
