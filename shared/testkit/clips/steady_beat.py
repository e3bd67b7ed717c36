"""The golden clip of music, `tests/data/steady_beat.mp4` and its truth: `python -m shared.testkit.clips.steady_beat`.

A second of silence, twelve of music at 120 beats a minute, two of silence. Of the four beats in a bar the first and
third are a kick, the second a wood block, the fourth a hi-hat, over soft chords; the picture lights up at each beat.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.testkit.clips.pictures import plain
from shared.testkit.clips.rhythms import RATE_HERTZ, Pattern, beat_times, drum_track
from shared.testkit.clips.writing import Look, Sound, regular_times, write_clip

CLIP = Path(__file__).parents[3] / "tests" / "data" / "steady_beat.mp4"

BPM = 120.0
START_SECONDS, MUSIC_SECONDS, END_SECONDS = 1.0, 12.0, 2.0
BANDS = ("bass", "mid", "bass", "treble")
"""Of the beats of a bar."""

DRUMS = Pattern(4, {"bass": "x.x.", "mid": ".x..", "treble": "...x"})
CHORDS_HERTZ = ((220.0, 261.6, 329.6), (174.6, 220.0, 261.6), (261.6, 329.6, 392.0), (196.0, 246.9, 293.7))
"""A minor, F, C and G, a bar each."""

SWELL_SECONDS = 0.4
"""A chord comes so slowly that it makes no beat."""

FRAME_RATE = 25
FLASH_SECONDS = 0.12


def music() -> NDArray[np.float32]:
    """The sound of the whole clip: float32, mono, at `RATE_HERTZ`."""
    drums = drum_track(DRUMS, BPM, MUSIC_SECONDS, jitter_seconds=0)
    bar = round(4 * 60 / BPM * RATE_HERTZ)
    times = np.arange(bar) / RATE_HERTZ
    swell = np.minimum(1, np.minimum(times, times[::-1]) / SWELL_SECONDS)
    chords = [
        swell * sum(np.sin(2 * np.pi * tone * times) + 0.3 * np.sin(4 * np.pi * tone * times) for tone in chord)
        for chord in CHORDS_HERTZ
    ]
    rounds = -(-drums.size // (bar * len(chords)))
    soft = 0.04 * np.tile(np.concatenate(chords), rounds)[: drums.size]
    before, after = (np.zeros(round(seconds * RATE_HERTZ)) for seconds in (START_SECONDS, END_SECONDS))
    return np.concatenate([before, drums + soft, after]).astype(np.float32)


def truth() -> dict[str, object]:
    """What there is to find."""
    times = START_SECONDS + beat_times(BPM, MUSIC_SECONDS)
    return {
        "duration_seconds": START_SECONDS + MUSIC_SECONDS + END_SECONDS,
        "tempo_bpm": BPM,
        "music": [[START_SECONDS, START_SECONDS + MUSIC_SECONDS]],
        "beats": [
            {"time_seconds": round(float(time), 3), "band": BANDS[number % 4]} for number, time in enumerate(times)
        ],
    }


def write(path: Path = CLIP) -> None:
    """Write the clip and its truth beside it."""
    sound = music()
    duration = sound.size / RATE_HERTZ
    beats = START_SECONDS + beat_times(BPM, MUSIC_SECONDS)
    times = regular_times(round(duration * FRAME_RATE), FRAME_RATE)

    def picture(frame: int) -> NDArray[np.uint8]:
        since = frame / FRAME_RATE - beats
        lit = bool(((since >= 0) & (since < FLASH_SECONDS)).any())
        return plain((230, 230, 230) if lit else (30, 30, 60), 160, 90)

    look = Look(options={"preset": "slow", "crf": "30"})
    write_clip(path, times=times, picture=picture, look=look, sound=Sound(sound, rate_hertz=RATE_HERTZ))
    path.with_suffix(".json").write_text(json.dumps(truth(), indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    write()
