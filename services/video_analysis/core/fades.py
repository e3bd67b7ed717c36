"""Fades: the picture goes out into black or white and another comes out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import maximum_filter1d

from services.video_analysis.core.boundary import Boundary, Candidate
from services.video_analysis.core.layout import layouts, square_distances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from services.video_analysis.core.measuring import Look, Measures

PLAIN_CONTRAST = 4.0
"""A picture whose pixels deviate less (of 0 to 128) is one plain colour."""

PLAIN_SHARE = 0.15
"""So is one with less than this share of the contrast on both sides: a quick fade has no frame that is quite black."""

BLACK_LUMA, WHITE_LUMA = 48.0, 208.0
"""A plain picture darker or lighter than these is what one fades through; others are cards."""

RAMP_SECONDS = 1.5
"""How far a fade is followed to both sides of the plain colour."""

RISING_SECONDS, RISING_FACTOR = 0.12, 1.05
"""A fade is over where the contrast does not rise by this factor within this time,"""

LEAST_FULL_SHARE = 0.4
"""and has this share of its highest nearby."""

GRADUAL_SHARE = 0.6
"""No step from frame to frame makes up more than this share of a ramp."""

SAME_SHARE = 0.5
"""A picture after the fade that differs from the one before by less than this share of its contrast is the same."""


def find_fades(measures: Measures, look: Look, cuts: Sequence[Candidate]) -> list[Candidate]:
    """The fades in order; a video that begins or ends in black does not fade to another shot.

    A cut on one side of the plain colour leaves the fade on the other side.
    """
    times, contrast = measures.times, measures.contrast
    found = []
    for first, last in _plain_runs(measures):
        if first == 0 or last == times.size - 1:
            continue
        bounds = [cut.boundary.start_seconds for cut in cuts if cut.is_sure]
        before = max((cut for cut in bounds if cut <= times[first]), default=-np.inf)
        after = min((cut for cut in bounds if cut > times[last]), default=np.inf)
        start, end = _ramp(times, contrast, first, -1, before), _ramp(times, contrast, last, +1, after)
        if not (_is_gradual(contrast[start : first + 1]) or _is_gradual(contrast[last : end + 1])):
            continue
        sides = layouts(np.concatenate([look(start, start + 1), look(end, end + 1)]))
        apart = float(np.sqrt(square_distances(sides[:1], sides[1:])[0, 0]))
        light = max(contrast[start], contrast[end])
        if apart >= SAME_SHARE * light:
            score = round(float(1 - contrast[first : last + 1].min() / light), 3)
            found.append(Candidate(_centred(times, (start, end), (first, last), score), apart, is_sure=True))
    return found


def _centred(times: NDArray[np.float64], whole: tuple[int, int], plain: tuple[int, int], score: float) -> Boundary:
    """A fade as long as it is, about the middle of its plain colour."""
    middle, seconds = (times[plain[0]] + times[plain[1]]) / 2, times[whole[1]] - times[whole[0]]
    return Boundary("fade", float(middle - seconds / 2), float(middle + seconds / 2), score)


def _plain_runs(measures: Measures) -> list[tuple[int, int]]:
    """First and last frame of every run of black or white frames."""
    times, contrast = measures.times, measures.contrast
    if times.size < 2:  # noqa: PLR2004  one frame has no neighbours
        return []
    reach = max(1, round(RAMP_SECONDS / float(np.median(np.diff(times)))))
    left = maximum_filter1d(contrast, reach, origin=(reach - 1) // 2)
    right = maximum_filter1d(contrast, reach, origin=-(reach // 2))
    plain = contrast < np.maximum(PLAIN_CONTRAST, PLAIN_SHARE * np.minimum(left, right))
    plain &= (measures.luma < BLACK_LUMA) | (measures.luma > WHITE_LUMA)
    edges = np.flatnonzero(np.diff(np.r_[False, plain, False].astype(np.int8)))
    return [(int(first), int(end) - 1) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def _ramp(times: NDArray[np.float64], contrast: NDArray[np.float64], plain: int, step: int, bound: float) -> int:
    """The frame at which the contrast stops rising on one side of a plain one, not beyond a cut at `bound`."""
    limit = times[plain] + step * RAMP_SECONDS
    reachable = [plain]
    while 0 <= (frame := reachable[-1] + step) < times.size and step * (limit - times[frame]) >= 0:
        if (step < 0 and times[frame] < bound) or (step > 0 and times[frame] >= bound):
            break
        reachable.append(frame)
    levels = contrast[reachable]
    ahead = np.searchsorted(step * times[reachable], step * times[reachable] + RISING_SECONDS)
    later = levels[np.minimum(ahead, levels.size - 1)]
    still = (later <= RISING_FACTOR * levels) & (levels >= LEAST_FULL_SHARE * levels.max())
    return reachable[int(np.argmax(still))]


def _is_gradual(levels: NDArray[np.float64]) -> bool:
    """Whether the contrast rises or falls over several frames."""
    rise = float(np.ptp(levels))
    return levels.size > 2 and float(np.abs(np.diff(levels)).max()) <= GRADUAL_SHARE * rise  # noqa: PLR2004  two frames are a step
