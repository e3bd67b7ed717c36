"""From what single looks found to the things of a window: two sightings are believed, one only when very sure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.contracts.reports.visual_elements import SeenObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from services.visual_elements.core.looks import Framing

FAINT = 0.25
"""Findings below this confidence are not even an indication."""

BELIEVED = 0.5
"""The mean confidence over two sightings from which a thing is named."""

BELIEVED_ALONE = 0.75
"""The same for a single look at a piece of a shot."""


@dataclass(frozen=True)
class Sight:
    """What one look found: for each label the confidences of its findings, surest first, none below `FAINT`."""

    seconds: float
    window: int
    shot: int
    framing: Framing
    findings: dict[str, tuple[float, ...]]


def gather(findings: Iterable[tuple[str, float]]) -> dict[str, tuple[float, ...]]:
    """Labels with confidences, by label."""
    by_label: defaultdict[str, list[float]] = defaultdict(list)
    for label, confidence in findings:
        if confidence >= FAINT:
            by_label[label].append(confidence)
    return {label: tuple(sorted(confidences, reverse=True)) for label, confidences in by_label.items()}


def believed(sights: Sequence[Sight]) -> tuple[SeenObject, ...]:
    """The things of one window, surest first.

    Within a shot a thing's confidence is the mean, over the looks, of its surest finding; a look that lacks it counts
    as 0. It is named when that reaches `BELIEVED`, or `BELIEVED_ALONE` where there was one look only.
    """
    best: dict[str, SeenObject] = {}
    for shot in dict.fromkeys(sight.shot for sight in sights):
        looks = [sight.findings for sight in sights if sight.shot == shot]
        threshold = BELIEVED if len(looks) > 1 else BELIEVED_ALONE
        for label in dict.fromkeys(label for findings in looks for label in findings):
            confidence = sum(findings.get(label, (0.0,))[0] for findings in looks) / len(looks)
            if confidence < threshold:
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


def _count(label: str) -> Callable[[dict[str, tuple[float, ...]]], int]:
    return lambda findings: max(1, sum(confidence >= BELIEVED for confidence in findings.get(label, ())))
