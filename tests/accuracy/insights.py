"""How right the events and the checklist of insights are, on written dialogues with their truth."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from services.insights.analysis import analyse
from services.insights.core.checklist import ChecklistItem
from services.insights.core.kinds import LETTERS
from services.insights.stage import MODEL
from shared.contracts.reports.insights import EVENT_TYPES
from shared.contracts.reports.transcription import Sentence, TranscriptionReport
from shared.models import model_path
from tests.accuracy.clips import CACHE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shared.contracts.reports.insights import ChecklistEvaluation, InsightsReport

MODELS_DIR = CACHE.parent / "models"
DIALOGUES = Path(__file__).with_name("dialogues")
GROUPS = {"learned from": range(1, 19), "held out": range(19, 100)}
"""By the number that a dialogue's file begins with. Those held out were written after
everything was fitted; of the others, the stage has the sentences among its examples."""

SECONDS_A_WORD, PAUSE_SECONDS = 0.4, 0.6
SHIFT_TOLERANCE = 2
"""Sentences by which a shift of mood may be found early or late."""
SHIFT = "sentiment_shift"


@dataclass(frozen=True)
class Dialogue:
    """What is said, and what is true of it.

    Attributes:
        truth: The types of each sentence's events.
        checklist: The items, each with whether it is fulfilled.
    """

    name: str
    sentences: tuple[Sentence, ...]
    truth: tuple[frozenset[str], ...]
    checklist: tuple[tuple[ChecklistItem, bool], ...]


@dataclass
class Count:
    """How often found and true agree."""

    right: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """The share of what was found that is true; None where nothing was found."""
        return self.right / (self.right + self.false) if self.right + self.false else None

    @property
    def recall(self) -> float | None:
        """The share of what is true that was found; None where nothing is true."""
        return self.right / (self.right + self.missed) if self.right + self.missed else None


def read(path: Path) -> Dialogue:
    """A dialogue from its file."""
    sentences, truth, checklist, now = [], [], [], 1.0
    for line in path.read_text("utf-8").splitlines()[1:]:
        fields = [field.strip() for field in line.split("|")]
        if fields[0] == "item":
            _, item_id, title, description, phrases, fulfilled = fields
            split = tuple(phrase.strip() for phrase in phrases.split(";"))
            item = ChecklistItem(item_id=item_id, title=title, description=description or None, phrases=split)
            checklist.append((item, fulfilled == "yes"))
        elif fields[0]:
            _, letters, text = fields
            until = now + SECONDS_A_WORD * len(text.split())
            sentences.append(Sentence(text=text, start_seconds=now, end_seconds=until, confidence=1.0, words=()))
            truth.append(frozenset(_type_of(letter) for letter in re.findall(r"[^,\s]", letters)))
            now = until + PAUSE_SECONDS
    return Dialogue(path.stem, tuple(sentences), tuple(truth), tuple(checklist))


def _type_of(letter: str) -> str:
    return SHIFT if letter in "+-" else LETTERS[letter]


def found_in(dialogue: Dialogue) -> InsightsReport:
    """What the stage makes of it."""
    said = TranscriptionReport(language="en", language_probability=1.0, sentences=dialogue.sentences)
    folder = model_path(MODEL, MODELS_DIR)
    return analyse(said, (), [item for item, _ in dialogue.checklist], folder, threads=1)


def events_by_sentence(dialogue: Dialogue, report: InsightsReport) -> tuple[frozenset[str], ...]:
    """The types of the events that were found, for each sentence."""
    types = defaultdict(set)
    for event in report.events:
        types[event.start_seconds].add(event.type)
    return tuple(frozenset(types[sentence.start_seconds]) for sentence in dialogue.sentences)


def compare(found: Sequence[frozenset[str]], truth: Sequence[frozenset[str]], event_type: str, count: Count) -> None:
    """Add one dialogue's agreement on one type."""
    tolerance = SHIFT_TOLERANCE if event_type == SHIFT else 0
    true = [index for index, types in enumerate(truth) if event_type in types]
    for index in (index for index, types in enumerate(found) if event_type in types):
        near = [one for one in true if abs(one - index) <= tolerance]
        if near:
            true.remove(min(near, key=lambda one: abs(one - index)))
            count.right += 1
        else:
            count.false += 1
    count.missed += len(true)


def judged(items: Iterable[tuple[ChecklistEvaluation, bool]], count: Count) -> None:
    """Add the evaluations of one checklist."""
    for evaluation, fulfilled in items:
        count.right += evaluation.passed and fulfilled
        count.false += evaluation.passed and not fulfilled
        count.missed += not evaluation.passed and fulfilled


def measure() -> str:
    """A table of every type, and of the checklist."""
    dialogues = [read(path) for path in sorted(DIALOGUES.glob("*.txt"))]
    reports = [found_in(dialogue) for dialogue in dialogues]
    spoken = [event_type for event_type in EVENT_TYPES if event_type != "visual_change"]
    counts = {group: {name: Count() for name in (*spoken, "checklist item passed")} for group in GROUPS}
    for dialogue, report in zip(dialogues, reports, strict=True):
        group = next(name for name, numbers in GROUPS.items() if int(dialogue.name[:2]) in numbers)
        found = events_by_sentence(dialogue, report)
        for event_type in spoken:
            compare(found, dialogue.truth, event_type, counts[group][event_type])
        assert report.checklist is not None
        fulfilled = (truth for _, truth in dialogue.checklist)
        judged(zip(report.checklist.items, fulfilled, strict=True), counts[group]["checklist item passed"])
    header = "| | " + " | ".join(f"{group}: true | precision | recall" for group in GROUPS) + " |"
    rows = [
        f"| {name} | " + " | ".join(_cells(counts[group][name]) for group in GROUPS) + " |"
        for name in counts["learned from"]
    ]
    return "\n".join([header, "|---" * (1 + 3 * len(GROUPS)) + "|", *rows])


def _cells(count: Count) -> str:
    shares = ("-" if share is None else f"{share:.2f}" for share in (count.precision, count.recall))
    return " | ".join([str(count.right + count.missed), *shares])


def show() -> None:
    """Print every disagreement of the dialogues that the command line names by number."""
    for path in sorted(DIALOGUES.glob("*.txt")):
        if path.name[:2] not in sys.argv[1:]:
            continue
        dialogue = read(path)
        report = found_in(dialogue)
        for sentence, found, true in zip(
            dialogue.sentences, events_by_sentence(dialogue, report), dialogue.truth, strict=True
        ):
            if found != true:
                print(f"{path.name[:2]} missed {sorted(true - found)}, false {sorted(found - true)}: {sentence.text}")
        assert report.checklist is not None
        for evaluation, (_, fulfilled) in zip(report.checklist.items, dialogue.checklist, strict=True):
            mark = "" if evaluation.passed == fulfilled else "WRONG "
            print(f"{path.name[:2]} {mark}{evaluation.title}: {evaluation.score} {evaluation.reason}")


if __name__ == "__main__":
    show()
