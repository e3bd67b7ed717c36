"""Shots that show the same, wherever they stand: cuts back to a view, the sides of a dialogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.video_analysis.core.likeness import view_likeness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.video_analysis.core.likeness import ShotLook

SAME_VIEW = 0.4
"""View likeness from which two shots show the same. In ten minutes of an animated film the pairs above it show the same
view, below 0.35 another framing of the place."""

MOST_SHOTS_BACK = 500
"""A shot is compared with so many before it, which is half an hour of fast cutting: cost stays linear."""


def same_views(looks: Sequence[ShotLook]) -> list[tuple[int, int]]:
    """The pairs of shots that show the same view: the earlier, the later; in order of the later."""
    return [
        (earlier, later)
        for later in range(len(looks))
        for earlier in range(max(0, later - MOST_SHOTS_BACK), later)
        if view_likeness(looks[earlier], looks[later], least=SAME_VIEW) >= SAME_VIEW
    ]


def group(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    """The shots that hang together by pairs, each group ascending, groups by their first shot.

    Example:
        >>> group([(0, 2), (1, 3), (2, 4)])
        [(0, 2, 4), (1, 3)]
    """
    group_of: dict[int, set[int]] = {}
    for left, right in pairs:
        joined = group_of.get(left, {left}) | group_of.get(right, {right})
        group_of.update(dict.fromkeys(joined, joined))
    distinct = {min(members): members for members in group_of.values()}
    return [tuple(sorted(distinct[first])) for first in sorted(distinct)]
