"""How steadily the partials of a sound stand: what music does, and speech and noise do not.

After Seyerlehner, Pohle, Schedl, Widmer: Automatic music detection in television productions (DAFx 2007), "continuous
frequency activation". Two things are ours: of each half second only the quietest third of the frames is looked at, so
that music is heard between the syllables of speech above it; and what stands for 20 s without moving is left out.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

NEIGHBOUR_BINS = 21
"""About 450 Hz: a partial stands out against the mean of these."""
PEAK_DECIBELS = 3.0
AUDIBLE_DECIBELS = 40.0
"""A partial weaker than the frame's strongest by more than this may be the window's own."""
FLOOR_DECIBELS = -80.0
"""Of full scale: quieter partials are taken for silence."""
QUIET_FRAMES = 8
"""Of the 25 in half a second."""
WINDOW_STEPS = 5
"""2.5 s, with the half second itself in the middle."""
STANDING_STEPS = 40
STANDING_SHARE = 0.5
"""A partial that stands in this share of 20 s is mains hum, a fan or a test tone: music moves on."""
PEAKS = 5
"""So many of the steadiest partials are summed."""
PEAK_REACH_BINS = 5
"""About 110 Hz: a partial rises above the lowest value so near on either side."""


def count_partials(decibels: NDArray[np.float32], step_frames: int) -> NDArray[np.uint8]:
    """In how many of the quietest frames of each step every bin stands out against its neighbours.

    Args:
        decibels: Spectra, shape (steps x step_frames, bins), of full scale.
        step_frames: Frames in a step.

    Returns:
        0 to `QUIET_FRAMES`, shape (steps, bins).
    """
    stands_out = decibels > uniform_filter1d(decibels, NEIGHBOUR_BINS, axis=1) + PEAK_DECIBELS
    strongest = decibels.max(axis=1, keepdims=True)
    stands_out &= decibels > np.maximum(strongest - AUDIBLE_DECIBELS, FLOOR_DECIBELS)
    quiet = np.argpartition(strongest.reshape(-1, step_frames), QUIET_FRAMES, axis=1)[:, :QUIET_FRAMES]
    by_step = stands_out.reshape(-1, step_frames, decibels.shape[1])
    return np.asarray(np.take_along_axis(by_step, quiet[:, :, None], axis=1).sum(axis=1), np.uint8)


def continuities(counts: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How steadily the partials stand around each step, those left out that never move: 0 to 5, shape (steps,).

    Args:
        counts: As `count_partials` gives them.
    """
    moving = counts
    if counts.shape[0] >= STANDING_STEPS:
        share = uniform_filter1d(counts.astype(np.float32), STANDING_STEPS, axis=0, mode="nearest") / QUIET_FRAMES
        moving = np.where(share > STANDING_SHARE, 0, counts).astype(np.uint8)
    reach = WINDOW_STEPS // 2
    windows = (moving[max(0, step - reach) : step + reach + 1] for step in range(counts.shape[0]))
    return np.array([continuity(window) for window in windows], np.float32)


def continuity(counts: NDArray[np.uint8]) -> float:
    """How steadily the five steadiest partials of one window stand, 0 to 5."""
    share = counts.sum(axis=0, dtype=np.float32) / np.float32(QUIET_FRAMES * counts.shape[0])
    none = np.zeros(PEAK_REACH_BINS, np.float32)
    around = np.lib.stride_tricks.sliding_window_view(np.concatenate([none, share, none]), PEAK_REACH_BINS)
    valleys = around.min(axis=1)
    height = share - np.maximum(valleys[: share.size], valleys[PEAK_REACH_BINS + 1 :])
    beside = np.concatenate([[0.0], share, [0.0]])
    # Of a broad top the first bin counts.
    is_peak = (share > beside[:-2]) & (share >= beside[2:])
    return float(np.sort(np.where(is_peak, height, 0))[-PEAKS:].sum())
