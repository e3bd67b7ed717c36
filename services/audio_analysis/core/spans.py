"""Where there is speech and where there is music: evidence moment by moment, made into clean spans."""

import numpy as np
from numpy.typing import NDArray

from services.audio_analysis.core.texture import FRAMES_PER_SECOND, STEP_FRAMES, STEP_SECONDS, Texture
from shared.contracts.reports.audio_analysis import Span

VOICE_SECONDS = 0.032
"""Each probability of the voice detector stands for this long: 512 samples at 16 kHz."""
VOICE_BEGINS, VOICE_ENDS = 0.5, 0.35
"""Speech begins above the one and ends below the other; the detector's own defaults."""
SHORTEST_SPEECH_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 0.8
"""Between two phrases of one speaker: the span goes on."""

SILENCE_DECIBELS = -60.0
"""Level of 20 ms, of full scale, below which nothing is heard."""
TONAL_ALONE, TONAL_UNDER_SPEECH = 1.85, 2.2
"""Continuity from which partials are music: rain and waves stay below the one, voices in a room the other."""
PULSE_ALONE = 0.6
"""Clarity from which a pulse without any tone is music: drums and clicks reach 0.75 and more, a train 0.5."""
PULSE_WEIGHT = 2.0
"""One tenth more of clarity counts as much as 0.2 more of continuity."""
PULSE_OF_SPEECH = 0.2
"""What the rhythm of syllables reaches."""
EVIDENCE_LIMIT = 0.8
SILENCE_EVIDENCE = -0.2
"""A rest within music does not end it at once."""
CHANGE_COST = 1.5
"""Evidence that a change must bring, twice for a span in between: 2 s of clear evidence, 5 s of weak."""
SHORTEST_MUSIC_SECONDS = 2.0
LONGEST_REST_SECONDS = 2.0
"""A silence longer than this is no part of the music around it."""

Levels = NDArray[np.float32]


def speech_spans(probabilities: NDArray[np.float32], duration_seconds: float) -> tuple[Span, ...]:
    """The spans in which somebody speaks, pauses within included.

    Args:
        probabilities: That there is a voice, for each 32 ms, shape (n,).
        duration_seconds: Of the track: no span goes beyond it.
    """
    runs: list[tuple[float, float]] = []
    speaks = False
    begin = 0
    for index, probability in enumerate([*probabilities.tolist(), 0.0]):
        if not speaks and probability >= VOICE_BEGINS:
            speaks, begin = True, index
        elif speaks and probability < VOICE_ENDS:
            speaks = False
            runs.append((begin * VOICE_SECONDS, min(index * VOICE_SECONDS, duration_seconds)))
    return _spans(_joined(runs, LONGEST_PAUSE_SECONDS), SHORTEST_SPEECH_SECONDS)


def music_spans(
    texture: Texture,
    pulse: NDArray[np.float64],
    speech_share: NDArray[np.float64],
    duration_seconds: float,
) -> tuple[Span, ...]:
    """The spans in which there is music, alone or under speech.

    Args:
        texture: Of the whole track.
        pulse: Clarity of the pulse for each half second, shape (steps,).
        speech_share: How much of the time around each half second somebody speaks, 0 to 1, shape (steps,).
        duration_seconds: Of the track.
    """
    is_loud = texture.level_db > SILENCE_DECIBELS
    steps = texture.continuity.size
    if not steps or not is_loud.any():
        return ()
    is_heard = is_loud[: steps * STEP_FRAMES].reshape(steps, STEP_FRAMES).any(axis=1)
    evidence = np.where(is_heard, music_evidence(texture.continuity, pulse, speech_share), SILENCE_EVIDENCE)
    is_music = np.repeat(decide(evidence), STEP_FRAMES)
    # What is left after the last whole half second is like it.
    is_music = np.pad(is_music, (0, max(0, is_loud.size - is_music.size)), mode="edge")[: is_loud.size]
    sounding = [(first / FRAMES_PER_SECOND, end / FRAMES_PER_SECOND) for first, end in _runs(is_music & is_loud)]
    joined = [
        (start, min(end, duration_seconds))
        for start, end in _joined(sounding, LONGEST_REST_SECONDS)
        if start < duration_seconds
    ]
    return _spans(joined, min(SHORTEST_MUSIC_SECONDS, duration_seconds / 2))


def music_evidence(
    continuity: NDArray[np.float32], pulse: NDArray[np.float64], speech_share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """For music above 0, against it below, in units of continuity, within ±0.8; all of shape (steps,)."""
    alone = np.maximum(continuity - TONAL_ALONE, PULSE_WEIGHT * (pulse - PULSE_ALONE))
    with_pulse = continuity + PULSE_WEIGHT * np.maximum(pulse - PULSE_OF_SPEECH, 0)
    under_speech = with_pulse - TONAL_UNDER_SPEECH
    speaks = np.clip(2 * speech_share, 0, 1)
    return np.asarray(np.clip(speaks * under_speech + (1 - speaks) * alone, -EVIDENCE_LIMIT, EVIDENCE_LIMIT))


def decide(evidence: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The course of yes and no that agrees best with the evidence, every change paid for (Viterbi); shape (steps,)."""
    no, yes = 0.0, 0.0
    changed_to_no, changed_to_yes = np.zeros(evidence.size, np.bool_), np.zeros(evidence.size, np.bool_)
    for step, value in enumerate(evidence.tolist()):
        changed_to_no[step], changed_to_yes[step] = yes - CHANGE_COST > no, no - CHANGE_COST > yes
        no, yes = max(no, yes - CHANGE_COST), max(yes, no - CHANGE_COST) + value
    answer = np.zeros(evidence.size, np.bool_)
    is_yes = yes > no
    for step in range(evidence.size - 1, -1, -1):
        answer[step] = is_yes
        if changed_to_yes[step] if is_yes else changed_to_no[step]:
            is_yes = not is_yes
    return answer


def step_middles(steps: int) -> NDArray[np.float64]:
    """The middle of each half second, shape (steps,), seconds."""
    return np.arange(0.5, steps) * STEP_SECONDS


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and end of each run of yes."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]


def _joined(runs: list[tuple[float, float]], longest_gap_seconds: float) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] <= longest_gap_seconds:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _spans(runs: list[tuple[float, float]], shortest_seconds: float) -> tuple[Span, ...]:
    return tuple(
        Span(start_seconds=round(start, 3), end_seconds=round(end, 3))
        for start, end in runs
        if end - start >= shortest_seconds
    )
