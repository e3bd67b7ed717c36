"""Draw docs/analysis/audio_analysis.png: a talk, then music; the spans, onsets and beats found, the tempi weighed."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import cv2
import numpy as np

from services.audio_analysis.core import tempo
from services.audio_analysis.core.onsets import FRAME_RATE_HERTZ, RATE_HERTZ
from services.audio_analysis.core.rhythm import find_rhythm
from services.audio_analysis.hearing import Heard, hear
from shared.media import read_audio
from shared.testkit.clips.pictures import plain
from shared.testkit.clips.steady_beat import CLIP as MUSIC
from shared.testkit.clips.writing import Sound, write_clip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shared.contracts.reports.audio_analysis import Beat, Span

    Picture = NDArray[np.uint8]
    Colour = tuple[int, int, int]

TALK = MUSIC.with_name("short_call.mp4")

WIDTH, HEIGHT, LEFT, RIGHT = 1500, 640, 90, 20
TEXT_SIZE, THIN = 0.45, 1
WHITE, GREY, BLACK = (255, 255, 255), (170, 170, 170), (40, 40, 40)
SPEECH, SONG, TRUTH = (120, 190, 110), (200, 140, 70), (60, 60, 210)
BANDS: dict[str, Colour] = {"treble": (60, 150, 230), "mid": (110, 170, 60), "bass": (190, 70, 110)}

SOUND_MIDDLE, SOUND_REACH = 70, 55
SPANS_TOP, ROW = 140, 22
ONSETS_TOP, ONSETS_HEIGHT = 210, 60
TICKS = 430
CURVE_TOP, CURVE_HEIGHT, HIGHEST_REPETITION = 480, 110, 1.0
TICK_SECONDS = 2
TEMPO_TICKS = (40, 60, 80, 120, 180, 240)


def main() -> None:
    """Hear both clips as one track and draw what was found."""
    talk, music = read_audio(TALK), read_audio(MUSIC)
    samples = np.concatenate([talk, music])
    seconds = samples.size / RATE_HERTZ
    with TemporaryDirectory() as scratch:
        track = write_clip(
            Path(scratch) / "track.mp4",
            times=[Fraction(0)],
            picture=lambda _: plain(BLACK, 16, 16),
            sound=Sound(samples, rate_hertz=RATE_HERTZ),
        )
        heard = hear(track, gain_db=0.0, duration_seconds=seconds, say=lambda _: None)
    spans = [(span.start_seconds, span.end_seconds) for span in heard.music]
    rhythm = find_rhythm(heard.onsets, spans)
    truth = json.loads(MUSIC.with_suffix(".json").read_text("utf-8"))
    picture = np.full((HEIGHT, WIDTH, 3), WHITE, np.uint8)
    scale = _Scale(seconds)
    _draw_sound(picture, samples)
    for row, (name, found, colour) in enumerate((("speech", heard.speech, SPEECH), ("music", heard.music, SONG))):
        _draw_spans(picture, scale, found, SPANS_TOP + row * ROW, colour)
        _write(picture, name, 8, SPANS_TOP + row * ROW + 12)
    _draw_onsets(picture, scale, heard, rhythm.beats)
    for beat in truth["beats"]:
        _tick(picture, scale.column(talk.size / RATE_HERTZ + beat["time_seconds"]), TICKS - 14, 8, TRUTH)
    _write(picture, "true beats", 8, TICKS - 6)
    for second in range(0, int(seconds) + 1, TICK_SECONDS):
        _tick(picture, scale.column(second), TICKS, 5, BLACK)
        _write(picture, f"{second} s", scale.column(second) - 10, TICKS + 20)
    _draw_tempi(picture, heard, spans[0], rhythm.tempo_bpm or 0.0)
    cv2.imwrite(str(Path(__file__).parent / "audio_analysis.png"), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])


class _Scale:
    """Seconds to columns."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def column(self, seconds: float) -> int:
        return LEFT + round(seconds / self._seconds * (WIDTH - LEFT - RIGHT))


def _draw_sound(picture: Picture, samples: NDArray[np.float32]) -> None:
    for index, part in enumerate(np.array_split(samples, WIDTH - LEFT - RIGHT)):
        reach = round(float(np.abs(part).max()) * SOUND_REACH)
        cv2.line(picture, (LEFT + index, SOUND_MIDDLE - reach), (LEFT + index, SOUND_MIDDLE + reach), GREY, THIN)
    _write(picture, "sound", 8, SOUND_MIDDLE + 5)


