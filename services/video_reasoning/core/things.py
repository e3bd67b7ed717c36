"""What was seen: how often and how many of each kind, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.video_reasoning.core.wording import capital, listed
from shared.contracts.reports.visual_elements import SeenObject, VisualElementsReport

LEAST_CONFIDENCE = 0.5
"""A less sure sighting is no ground for a sentence."""

MOST_KINDS = 5
OFTEN = 0.5
"""What is seen in fewer than this share of the looks, and in fewer than all of two, is seen at times."""

PLURALS = {
    "person": "people",
    "mouse": "mice",
    "knife": "knives",
    "sheep": "sheep",
    "skis": "skis",
    "scissors": "scissors",
    "broccoli": "broccoli",
}
HISSING = ("s", "x", "ch", "sh")
WRITTEN = {"tv": "TV"}


@dataclass(frozen=True, slots=True)
class Sighting:
    """One kind of thing over several looks.

    Attributes:
        most, least: How many at once, where it was seen at all.
        seen: In how many looks it was seen.
    """

    label: str
    most: int
    least: int
    seen: int


Look = Sequence[tuple[str, int]]
"""What one picture, or one window, showed: labels and how many of each."""


def looks_within(report: VisualElementsReport, start_seconds: float, end_seconds: float) -> list[Look]:
    """What was found in the pictures of a span that were looked at."""
    return [_sure(look.objects) for look in report.looks if start_seconds <= look.seconds < end_seconds]


def windows_of(report: VisualElementsReport) -> list[Look]:
    """What was found in each window of the video: the most at once, so that fewer may have been seen, too."""
    return [_sure(window.objects) for window in report.windows]


def _sure(found: Iterable[SeenObject]) -> Look:
    return [(thing.label, thing.count) for thing in found if thing.confidence >= LEAST_CONFIDENCE]


def sightings(looks: Sequence[Look], *, are_pictures: bool = True) -> list[Sighting]:
    """Each kind that was seen, the most frequent first, of equals the most numerous.

    Args:
        looks: What was seen.
        are_pictures: Not windows, whose numbers are the most of several pictures.
    """
    counts: dict[str, list[int]] = {}
    for look in looks:
        for label, count in look:
            counts.setdefault(label, []).append(count)
    found = [Sighting(label, max(seen), min(seen) if are_pictures else 1, len(seen)) for label, seen in counts.items()]
    return sorted(found, key=lambda one: (-one.seen, -one.most, one.label))[:MOST_KINDS]


def named(sighting: Sighting) -> str:
    """`a person`, `2 people`, `up to 3 cars`."""
    label = WRITTEN.get(sighting.label, sighting.label)
    if sighting.most == 1:
        return label if PLURALS.get(label) == label else f"{'an' if label[0] in 'aeiou' else 'a'} {label}"
    number = f"{sighting.most}" if sighting.least == sighting.most else f"up to {sighting.most}"
    return f"{number} {_plural(label)}"


def seen_sentence(found: Sequence[Sighting], looks: int) -> str:
    """A whole sentence: `A person and 2 chairs are seen, at times also a dog`."""
    often = [one for one in found if one.seen == looks or one.seen >= OFTEN * looks]
    seldom = [named(one) for one in found if one not in often]
    if not often:
        return capital(f"{listed(seldom)} {_are(found)} seen at times.")
    also = f", at times also {listed(seldom)}" if seldom else ""
    return capital(f"{listed([named(one) for one in often])} {_are(often)} seen{also}.")


def often_sentence(found: Sequence[Sighting], looks: int) -> str:
    """A whole sentence: `A person is seen in 14 of 19 stretches of 3 seconds, a chair in 5`."""
    first, *others = found
    stretches = f"all {looks}" if first.seen == looks else f"{first.seen} of {looks}"
    start = f"{named(first)} {_are([first])} seen in {stretches} stretches of 3 seconds"
    rest = listed([f"{named(one)} in {one.seen}" for one in others])
    return capital(f"{start}, {rest}." if rest else f"{start}.")


def _are(found: Sequence[Sighting]) -> str:
    is_one = len(found) == 1 and found[0].most == 1 and PLURALS.get(found[0].label) != found[0].label
    return "is" if is_one else "are"


def _plural(label: str) -> str:
    if label in PLURALS:
        return PLURALS[label]
    return f"{label}es" if label.endswith(HISSING) else f"{label}s"
