"""From texts that stood for a time at a place to captions: each text once for as long as it is there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from services.visual_elements.core.tracking import overlap
from shared.contracts.reports.visual_elements import Caption

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from services.visual_elements.core.tracking import Stood

LEAST_CONFIDENCE = 0.8
"""A line read with less is not told: most such are no text at all."""

SHORT_CHARACTERS, LEAST_CONFIDENCE_SHORT = 3, 0.95
"""Of so few characters a reading must be surer: patterns look like them."""

FEWEST_CHARACTERS = 2
"""Letters and digits: a single one is more often a shape than a text."""

LEAST_SECONDS = 0.1
"""What stands no longer is told only when it was read surely."""

SURE = 0.9

SAME_PLACE = 0.3
"""Two places that share so much of both together hold the same text growing, or the next one."""

STILL_GAP_SECONDS = 0.5
"""A text that leaves its place for longer has gone and come back."""

MOVED_GAP_SECONDS = 3.5
"""A text that moves is seen only when the whole picture is looked at, at least once in a window's length."""

ALIKE = 0.85
"""Two readings so alike, one of them doubtful, are of one text."""

DOUBTFUL_SECONDS = 0.5
"""A reading of what stood no longer is doubtful, however sure: it may have been blurred or fading."""

SIDE_SHARE = 0.01
"""So near to a side of the picture a text may be cut off."""

MOVING_SECONDS = 1.0
"""A text at a side that stands no longer comes in or goes out: only a part of it was read."""

EXACT_SECONDS = 0.2
"""When a text comes or goes is known so exactly; it is seen too late, never too early."""

VISIBLE_SECONDS = 0.2
"""A window tells the texts that stand in it for longer; they are exact to as much."""


def to_captions(texts: Iterable[Stood], size: tuple[int, int], cuts: Sequence[float] = ()) -> tuple[Caption, ...]:
    """Merge what is one text; in the order of time, then of reading.

    Args:
        texts: In any order.
        size: Width and height of the picture, in pixels.
        cuts: Where shots begin, ascending, in seconds; a text that comes or goes with a cut has its exact time.
    """
    # What moves may seem to come back to a place, until its readings elsewhere close the gap: a second pass sees them.
    merged = _merge(_merge(filter(_is_told, texts), size[0]), size[0])
    width, height = size
    captions = (
        Caption(
            text=text.text,
            start_seconds=round(_at_cut(text.start_seconds, cuts), 3),
            end_seconds=round(_at_cut(text.end_seconds, cuts), 3),
            confidence=round(text.confidence, 3),
            left=round(text.place[0] / width, 4),
            top=round(text.place[1] / height, 4),
            right=round(text.place[2] / width, 4),
            bottom=round(text.place[3] / height, 4),
        )
        for text in merged
        if text.end_seconds - text.start_seconds >= MOVING_SECONDS or not _is_cut_off(text, width)
    )
    return tuple(sorted(captions, key=lambda caption: (caption.start_seconds, caption.top, caption.left)))


def texts_by_window(captions: Iterable[Caption], windows: Sequence[tuple[float, float]]) -> list[tuple[str, ...]]:
    """What `texts_in` gives for each window; `windows` follow each other without a gap."""
    starts = [start for start, _ in windows]
    there: list[list[Caption]] = [[] for _ in windows]
    for caption in captions:
        first = max(0, bisect_right(starts, caption.start_seconds) - 1)
        for index in range(first, bisect_left(starts, caption.end_seconds)):
            there[index].append(caption)
    return [texts_in(found, *window) for found, window in zip(there, windows, strict=True)]


