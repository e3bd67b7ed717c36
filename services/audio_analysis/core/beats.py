"""Where the beats of a stretch of music are, once its tempo is known.

The method is Ellis's ("Beat Tracking by Dynamic Programming", 2007): of all rows of instants, the one whose onsets are
strong and whose distances are near to the tempo's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, label, uniform_filter1d

from services.audio_analysis.core.onsets import FRAME_RATE_HERTZ, Onsets
from services.audio_analysis.core.tempo import WindowTempo
from shared.contracts.reports.audio_analysis import Band, Beat

Number = TypeVar("Number", np.float32, np.float64)

BANDS: tuple[Band, ...] = ("bass", "mid", "treble")

STEADINESS = 600.0
"""What the squared logarithm of a beat's length over the tempo's costs, in standard deviations of an onset.

Ellis has 100 to 680; music under pictures is steady, and below 400 the beats of songs slip to the off-beats."""

SHORTEST_BEAT, LONGEST_BEAT = 0.7, 1.4
"""Of the tempo's: beyond, the cost is above any onset."""

SMOOTHING_BEATS = 1 / 32
"""Onsets this near to the steady pulse are as good as on it."""

LOUDNESS_SECONDS = 8.0
"""Onsets are measured in units of their own spread over this stretch, so that quiet passages have beats too."""

SNAP_SECONDS = 0.04
"""How far a beat is moved to the top of the onset that it belongs to."""

SHARPNESS_BEATS = 1.0
"""How far to each side a beat's onset is compared with what surrounds it."""

SUPPORT_BEATS = 5
WEAKEST_SUPPORT = 0.35
"""Where the mean confidence of so many beats is below this share, the pulse went on in the method's head only."""

WEAKEST_HEIGHT = 0.3
"""Of the middle beat's onset: what the first and last beat of a run must reach, lest noise begins or ends it."""

LONGEST_PASSAGE_BEATS, SOUNDS_ON = 8, 0.25
"""Two bars without a stroke keep their beats if the sound stays within 12 dB of what is usual at a beat."""

SILENCE_LEVEL = 0.0005
SILENCE_SHARE = 0.003
"""No beats where the sound stays below -66 dBFS, or 50 dB below the loud parts of the same stretch."""

ONSET_DELAY_SECONDS = 0.009
"""How long after its measured top a stroke is written: a window sees it coming. The mean over clicks of three bands."""

GLIDE = 0.03
"""Up to this change of a beat's length, as a share, the tempo glides from window to window; a new one comes at once."""


def find_beats(onsets: Onsets, tempi: Sequence[WindowTempo], start_seconds: float = 0.0) -> list[Beat]:
    """The beats of one stretch of music, in order.

    Args:
        onsets: Of the stretch alone.
        tempi: Of its windows, without gaps.
        start_seconds: When the stretch begins; the beats' times count from there too.
    """
    if not any(tempo.has_pulse for tempo in tempi):
        return []
    strengths = onsets.strengths.astype(np.float64)
    periods = _periods(tempi, strengths.size, start_seconds)
    frames = _track(_standardised(strengths, float(np.median(periods))), periods)
    positions = np.array([_snapped(strengths, frame) for frame in frames])
    confidences = _confidences(strengths, frames, periods)
    levels = _levels(onsets.levels, frames, periods)
    kept = _supported(confidences, _highest_near(strengths, frames))
    kept = _bridged(kept, levels) & (levels >= _silence(onsets.levels))
    bands = _bands(onsets.in_bands, frames)
    # What is highest in the very first frame was there from the beginning.
    times = start_seconds + positions / FRAME_RATE_HERTZ + np.where(positions > 0, ONSET_DELAY_SECONDS, 0)
    has_pulse = np.array([tempo.has_pulse for tempo in tempi])[_windows_at(tempi, times)]
    return [
        Beat(time_seconds=round(float(time), 3), confidence=round(float(confidence), 3), band=BANDS[band])
        for time, confidence, band, keep in zip(times, confidences, bands, kept & has_pulse, strict=True)
        if keep
    ]


def _periods(tempi: Sequence[WindowTempo], frames: int, start_seconds: float) -> NDArray[np.float64]:
    """The length of a beat in frames, at every frame."""
    middles = [(tempo.start_seconds + tempo.end_seconds) / 2 for tempo in tempi]
    times = start_seconds + np.arange(frames) / FRAME_RATE_HERTZ
    nearest = _windows_at(tempi, times)
    lengths = np.array([60 / tempo.bpm * FRAME_RATE_HERTZ for tempo in tempi])
    smooth = np.interp(times, middles, lengths)
    return np.where(np.abs(smooth / lengths[nearest] - 1) < GLIDE, smooth, lengths[nearest])


def _windows_at(tempi: Sequence[WindowTempo], times_seconds: NDArray[np.float64]) -> NDArray[np.intp]:
    """The number of the window that speaks for each instant."""
    return np.searchsorted([tempo.end_seconds for tempo in tempi[:-1]], times_seconds, side="right")


def _standardised(strengths: NDArray[np.float64], period: float) -> NDArray[np.float64]:
    smooth = gaussian_filter1d(strengths, max(1.0, period * SMOOTHING_BEATS))
    size = round(LOUDNESS_SECONDS * FRAME_RATE_HERTZ)
    mean = uniform_filter1d(smooth, size)
    spread = np.sqrt(np.maximum(uniform_filter1d(np.square(smooth), size) - np.square(mean), 0))
    # Where nearly nothing happens, nothing is made large.
    return np.asarray(smooth / np.maximum(spread, 0.1 * float(spread.max()) + 1e-9))


