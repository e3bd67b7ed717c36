"""How one picture is composed: its subject, the thirds, headroom, and lines that lead into depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from services.video_analysis.core.lines import leading_lines
from services.video_analysis.core.saliency import salient_place
from shared.contracts.reports.video_analysis import Composition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PERSON_CONFIDENCE = 0.5
LEAST_PERSON_HEIGHT = 0.2
"""Of the picture's height: smaller people are figures in a landscape, of whose headroom nobody speaks."""

EYES_BELOW_TOP = 0.25
"""Of a person's width: shoulders are about two heads wide, and the eyes lie in the middle of the head."""

THIRDS = (1 / 3, 2 / 3)
FARTHEST = float(np.hypot(1 / 3, 1 / 3))
"""From a corner of the picture to the nearest crossing of the thirds, with both sides of length 1."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the picture: how sure, and where, in shares of its width and height."""

    confidence: float
    left: float
    top: float
    right: float
    bottom: float


def compose(picture: NDArray[np.uint8], people: Sequence[Person]) -> Composition:
    """The composition of one picture.

    The subject is the largest person's eyes, or else what is most salient.

    Args:
        picture: Blue, green, red; shape (height, width, 3).
        people: Whoever was found in it, in any order.
    """
    height, width = picture.shape[:2]
    person = _largest(people)
    subject = salient_place(picture) if person is None else _eyes(person, width / height)
    return Composition(
        subject=None if subject is None else (round(subject[0], 3), round(subject[1], 3)),
        thirds=None if subject is None else round(nearness_to_thirds(*subject), 3),
        headroom=None if person is None else round(person.top, 3),
        leading_lines=round(leading_lines(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)), 3),
    )


def _largest(people: Sequence[Person]) -> Person | None:
    sure = [
        person
        for person in people
        if person.confidence >= PERSON_CONFIDENCE and person.bottom - person.top >= LEAST_PERSON_HEIGHT
    ]
    return max(sure, key=lambda person: (person.right - person.left) * (person.bottom - person.top), default=None)


def _eyes(person: Person, aspect_ratio: float) -> tuple[float, float]:
    below = EYES_BELOW_TOP * (person.right - person.left) * aspect_ratio
    return (person.left + person.right) / 2, min(person.top + below, (person.top + person.bottom) / 2)


def nearness_to_thirds(x: float, y: float) -> float:
    """How near a place is to a crossing of the thirds: 1 on it, 0 in a corner of the picture; x and y from 0 to 1."""
    distance = min(float(np.hypot(x - across, y - down)) for across in THIRDS for down in THIRDS)
    return max(0.0, 1 - distance / FARTHEST)
