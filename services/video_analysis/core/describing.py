"""From what was measured to the report's shots, groups and scenes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from services.video_analysis.core.colours import commonest_colours
from shared.contracts.motion import motion_level
from shared.contracts.reports.video_analysis import Scene, Shot, ShotGroup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from services.video_analysis.core.scenes import Run
    from services.video_analysis.core.shots import FoundShot
    from services.video_analysis.core.spans import Span
    from shared.contracts.reports.video_analysis import Composition

SECONDS_A_MINUTE = 60


def describe_shots(
    found: Sequence[FoundShot],
    spans: Sequence[Span],
    key_seconds: Sequence[float],
    compositions: Mapping[int, Composition],
    *,
    colour_shares: NDArray[np.floating],
    speeds: NDArray[np.floating],
) -> tuple[Shot, ...]:
    """The shots with all that is known of each.

    Args:
        found: With their bounds and transitions.
        spans: Their frames.
        key_seconds: The instant of each one's key picture.
        compositions: By the shot's number, of those that were looked at.
        colour_shares: Of every frame, shape (n, 11).
        speeds: Of every frame in frame widths per second, shape (n,).
    """
    return tuple(
        Shot(
            index=index,
            start_seconds=shot.start_seconds,
            end_seconds=shot.end_seconds,
            transition_in=shot.transition_in,
            transition_seconds=shot.transition_seconds,
            score=shot.score,
            colours=commonest_colours(colour_shares[span.clear_first : span.clear_end]),
            motion=motion_level(float(speeds[span.first : span.end].mean())),
            key_seconds=key,
            composition=compositions.get(index),
        )
        for index, (shot, span, key) in enumerate(zip(found, spans, key_seconds, strict=True))
    )


def describe_groups(
    groups: Sequence[tuple[int, ...]], spans: Sequence[Span], colour_shares: NDArray[np.floating]
) -> tuple[ShotGroup, ...]:
    """The groups with their colours; each is a tuple of the numbers of its shots."""
    return tuple(
        ShotGroup(
            index=index, shot_indices=members, colours=_colours_of([spans[shot] for shot in members], colour_shares)
        )
        for index, members in enumerate(groups)
    )


def describe_scenes(
    runs: Sequence[Run],
    found: Sequence[FoundShot],
    spans: Sequence[Span],
    *,
    colour_shares: NDArray[np.floating],
    speeds: NDArray[np.floating],
) -> tuple[Scene, ...]:
    """The scenes with their bounds, colours and motion; the arrays are those of `describe_shots`."""
    return tuple(
        Scene(
            index=index,
            start_seconds=found[run.first].start_seconds,
            end_seconds=found[run.end - 1].end_seconds,
            shot_indices=tuple(range(run.first, run.end)),
            colours=_colours_of(spans[run.first : run.end], colour_shares),
            motion=motion_level(float(speeds[spans[run.first].first : spans[run.end - 1].end].mean())),
        )
        for index, run in enumerate(runs)
    )


def _colours_of(spans: Sequence[Span], colour_shares: NDArray[np.floating]) -> tuple[str, ...]:
    return commonest_colours(np.concatenate([colour_shares[span.clear_first : span.clear_end] for span in spans]))


def cuts_a_minute(shot_count: int, duration_seconds: float) -> float:
    """Transitions per minute, gradual ones among them, to two decimals."""
    if duration_seconds <= 0:
        return 0.0
    return round((shot_count - 1) * SECONDS_A_MINUTE / duration_seconds, 2)
