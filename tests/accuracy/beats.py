"""How many beats are found, and how near: clicks, drum patterns, whole songs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shared.contracts.reports.audio_analysis import Rhythm
from shared.testkit.clips.rhythms import PATTERNS, beat_times, click_track, drum_track
from tests.accuracy.matching import f_measure
from tests.accuracy.music_clips import songs
from tests.accuracy.tempo import rhythm

CLICK_TEMPI = range(70, 181, 10)
CLICK_SECONDS = 30.0
TOLERANCE_SECONDS = 0.07


def measure() -> str:
    """A row for each kind of clip."""
    rows = [
        _clicks(name, noise=noise, varied=varied)
        for name, noise, varied in (
            ("clicks, all alike", 0.0, False),
            ("clicks of 0.15 to 0.9 of full scale", 0.0, True),
            ("the same in noise at -40 dBFS", 0.01, True),
            ("the same in noise at -26 dBFS", 0.05, True),
        )
    ]
    patterns = [_pattern(name, bpm) for name in PATTERNS for bpm in (84, 104, 124)]
    rows.append(
        f"| {len(PATTERNS)} drum patterns at 84, 104 and 124 | {np.mean(patterns):.3f} | {min(patterns):.3f} | | |"
    )
    lines = [
        "| clips | mean F | worst F | beats in their band | mean distance |",
        "|---|---|---|---|---|",
        *rows,
        "",
        "| song | tempo | F against its beats | F allowing every second, two for one, or the off-beats |",
        "|---|---|---|---|",
    ]
    for song in songs():
        samples = song.samples()
        found = rhythm(samples)
        exact, level = _of_a_song(found, song.bpm)
        lines.append(f"| {song.name} | {found.tempo_bpm} for {song.bpm:.0f} | {exact:.2f} | {level:.2f} |")
    return "\n".join(lines)


def _clicks(name: str, *, noise: float, varied: bool) -> str:
    scores, in_band, distances = [], [], []
    for stroke in ("bass", "mid", "treble"):
        for bpm in CLICK_TEMPI:
            true = beat_times(bpm, CLICK_SECONDS, 0.31)
            levels = list(np.random.default_rng(bpm).uniform(0.15, 0.9, true.size)) if varied else None
            found = rhythm(click_track(true, CLICK_SECONDS, stroke=stroke, levels=levels, noise=noise))
            times = _times(found)
            scores.append(f_measure(times, true, TOLERANCE_SECONDS))
            in_band += [beat.band == stroke for beat in found.beats]
            distances += [float(np.abs(true - time).min()) for time in times]
    near = 1000 * float(np.mean(distances))
    return f"| {name} | {np.mean(scores):.3f} | {min(scores):.3f} | {np.mean(in_band):.1%} | {near:.1f} ms |"


def _pattern(name: str, bpm: int) -> float:
    found = rhythm(drum_track(PATTERNS[name], bpm, CLICK_SECONDS, seed=bpm))
    return f_measure(_times(found), beat_times(bpm, CLICK_SECONDS), TOLERANCE_SECONDS)


def _of_a_song(found: Rhythm, bpm: float) -> tuple[float, float]:
    """Against the beats between the first and the last found, and at the best of the levels next to them."""
    times = _times(found)
    true = beat_times(bpm, times[-1] + TOLERANCE_SECONDS)
    true = true[true >= times[0] - TOLERANCE_SECONDS]
    twice = np.sort(np.concatenate([true, true + 30 / bpm]))
    levels: list[NDArray[np.float64]] = [true, true[::2], true[1::2], true + 30 / bpm, twice]
    scores = [f_measure(times, level, TOLERANCE_SECONDS) for level in levels]
    return scores[0], max(scores)


def _times(found: Rhythm) -> list[float]:
    return [beat.time_seconds for beat in found.beats]
