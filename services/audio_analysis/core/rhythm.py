"""The rhythm of a whole sound track: its tempo and its beats, looked for where there is music."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from services.audio_analysis.core.beats import find_beats
from services.audio_analysis.core.onsets import FRAME_RATE_HERTZ, Onsets
from services.audio_analysis.core.tempo import WindowTempo, find_tempi
from shared.contracts.reports.audio_analysis import Beat, Rhythm

SAME_TEMPO = 0.04
"""Tempi this near, as a share, are one."""

MARGIN_SECONDS = 0.25
"""Stretches of music are found to about this."""

NEAREST_SECONDS = 0.1
"""No two beats are nearer, also where one stretch ends and the next begins."""

FEWEST_COUNTED, COUNT_AGREES = 8, 0.01
"""Of a window's beats for a line to be drawn through them, and how near, as a share, it comes to the window's tempo."""

NO_RHYTHM = Rhythm(tempo_bpm=None, confidence=None, beats=())


def find_rhythm(onsets: Onsets, music: Sequence[tuple[float, float]]) -> Rhythm:
    """The tempo that holds for most of the music, and all beats.

    A video with several pieces has each one's beats and the tempo of the one that is longest and clearest.

    Args:
        onsets: Of the whole track.
        music: Start and end of each stretch of music in seconds, in order, without overlaps.
    """
    tempi: list[WindowTempo] = []
    beats: list[Beat] = []
    for start_seconds, end_seconds in _widened(music):
        stretch = onsets.between(start_seconds, end_seconds)
        begin_seconds = round(start_seconds * FRAME_RATE_HERTZ) / FRAME_RATE_HERTZ
        found = find_tempi(stretch.strengths, begin_seconds)
        tempi += found
        last_seconds = beats[-1].time_seconds if beats else -np.inf
        beats += [
            beat
            for beat in find_beats(stretch, found, begin_seconds)
            if beat.time_seconds > last_seconds + NEAREST_SECONDS
        ]
    if not beats:
        return NO_RHYTHM
    prevailing = _prevailing([tempo for tempo in tempi if tempo.has_pulse])
    music_seconds = sum(tempo.seconds for tempo in tempi)
    times = np.array([beat.time_seconds for beat in beats])
    return Rhythm(
        tempo_bpm=round(
            float(np.average([_counted(tempo, times) for tempo in prevailing], weights=_weights(prevailing))), 2
        ),
        confidence=round(min(1.0, float(_weights(prevailing).sum()) / music_seconds), 3),
        beats=tuple(beats),
    )


def _widened(music: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """The stretches with a little before and after each, so that the stroke with which music begins is in it."""
    for number, (start_seconds, end_seconds) in enumerate(music):
        before = music[number - 1][1] if number else 0.0
        after = music[number + 1][0] if number + 1 < len(music) else np.inf
        yield (
            max(start_seconds - MARGIN_SECONDS, (before + start_seconds) / 2 if number else before),
            min(end_seconds + MARGIN_SECONDS, (end_seconds + after) / 2),
        )


def _weights(tempi: Sequence[WindowTempo]) -> NDArray[np.float64]:
    """Seconds, each counted by how clear the pulse is."""
    return np.array([tempo.repetition * tempo.seconds for tempo in tempi])


def _prevailing(tempi: Sequence[WindowTempo]) -> list[WindowTempo]:
    """The windows of the tempo around which the most seconds lie."""
    bpm = np.array([tempo.bpm for tempo in tempi])
    same = np.abs(bpm[:, None] / bpm - 1) < SAME_TEMPO
    group = same[int((same @ _weights(tempi)).argmax())]
    return [tempo for tempo, belongs in zip(tempi, group, strict=True) if belongs]


def _counted(tempo: WindowTempo, times_seconds: NDArray[np.float64]) -> float:
    """The window's tempo by the straight line through its beats: twenty times finer than by its repetition."""
    times = times_seconds[(times_seconds >= tempo.start_seconds) & (times_seconds < tempo.end_seconds)]
    if times.size < FEWEST_COUNTED:
        return tempo.bpm
    numbers = np.cumsum([0, *np.rint(np.diff(times) * tempo.bpm / 60)])
    bpm = 60 / float(np.polyfit(numbers, times, 1)[0])
    return bpm if abs(bpm / tempo.bpm - 1) < COUNT_AGREES else tempo.bpm
