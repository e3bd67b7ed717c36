"""Shots, groups and scenes as rows of the library's modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.contracts.segments import Segment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.contracts.reports.video_analysis import Scene, Shot, ShotGroup

FIRST_TRANSITION = "cut"
"""How the first shot begins, for readers who want a word."""


def segments_of(shots: Sequence[Shot], groups: Sequence[ShotGroup], scenes: Sequence[Scene]) -> tuple[Segment, ...]:
    """The rows of the modules shots, grouped_shots and scenes: numbers begin at 1 for people, at 0 for programs."""
    return (
        *(_shot(shot) for shot in shots),
        *(_group(group, shots) for group in groups),
        *(_scene(scene) for scene in scenes),
    )


def _shot(shot: Shot) -> Segment:
    transition = shot.transition_in or FIRST_TRANSITION
    return Segment(
        module="shots",
        start_seconds=shot.start_seconds,
        end_seconds=shot.end_seconds,
        content=_sentence(
            f"Shot {shot.index + 1}", f"Transition: {transition}", _colours(shot.colours), f"Motion: {shot.motion}"
        ),
        metadata={
            "shot_index": shot.index,
            "transition": transition,
            "score": 1.0 if shot.score is None else shot.score,
        },
    )


def _group(group: ShotGroup, shots: Sequence[Shot]) -> Segment:
    numbers = ", ".join(str(index + 1) for index in group.shot_indices)
    return Segment(
        module="grouped_shots",
        start_seconds=shots[group.shot_indices[0]].start_seconds,
        end_seconds=shots[group.shot_indices[-1]].end_seconds,
        content=_sentence(f"Group {group.index + 1}", f"Shots {numbers}", _colours(group.colours)),
        metadata={"group_index": group.index, "shot_indices": list(group.shot_indices)},
    )


def _scene(scene: Scene) -> Segment:
    count = len(scene.shot_indices)
    return Segment(
        module="scenes",
        start_seconds=scene.start_seconds,
        end_seconds=scene.end_seconds,
        content=_sentence(
            f"Scene {scene.index + 1}", f"Shots: {count}", _colours(scene.colours), f"Motion: {scene.motion}"
        ),
        metadata={"scene_index": scene.index, "shot_count": count, "shot_indices": list(scene.shot_indices)},
    )


def _colours(names: Sequence[str]) -> str:
    return f"Colors: {', '.join(names)}" if names else ""


def _sentence(title: str, *facts: str) -> str:
    return f"{title}: {'; '.join(fact for fact in facts if fact)}"
