"""From what single looks found to the things of a window: two sightings are believed, one only when very sure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from shared.contracts.reports.visual_elements import SeenObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Framing = Literal["padded", "squeezed"]
"""How a picture is brought into the detector's square: with a border around it, or without one."""

Findings = dict[str, tuple[float, ...]]
"""For each label the confidences of what was found, surest first."""

FAINT = 0.25
"""Findings below this confidence are not even an indication."""

BELIEVED, BELIEVED_PERSON = 0.6, 0.5
"""The mean confidence over two sightings from which a thing is named; people are taken for something else least."""

TO_CONFIRM = 0.4
"""A thing found with this much is worth a second look, if no look shortly before saw it in the other framing."""

BELIEVED_ALONE = 0.75
"""The same for a single look at a piece of a shot, whatever the thing."""

CONFIRMED_LOOKS = 2

COUNTED = 0.5
"""A finding with this much counts as one more of its kind."""


@dataclass(frozen=True)
class Sight:
    """What one look found; no finding is below `FAINT`."""

    seconds: float
    window: int
    shot: int
    framing: Framing
    findings: Findings


def gather(findings: Iterable[tuple[str, float]]) -> Findings:
    """Labels with confidences, by label."""
    by_label: defaultdict[str, list[float]] = defaultdict(list)
    for label, confidence in findings:
        if confidence >= FAINT:
            by_label[label].append(confidence)
    return {label: tuple(sorted(confidences, reverse=True)) for label, confidences in by_label.items()}


def leaves_doubt(findings: Findings, other: Findings | None) -> bool:
    """Whether a look found something that a look shortly before in the other framing, if there is one, did not see."""
    return any(confidences[0] >= TO_CONFIRM and label not in (other or {}) for label, confidences in findings.items())


def believed(sights: Sequence[Sight]) -> tuple[SeenObject, ...]:
    """The things of one window, surest first.

    Within a shot a thing's confidence is the mean, over the looks, of its surest finding; a look that lacks it counts
    as 0. It is named when that reaches `BELIEVED` (a person `BELIEVED_PERSON`), or, where there was one look only,
    `BELIEVED_ALONE`.
    """
    best: dict[str, SeenObject] = {}
    for shot in dict.fromkeys(sight.shot for sight in sights):
        looks = [sight.findings for sight in sights if sight.shot == shot]
        for label in dict.fromkeys(label for findings in looks for label in findings):
            confidence = sum(findings.get(label, (0.0,))[0] for findings in looks) / len(looks)
            if confidence < _threshold(label, len(looks)):
                continue
            seen = SeenObject(label=label, confidence=round(confidence, 3), count=max(map(_count(label), looks)))
            best[label] = max(best.get(label, seen), seen, key=lambda candidate: candidate.confidence)
    return tuple(sorted(best.values(), key=lambda seen: (-seen.confidence, seen.label)))


def seen_in(sight: Sight, things: Iterable[SeenObject]) -> tuple[SeenObject, ...]:
    """What one look saw of the things that are named in its window."""
    return tuple(
        SeenObject(label=thing.label, confidence=round(found[0], 3), count=_count(thing.label)(sight.findings))
        for thing in things
        if (found := sight.findings.get(thing.label))
    )


def _threshold(label: str, looks: int) -> float:
    if looks < CONFIRMED_LOOKS:
        return BELIEVED_ALONE
    return BELIEVED_PERSON if label == "person" else BELIEVED


def _count(label: str) -> Callable[[Findings], int]:
    return lambda findings: max(1, sum(confidence >= COUNTED for confidence in findings.get(label, ())))