def _draw_spans(picture: Picture, scale: _Scale, spans: Sequence[Span], top: int, colour: Colour) -> None:
    for span in spans:
        corners = (scale.column(span.start_seconds), top), (scale.column(span.end_seconds), top + 14)
        cv2.rectangle(picture, *corners, colour, cv2.FILLED)


def _draw_onsets(picture: Picture, scale: _Scale, heard: Heard, beats: Sequence[Beat]) -> None:
    """The onsets of each band, and under those of its own band each beat with its confidence as height."""
    in_bands = heard.onsets.in_bands
    for row, (name, colour) in enumerate(BANDS.items()):
        base = ONSETS_TOP + (row + 1) * ONSETS_HEIGHT
        strengths = in_bands[:, ("bass", "mid", "treble").index(name)]
        for beat in beats:
            if beat.band == name:
                column, height = scale.column(beat.time_seconds), round(beat.confidence * (ONSETS_HEIGHT - 8))
                cv2.rectangle(picture, (column - 3, base - height), (column + 3, base), colour, cv2.FILLED)
        reached = base - np.rint(strengths / strengths.max() * (ONSETS_HEIGHT - 8)).astype(int)
        columns = [scale.column(frame / FRAME_RATE_HERTZ) for frame in range(strengths.size)]
        cv2.polylines(picture, [np.column_stack([columns, reached]).astype(np.int32)], False, BLACK, THIN, cv2.LINE_AA)  # noqa: FBT003  OpenCV's own
        _write(picture, name, 8, base - 8)


def _draw_tempi(picture: Picture, heard: Heard, music: tuple[float, float], found_bpm: float) -> None:
    """How well the onsets of the music repeat at each tempo (black), and what is left after the octave's rules."""
    correlation = tempo._self_correlation(tempo._accents(heard.onsets.between(*music).strengths))  # noqa: SLF001  shown from inside
    repetition = tempo._repetition(correlation, tempo.TEMPI)  # noqa: SLF001  as above
    weighed = repetition - tempo._octave_cost(correlation, tempo.TEMPI)  # noqa: SLF001  as above
    base = CURVE_TOP + CURVE_HEIGHT
    columns = np.array([_tempo_column(bpm) for bpm in tempo.TEMPI])
    for curve, colour in ((repetition, BLACK), (weighed, TRUTH)):
        rows = base - np.rint(np.clip(curve, 0, HIGHEST_REPETITION) / HIGHEST_REPETITION * CURVE_HEIGHT)
        cv2.polylines(picture, [np.column_stack([columns, rows]).astype(np.int32)], False, colour, THIN, cv2.LINE_AA)  # noqa: FBT003  as above
    for bpm in TEMPO_TICKS:
        _tick(picture, _tempo_column(bpm), base, 5, BLACK)
        _write(picture, f"{bpm}", _tempo_column(bpm) - 12, base + 20)
    _tick(picture, _tempo_column(found_bpm), CURVE_TOP - 12, 10, SONG)
    _write(picture, f"{found_bpm:.2f} a minute", _tempo_column(found_bpm) + 8, CURVE_TOP - 2)
    _write(picture, "repetition", 8, CURVE_TOP + 30)
    _write(picture, "by tempo", 8, CURVE_TOP + 48)


def _tempo_column(bpm: float) -> int:
    share = np.log(bpm / tempo.SLOWEST_BPM) / np.log(tempo.FASTEST_BPM / tempo.SLOWEST_BPM)
    return LEFT + round(float(share) * (WIDTH - LEFT - RIGHT - 20))


def _tick(picture: Picture, column: int, top: int, height: int, colour: Colour) -> None:
    cv2.line(picture, (column, top), (column, top + height), colour, 2)


def _write(picture: Picture, text: str, left: int, bottom: int) -> None:
    cv2.putText(picture, text, (left, bottom), cv2.FONT_HERSHEY_SIMPLEX, TEXT_SIZE, BLACK, THIN, cv2.LINE_AA)


if __name__ == "__main__":
    main()
