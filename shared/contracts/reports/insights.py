"""What an analysis says of a video; the shapes are those of the platform face."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

RULES = "rules"
"""Stands for the author where no language model wrote anything."""

SectionId = Literal["overview", "key_points", "decisions", "next_steps", "open_questions", "structure"]

EventType = Literal[
    "question",
    "objection",
    "pricing",
    "competitor",
    "commitment",
    "next_step",
    "decision",
    "decision_maker",
    "timeline",
    "feature_request",
    "problem",
    "sentiment_shift",
    "visual_change",
]
"""Closed for each version of the stage; docs/analysis/insights.md says what each one means."""

EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)

TURNS_POSITIVE = "Mood turns positive"
TURNS_NEGATIVE = "Mood turns negative"
"""The titles of `sentiment_shift`: a scoring of a deal tells by them which way the mood turned."""


class Evidence(BaseModel):
    """Where in the video a sentence was said, in seconds."""

    model_config = ConfigDict(frozen=True)

    start_seconds: float
    end_seconds: float


class Section(BaseModel):
    """One section of the summary, line by line with times; `evidence` holds the times of the sentences behind it."""

    model_config = ConfigDict(frozen=True)

    id: SectionId
    title: str
    content: str
    evidence: tuple[Evidence, ...]


class InsightEvent(BaseModel):
    """Something notable that happens between two instants of the video.

    Attributes:
        id: The same for the same type at the same place of the same transcript.
        title: The type in words, and what it is about where that can be told, e.g. `Price named: $30`.
        description: The sentence that was said.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    type: EventType
    title: str
    description: str
    start_seconds: float
    end_seconds: float


class ChecklistEvaluation(BaseModel):
    """How one item of the organization's checklist was met.

    Attributes:
        score: 0 to 100: how near what was said comes to the item; it is passed from 50 on.
        reason: Quotes the evidence with its time, or says that there is none.
        evidence: The times of the sentences it quotes.
    """

    model_config = ConfigDict(frozen=True)

    item_id: str
    title: str
    passed: bool
    score: int
    reason: str
    evidence: tuple[Evidence, ...]


class ChecklistReport(BaseModel):
    """One evaluation for each item, in the order of the checklist."""

    model_config = ConfigDict(frozen=True)

    items: tuple[ChecklistEvaluation, ...]


class InsightsReport(BaseModel):
    """Events are ordered by `start_seconds`, then `id`.

    Attributes:
        checklist: Null when the organization had checklists off.
        written_by: `rules`, or the name of the language model that wrote sections, titles or reasons.
    """

    model_config = ConfigDict(frozen=True)

    sections: tuple[Section, ...]
    events: tuple[InsightEvent, ...]
    checklist: ChecklistReport | None = None
    written_by: str = RULES
