"""How the picture looks and moves, in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from services.video_reasoning.core.wording import listed
from shared.contracts.reports.visual_elements import Brightness, Window
from shared.contracts.segments import MotionLevel

MOTION: dict[MotionLevel, str] = {"low": "little motion", "medium": "some motion", "high": "much motion"}
CLEAR_SHARE = 0.6
"""What holds for a smaller share of the time is not said of the whole."""

MOST_COLOURS = 3

Word = TypeVar("Word", bound=str)


def described(owner: str, colours: Sequence[str], bright: str, motion: str) -> str:
    """Clauses such as `its main colours are blue and white, it is bright, and there is little motion`.

    Args:
        owner: Whose colours they are: `its`, `the video's`.
        colours: The commonest first.
        bright: An adjective; may be empty.
        motion: A noun with its amount; may be empty.
    """
    clauses = []
    if colours:
        named = colours[:MOST_COLOURS]
        clauses.append(f"{owner} main {'colour is' if len(named) == 1 else 'colours are'} {listed(named)}")
    if bright:
        clauses.append(f"it is {bright}")
    if motion:
        clauses.append(f"there is {motion}")
    return ", and ".join(part for part in (", ".join(clauses[:-1]), *clauses[-1:]) if part)


def brightness(windows: Iterable[Window], start_seconds: float, end_seconds: float) -> str:
    """`dark`, `bright`, or nothing where neither holds for most of the time that surely lies in the span."""
    weights: dict[Brightness, float] = defaultdict(float)
    for window in windows:
        shared = min(window.end_seconds, end_seconds) - max(window.start_seconds, start_seconds)
        # A window that reaches out of the span may owe its brightness to what lies beside it.
        if shared > 0 and shared >= CLEAR_SHARE * (window.end_seconds - window.start_seconds):
            weights[window.brightness] += shared
    word, share = heaviest(weights)
    return word if word and word != "medium" and share >= CLEAR_SHARE else ""


def heaviest(weights: Mapping[Word, float]) -> tuple[Word | None, float]:
    """The word with the greatest weight, and its share of all; none of none."""
    if not weights:
        return None, 0.0
    word = max(weights, key=lambda one: (weights[one], one))
    return word, weights[word] / sum(weights.values())