def _track(onsets: NDArray[np.float64], periods: NDArray[np.float64]) -> NDArray[np.intp]:
    """The frames that together lie on the strongest onsets at the steadiest distances, in order."""
    score = onsets.copy()
    origin = np.full(onsets.size, -1, np.intp)
    first = 0
    while first < onsets.size:
        period = periods[first]
        lengths = np.arange(max(1, round(SHORTEST_BEAT * period)), round(LONGEST_BEAT * period) + 1)
        costs = STEADINESS * np.square(np.log(lengths / period))
        # Nothing within the shortest beat depends on anything else within it: so many frames are done at once.
        end = min(onsets.size, first + int(lengths[0]))
        before = np.arange(first, end)[:, None] - lengths
        reached = np.where(before >= 0, score[before], -np.inf) - costs
        best = reached.argmax(axis=1)
        gained = reached[np.arange(end - first), best]
        follows = gained > 0
        score[first:end] += np.where(follows, gained, 0)
        origin[first:end] = np.where(follows, before[np.arange(end - first), best], -1)
        first = end
    tail = max(0, onsets.size - round(LONGEST_BEAT * periods[-1]))
    frame = tail + int(score[tail:].argmax())
    frames = []
    while frame >= 0:
        frames.append(frame)
        frame = int(origin[frame])
    return np.array(frames[::-1], np.intp)


def _snapped(strengths: NDArray[np.float64], frame: int) -> float:
    """The top of the onset near a frame, between frames by a parabola; the frame itself where there is no top."""
    reach = round(SNAP_SECONDS * FRAME_RATE_HERTZ)
    first = max(0, frame - reach)
    top = first + int(strengths[first : frame + reach + 1].argmax())
    if not 0 < top < strengths.size - 1:
        return float(top)
    left, middle, right = strengths[top - 1 : top + 2]
    if left > middle or right > middle:
        return float(frame)
    bend = left - 2 * middle + right
    return top + (0.5 * (left - right) / bend if bend < 0 else 0.0)


def _highest_near(values: NDArray[Number], frames: NDArray[np.intp]) -> NDArray[Number]:
    """The highest of the values within a few frames of each frame; shape (beats, …)."""
    reach = round(SNAP_SECONDS * FRAME_RATE_HERTZ)
    near = np.clip(frames[:, None] + np.arange(-reach, reach + 1), 0, len(values) - 1)
    return np.asarray(values[near].max(axis=1))


def _confidences(
    strengths: NDArray[np.float64], frames: NDArray[np.intp], periods: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far each beat's onset stands above the mean around it: (onset - mean) / (onset + mean), at least 0."""
    highest = _highest_near(strengths, frames)
    sums = np.concatenate([[0.0], np.cumsum(strengths)])
    reach = np.maximum(1, np.rint(SHARPNESS_BEATS * periods[frames])).astype(np.intp)
    first, end = np.maximum(0, frames - reach), np.minimum(strengths.size, frames + reach + 1)
    mean = (sums[end] - sums[first]) / (end - first)
    return np.asarray(np.maximum(0, (highest - mean) / np.maximum(highest + mean, 1e-9)))


def _supported(confidences: NDArray[np.float64], heights: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which beats have onsets around them: a missing one among them is kept, the first and last must be heard."""
    around = uniform_filter1d(confidences, SUPPORT_BEATS) >= WEAKEST_SUPPORT
    heard = around & (confidences >= WEAKEST_SUPPORT) & (heights >= WEAKEST_HEIGHT * np.median(heights))
    runs, count = label(around)
    kept = np.zeros(confidences.size, bool)
    for run in range(1, count + 1):
        inside = np.flatnonzero(heard & (runs == run))
        if inside.size:
            kept[inside[0] : inside[-1] + 1] = True
    return kept


def _bridged(kept: NDArray[np.bool_], levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    """With the beats of short passages between others where nothing is struck but the music sounds on."""
    runs, count = label(~kept)
    bridged = kept.copy()
    for run in range(1, count + 1):
        inside = np.flatnonzero(runs == run)
        is_between = inside[0] > 0 and inside[-1] < kept.size - 1
        sounds_on = levels[inside].min() >= SOUNDS_ON * np.median(levels)
        if is_between and inside.size <= LONGEST_PASSAGE_BEATS and sounds_on:
            bridged[inside] = True
    return bridged


def _levels(levels: NDArray[np.float32], frames: NDArray[np.intp], periods: NDArray[np.float64]) -> NDArray[np.float64]:
    """How loud it is at most in the half beat from each beat on."""
    ends = frames + np.maximum(2, periods[frames] / 2).astype(np.intp)
    return np.array([levels[max(0, frame - 2) : end].max() for frame, end in zip(frames, ends, strict=True)])


def _silence(levels: NDArray[np.float32]) -> float:
    return max(SILENCE_LEVEL, SILENCE_SHARE * float(np.percentile(levels, 95)))


def _bands(in_bands: NDArray[np.float32], frames: NDArray[np.intp]) -> NDArray[np.intp]:
    """The band whose onset is strongest at each beat, judged by what is usual in that band and in the busiest one."""
    mean = uniform_filter1d(in_bands, round(LOUDNESS_SECONDS * FRAME_RATE_HERTZ), axis=0)[frames]
    usual = mean + mean.max(axis=1, keepdims=True) + 1e-9
    return np.asarray((_highest_near(in_bands, frames) / usual).argmax(axis=1))
