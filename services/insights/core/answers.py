"""What a language model answered, and what of it the sentences of the call bear out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.insights.core.asking import MEANINGS, WRITTEN_SECTIONS, Material, Question
from services.insights.core.checklist import PASSED_SCORE, ChecklistItem, says
from services.insights.core.events import event_id
from services.insights.core.quoting import clock, evidence
from services.insights.core.summary import TITLES as SECTION_TITLES
from services.insights.core.titles import TITLES as EVENT_TITLES
from shared.contracts.reports.insights import (
    ChecklistEvaluation,
    ChecklistReport,
    InsightEvent,
    InsightsReport,
    Section,
    SectionId,
)
from shared.contracts.reports.transcription import Sentence
from shared.writing.grounding import is_borne_out, line_of, object_of
from shared.writing.words import EMPTY_WORDS, WORD, content_words

LONGEST_LINE = 300
LONGEST_REASON = 300
LONGEST_TITLE = 80
MOST_LINES = 8
MOST_CITED = 8
MOST_QUOTED = 2
FULL_SCORE = 100
LEAST_HELD = 0.5
"""The share of a section's lines that must hold, if any is to stand."""

NEGATED = re.compile(r"\b(?:no|not|none|never|nobody|nothing|neither|nor|without|cannot|\w+n['’]t)\b", re.IGNORECASE)  # noqa: RUF001  the apostrophe of printed text
REPORTING = """
add agree answer approve arrange ask buyer call cause concern confirm conversation customer discuss explain express
follow hear hope include mention name offer object owe participant plan propose promise raise reply report request
respond seller send speaker state suggest team tell topic want wish
"""
"""Words that somebody needs who reports what was said; they claim nothing by themselves."""


@dataclass
class Written:
    """What stands of a model's answers."""

    sections: dict[SectionId, Section] = field(default_factory=dict)
    evaluations: dict[int, ChecklistEvaluation] = field(default_factory=dict)
    events: dict[str, InsightEvent] = field(default_factory=dict)

    def take(self, answer: str, question: Question, material: Material) -> int:
        """Keep what holds of an answer; how much that is."""
        whole = object_of(answer)
        before = self.amount
        if question.of == "sections":
            found = whole.get("sections")
            self.sections |= _sections(found if isinstance(found, dict) else {}, question, material)
        elif question.of == "checklist":
            self.evaluations |= _evaluations(_entries(whole.get("checklist")), question, material)
        else:
            self.events |= _events(_entries(whole.get("events")), question, material)
        return self.amount - before

    @property
    def amount(self) -> int:
        """How many sections, evaluations and events there are."""
        return len(self.sections) + len(self.evaluations) + len(self.events)

    def over(self, report: InsightsReport, model: str) -> InsightsReport:
        """The report by rules with all that the model wrote in its place; what it did not write stands."""
        if not self.amount:
            return report
        sections = {section.id: section for section in report.sections} | self.sections
        events = {event.id: event for event in report.events} | self.events
        return InsightsReport(
            sections=tuple(sections[name] for name in SECTION_TITLES if name in sections),
            events=tuple(sorted(events.values(), key=lambda event: (event.start_seconds, event.id))),
            checklist=report.checklist
            and ChecklistReport(
                items=tuple(self.evaluations.get(at, one) for at, one in enumerate(report.checklist.items))
            ),
            written_by=model,
        )


def _sections(found: dict[str, Any], question: Question, material: Material) -> dict[SectionId, Section]:
    """The sections of which half of the lines hold: with less, what rules quote says more."""
    written: dict[SectionId, Section] = {}
    for name in WRITTEN_SECTIONS:
        lines: dict[str, tuple[int, ...]] = {}
        entries = _entries(found.get(name))
        for entry in entries:
            text, cited = line_of(entry.get("text"), LONGEST_LINE), _cited(entry.get("sentences"), question)
            if text and cited and _holds(text, _said(cited, material)):
                lines.setdefault(text, cited)
        if lines and len(lines) >= LEAST_HELD * len(entries):
            written[name] = _section(name, list(lines.items())[:MOST_LINES], material)
    return written


def _section(name: SectionId, lines: Sequence[tuple[str, tuple[int, ...]]], material: Material) -> Section:
    content = [f"[{clock(material.sentences[cited[0] - 1].start_seconds)}] {text}" for text, cited in lines]
    numbers = sorted({number for _, cited in lines for number in cited})
    return Section(
        id=name,
        title=SECTION_TITLES[name],
        content="\n".join(content),
        evidence=evidence(material.sentences[number - 1] for number in numbers),
    )


