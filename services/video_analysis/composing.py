"""Composing the shots' key pictures: the frames picked out of the proxy, and the people in them."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from services.video_analysis.core.composition import PERSON_CONFIDENCE, Person, compose
from shared.media import pick_frames

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from shared.contracts.reports.video_analysis import Composition, PictureArea
    from shared.models.objects import ObjectDetector

SECONDS_A_MINUTE = 60

COMPOSED_A_MINUTE = 10
"""Shots whose composition is measured, as many in a shorter video; each costs about 15 cpu-milliseconds."""

SEARCHED_A_MINUTE = 3
"""Those among them in which people are looked for; each costs about 80 cpu-milliseconds more."""


def compose_shots(
    proxy: Path,
    key_seconds: Mapping[int, float],
    searched: Sequence[int],
    *,
    area: PictureArea,
    detector: ObjectDetector,
) -> dict[int, Composition]:
    """The composition of each shot's key picture, by the shot's number.

    Args:
        proxy: Made by the ingest stage.
        key_seconds: Of the shots to compose.
        searched: The shots in which people are looked for.
        area: What lies outside is no part of a picture.
        detector: Finds the people.
    """
    frames = pick_frames(proxy, key_seconds.values())
    compositions = {}
    for shot, frame in zip(key_seconds, frames, strict=True):
        picture = _inside(frame.bgr(), area)
        people = _people(picture, detector) if shot in searched else []
        compositions[shot] = compose(picture, people)
    return compositions


def most_telling(
    groups: Sequence[Sequence[int]], lengths: Sequence[float], *, a_minute: int, duration_seconds: float
) -> list[int]:
    """The shots that are worth a look, in proportion to the duration: long ones first, repeated views last; ascending.

    Args:
        groups: Of the shots that show the same.
        lengths: Of all shots, in seconds.
        a_minute: How many looks each minute of the video affords; a shorter video as many as a minute.
        duration_seconds: Of the video.
    """
    repeats = {shot for members in groups for shot in members[1:]}
    order = sorted(range(len(lengths)), key=lambda shot: (shot in repeats, -lengths[shot]))
    return sorted(order[: ceil(a_minute * max(1.0, duration_seconds / SECONDS_A_MINUTE))])


def _people(picture: NDArray[np.uint8], detector: ObjectDetector) -> list[Person]:
    return [
        Person(thing.confidence, thing.left, thing.top, thing.right, thing.bottom)
        for thing in detector.detect(picture, least_confidence=PERSON_CONFIDENCE)
        if thing.label == "person"
    ]


def _inside(picture: NDArray[np.uint8], area: PictureArea) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    rows = slice(round(area.top * height), height - round(area.bottom * height))
    columns = slice(round(area.left * width), width - round(area.right * width))
    return np.ascontiguousarray(picture[rows, columns])
