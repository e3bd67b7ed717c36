"""How often the tempo is right: labelled tracks, whole songs, drum patterns."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.audio_analysis.core.onsets import RATE_HERTZ, OnsetMeasurer
from services.audio_analysis.core.rhythm import find_rhythm
from shared.contracts.reports.audio_analysis import Rhythm
from shared.testkit.clips.rhythms import PATTERNS, drum_track
from tests.accuracy.music_clips import songs, tracks

SAME = 0.04
"""How far off a tempo may be, as a share, to be right: the measure of Gouyon et al. (2006)."""

LEVELS = (1.0, 2.0, 0.5, 3.0, 1 / 3)
"""Of the tempo, by which a listener may tap too."""

PATTERN_TEMPI = (80, 92, 104, 116, 128, 140)


@dataclass(frozen=True)
class Guess:
    """What was found where something is known."""

    name: str
    bpm: float
    found: float | None

    @property
    def exact(self) -> bool:
        """Whether it is the tempo itself."""
        return self.found is not None and abs(self.found / self.bpm - 1) < SAME

    @property
    def at_some_level(self) -> bool:
        """Whether it is the tempo or a multiple of it."""
        return any(self.found is not None and abs(self.found / self.bpm / level - 1) < SAME for level in LEVELS)


def rhythm(samples: NDArray[np.float32]) -> Rhythm:
    """The rhythm of a sound that is all music."""
    measurer = OnsetMeasurer()
    for first in range(0, samples.size, 30 * RATE_HERTZ):
        measurer.add(samples[first : first + 30 * RATE_HERTZ])
    return find_rhythm(measurer.measures(), [(0.0, samples.size / RATE_HERTZ)])


def measure() -> str:
    """A row for each set; below it what went wrong with the labelled tracks."""
    begun, seconds = time.process_time(), 0.0
    labelled: list[Guess] = []
    for track in tracks():
        samples = track.samples()
        seconds += samples.size / RATE_HERTZ
        labelled.append(Guess(track.name, track.bpm, rhythm(samples).tempo_bpm))
    cost = (time.process_time() - begun) / seconds * 60
    played = [Guess(song.name, song.bpm, rhythm(song.samples()).tempo_bpm) for song in songs()]
    drummed = [
        Guess(name, bpm, rhythm(drum_track(pattern, bpm, 30.0, seed=bpm)).tempo_bpm)
        for name, pattern in PATTERNS.items()
        for bpm in PATTERN_TEMPI
    ]
    rows = [
        _row("28 labelled tracks", labelled),
        _row("of them the 1st, 3rd, 5th …", labelled[::2]),
        _row("and the 2nd, 4th, 6th …", labelled[1::2]),
        _row("8 whole songs of rock and death metal", played),
        _row(f"{len(PATTERNS)} drum patterns at {len(PATTERN_TEMPI)} tempi from 80 to 140", drummed),
    ]
    wrong = ", ".join(
        f"{guess.name} {guess.found or 0:.1f} for {guess.bpm:.0f}" for guess in labelled if not guess.exact
    )
    played_as = ", ".join(f"{guess.name} {guess.found or 0:.1f} for {guess.bpm:.0f}" for guess in played)
    return "\n".join(
        [
            "| clips | tempo right within 4 % | allowing twice, half, three times, a third |",
            "|---|---|---|",
            *rows,
            "",
            f"Of the labelled tracks not exact: {wrong}. The songs: {played_as}.",
            "",
            f"Cost of onsets, tempo and beats, reading the file included: {cost:.2f} cpu-seconds a minute.",
        ]
    )


def _row(name: str, guesses: Sequence[Guess]) -> str:
    exact, level = _count(guess.exact for guess in guesses), _count(guess.at_some_level for guess in guesses)
    return f"| {name} | {exact} of {len(guesses)} | {level} of {len(guesses)} |"


def _count(flags: Iterable[bool]) -> int:
    return sum(flags)