def texts_in(captions: Iterable[Caption], start: float, end: float) -> tuple[str, ...]:
    """The texts that stand in a window, in the order of reading, each once.

    What is there together is read from top to bottom and in lines from left to right; what comes when all of that has
    gone follows.
    """
    least = min(VISIBLE_SECONDS, (end - start) / 2)
    there = [
        caption for caption in captions if min(caption.end_seconds, end) - max(caption.start_seconds, start) >= least
    ]
    together: list[list[Caption]] = []
    for caption in sorted(there, key=lambda caption: caption.start_seconds):
        if together and any(other.end_seconds > caption.start_seconds for other in together[-1]):
            together[-1].append(caption)
        else:
            together.append([caption])
    return tuple(dict.fromkeys(caption.text for group in together for caption in _reading_order(group)))


def _reading_order(captions: Iterable[Caption]) -> list[Caption]:
    lines: list[list[Caption]] = []
    for caption in sorted(captions, key=lambda caption: caption.top + caption.bottom):
        middle = (caption.top + caption.bottom) / 2
        if lines and lines[-1][0].top <= middle < lines[-1][0].bottom:
            lines[-1].append(caption)
        else:
            lines.append([caption])
    return [caption for line in lines for caption in sorted(line, key=lambda caption: caption.left)]


def _merge(texts: Iterable[Stood], width: int) -> list[Stood]:
    gone: list[Stood] = []
    late: list[Stood] = []
    for text in sorted(texts, key=lambda text: text.start_seconds):
        earliest_seconds = text.start_seconds - MOVED_GAP_SECONDS
        gone += [before for before in late if before.end_seconds < earliest_seconds]
        late = [before for before in late if before.end_seconds >= earliest_seconds]
        for index, before in enumerate(late):
            if _is_one(before, text, width):
                late[index] = replace(
                    _better(before, text),
                    start_seconds=min(before.start_seconds, text.start_seconds),
                    end_seconds=max(before.end_seconds, text.end_seconds),
                )
                break
        else:
            late.append(text)
    return gone + late


def _at_cut(seconds: float, cuts: Sequence[float]) -> float:
    return next((cut for cut in cuts if cut <= seconds < cut + EXACT_SECONDS), seconds)


def _is_told(text: Stood) -> bool:
    characters = len(_letters(text.text))
    least = LEAST_CONFIDENCE_SHORT if characters <= SHORT_CHARACTERS else LEAST_CONFIDENCE
    if text.confidence < least or characters < FEWEST_CHARACTERS:
        return False
    return text.end_seconds - text.start_seconds >= LEAST_SECONDS or text.confidence >= SURE


def _is_one(before: Stood, text: Stood, width: int) -> bool:
    is_same_place = overlap(before.place, text.place) >= SAME_PLACE
    gap_seconds = text.start_seconds - before.end_seconds
    if gap_seconds > (STILL_GAP_SECONDS if is_same_place else MOVED_GAP_SECONDS):
        return False
    one, other = _letters(before.text), _letters(text.text)
    if one == other:
        return True
    is_part = one in other or other in one
    if is_part and (is_same_place or _is_cut_off(before, width) or _is_cut_off(text, width)):
        return True
    shortest = min(before.end_seconds - before.start_seconds, text.end_seconds - text.start_seconds)
    is_doubtful = min(before.confidence, text.confidence) < SURE or shortest < DOUBTFUL_SECONDS
    return is_doubtful and _digits(one) == _digits(other) and SequenceMatcher(None, one, other).ratio() >= ALIKE


def _better(before: Stood, text: Stood) -> Stood:
    """The reading that is kept: the one of more text, or of the text that stood longer, or the surer one."""
    one, other = _letters(before.text), _letters(text.text)
    if one != other and (one in other or other in one):
        return max(before, text, key=lambda text: len(_letters(text.text)))
    return max(
        before,
        text,
        key=lambda text: (text.end_seconds - text.start_seconds >= DOUBTFUL_SECONDS, text.confidence),
    )


def _is_cut_off(text: Stood, width: int) -> bool:
    """Whether it touches a side, so that a part of it may be outside."""
    left, _, right, _ = text.place
    return left <= SIDE_SHARE * width or right >= (1 - SIDE_SHARE) * width


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