def _evaluations(
    entries: Iterable[dict[str, Any]], question: Question, material: Material
) -> dict[int, ChecklistEvaluation]:
    """The verdicts that hold, by the index of their item: none passes without a sentence, none is of a phrase said."""
    written: dict[int, ChecklistEvaluation] = {}
    for entry in entries:
        number, score = entry.get("item"), entry.get("score")
        reason = line_of(entry.get("reason"), LONGEST_REASON)
        if type(number) is not int or not 1 <= number <= len(material.items) or number - 1 in written:
            continue
        if type(score) is not int or not 0 <= score <= FULL_SCORE or reason is None:
            continue
        item, passed = material.items[number - 1], score >= PASSED_SCORE
        if _is_said(item, material.sentences):
            continue
        cited = _cited(entry.get("sentences"), question)
        if cited is None and (passed or entry.get("sentences") != []):
            continue
        ground = f"{_said(cited or (), material)} {' '.join(item.wordings)}"
        if _holds(reason, ground, may_deny=not passed):
            quoted = [material.sentences[one - 1] for one in (cited or ())[:MOST_QUOTED]]
            written[number - 1] = ChecklistEvaluation(
                item_id=item.item_id,
                title=item.title,
                passed=passed,
                score=score,
                reason=_with_quotes(reason, quoted),
                evidence=evidence(quoted),
            )
    return written


def _is_said(item: ChecklistItem, sentences: Iterable[Sentence]) -> bool:
    """Whether one of the item's phrases was said word by word: that is no matter of judgement."""
    return any(says(sentence.text, phrase) for sentence in sentences for phrase in item.phrases)


def _with_quotes(reason: str, quoted: Sequence[Sentence]) -> str:
    quotes = "; ".join(f'at {clock(sentence.start_seconds)}: "{sentence.text}"' for sentence in quoted)
    return f"{reason} ({quotes})" if quotes else reason


def _events(entries: Iterable[dict[str, Any]], question: Question, material: Material) -> dict[str, InsightEvent]:
    """The events that hold, by their id: the title is the model's, the description is what was said."""
    written: dict[str, InsightEvent] = {}
    for entry in entries:
        number, title = entry.get("sentence"), line_of(entry.get("title"), LONGEST_TITLE)
        event_type = next((name for name in MEANINGS if name == entry.get("type")), None)
        if event_type is None or title is None or type(number) is not int or number not in question.shown:
            continue
        sentence = material.sentences[number - 1]
        if not _holds(title, f"{sentence.text} {EVENT_TITLES[event_type]}"):
            continue
        event = InsightEvent(
            id=event_id(event_type, number - 1),
            type=event_type,
            title=title,
            description=sentence.text,
            start_seconds=sentence.start_seconds,
            end_seconds=sentence.end_seconds,
        )
        written.setdefault(event.id, event)
    return written


def _entries(found: Any) -> list[dict[str, Any]]:  # noqa: ANN401  whatever JSON holds
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _cited(numbers: Any, question: Question) -> tuple[int, ...] | None:  # noqa: ANN401  as above
    """The numbers rising, when all of them were shown and they are neither none nor too many."""
    if not isinstance(numbers, list) or not 0 < len(numbers) <= MOST_CITED:
        return None
    if not all(type(number) is int and number in question.shown for number in numbers):
        return None
    return tuple(sorted(set(numbers)))


def _said(cited: Iterable[int], material: Material) -> str:
    return " ".join(material.sentences[number - 1].text for number in cited)


def _holds(text: str, ground: str, *, may_deny: bool = False) -> bool:
    """Whether the ground bears a text out, shares words with it, and denies something where the text does."""
    shares = set(content_words(text)) & set(content_words(ground))
    denies = NEGATED.search(text) is not None and NEGATED.search(ground) is None
    known = f"{ground} {REPORTING}"
    return bool(shares) and (may_deny or not denies) and is_borne_out(text, known) and not _strangers(text, known)


def _strangers(text: str, ground: str) -> set[str]:
    """Words with a capital, also those that begin a sentence, that may be names of whom the ground does not know."""
    words, stems = {_bare(word) for word in WORD.findall(ground)}, set(content_words(ground))
    capitals = {_bare(word) for word in WORD.findall(text) if word[0].isupper()}
    return {word for word in capitals - words - EMPTY_WORDS if stems.isdisjoint(content_words(word))}


def _bare(word: str) -> str:
    """The word, small, without what an apostrophe ties to it."""
    return re.split("['’]", word.lower())[0]  # noqa: RUF001  the apostrophe of printed text
