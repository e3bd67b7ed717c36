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
from services.insights.training.calls import CALLS, EARLY, calls
from shared.contracts.reports.insights import EVENT_TYPES, InsightsReport
from shared.contracts.reports.transcription import Sentence, TranscriptionReport
from shared.models import model_path
from tests.accuracy.clips import CACHE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shared.contracts.reports.insights import ChecklistEvaluation

MODELS_DIR = CACHE.parent / "models"
DIALOGUES = Path(__file__).with_name("dialogues")
"""Held out: the judge learned from none of them, and nobody looked at what it makes of them."""
SECONDS_A_WORD, PAUSE_SECONDS = 0.4, 0.6
SHIFT_TOLERANCE = 2
"""Sentences by which a shift of mood may be found early or late."""
SHIFT = "sentiment_shift"
SPOKEN = tuple(event_type for event_type in EVENT_TYPES if event_type != "visual_change")
PASSED = "checklist item passed"


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
    aside = [CALLS / f"{call.name}.txt" for call in calls() if call.is_aside]
    known = _counted(aside, checklists=sorted(EARLY.glob("[0-9]*.txt")))
    held_out = sorted(DIALOGUES.glob("*.txt"))
    unknown = _counted(held_out, checklists=held_out)
    header = "| | set aside: true | precision | recall | held out: true | precision | recall |"
    rows = [f"| {name} | {_cells(known[name])} | {_cells(unknown[name])} |" for name in unknown]
    return "\n".join([header, "|---" * 7 + "|", *rows])


def _counted(paths: Sequence[Path], checklists: Sequence[Path]) -> dict[str, Count]:
    """What agrees in some dialogues, and in the checklists of some."""
    counts = {name: Count() for name in (*SPOKEN, PASSED)}
    for path in dict.fromkeys([*paths, *checklists]):
        dialogue = read(path)
        report = found_in(dialogue)
        if path in paths:
            _count(events_by_sentence(dialogue, report), dialogue.truth, counts)
        if path in checklists:
            _count_checklist(dialogue, report, counts[PASSED])
    return counts


def _count(found: Sequence[frozenset[str]], truth: Sequence[frozenset[str]], counts: dict[str, Count]) -> None:
    for event_type in SPOKEN:
        compare(found, truth, event_type, counts[event_type])


def _count_checklist(dialogue: Dialogue, report: InsightsReport, count: Count) -> None:
    assert report.checklist is not None
    judged(zip(report.checklist.items, (truth for _, truth in dialogue.checklist), strict=True), count)


def _cells(count: Count) -> str:
    shares = ("-" if share is None else f"{share:.2f}" for share in (count.precision, count.recall))
    return " | ".join([str(count.right + count.missed), *shares])


def show() -> None:
    """Print every disagreement of the early dialogues that the command line names by number."""
    for path in sorted(EARLY.glob("[0-9]*.txt")):
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
