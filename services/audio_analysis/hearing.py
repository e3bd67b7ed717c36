"""One pass over a prepared sound track: every meter hears it, block by block, in memory that stays small."""

from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from services.audio_analysis import voice
from services.audio_analysis.core.loudness import LoudnessMeter
from services.audio_analysis.core.onsets import FRAME_RATE_HERTZ, OnsetMeasurer, Onsets
from services.audio_analysis.core.pulse import pulse_clarity
from services.audio_analysis.core.spans import VOICE_SECONDS, music_spans, speech_spans, step_middles
from services.audio_analysis.core.texture import Texture, TextureMeter
from shared.contracts.reports.audio_analysis import Span
from shared.kit.stage import Progress
from shared.media import TRACK_RATE_HERTZ, audio_blocks

BLOCK_SECONDS = 30.0
"""What is held at once: 2.6 MB at 22 050 Hz."""
VOICE_SMOOTHING_SECONDS = 1.0
"""Over so much the share of speech is counted: a pause between two words is no end of speech."""


@dataclass(frozen=True)
class Heard:
    """What the meters say of a whole track."""

    loudness: LoudnessMeter
    texture: Texture
    onsets: Onsets
    speech: tuple[Span, ...]
    music: tuple[Span, ...]


def hear(track: Path, *, gain_db: float, duration_seconds: float, say: Progress) -> Heard:
    """Hear a track from its beginning to its end.

    Args:
        track: The prepared track; it is read at 22 050 Hz and, for the voice, at 16 kHz, side by side.
        gain_db: What mixing down to mono took of the loudness.
        duration_seconds: Of the video; spans end there even where the track goes on.
        say: Hears how much of the track has been heard.
    """
    loudness = LoudnessMeter(TRACK_RATE_HERTZ, gain_db)
    texture, onsets, voices = TextureMeter(), OnsetMeasurer(), voice.VoiceMeter()
    full = audio_blocks(track, block_seconds=BLOCK_SECONDS)
    narrow = audio_blocks(track, rate_hertz=voice.RATE_HERTZ, block_seconds=BLOCK_SECONDS)
    for block, narrow_block in zip_longest(full, narrow):
        if narrow_block is not None:
            voices.add(narrow_block.samples)
        if block is not None:
            loudness.add(block.samples)
            texture.add(block.samples)
            onsets.add(block.samples)
            say(min(1.0, (block.start_seconds + BLOCK_SECONDS) / max(duration_seconds, BLOCK_SECONDS)))
    probabilities, measured, accents = voices.probabilities(), texture.measured(), onsets.measures()
    steps = step_middles(measured.continuity.size)
    return Heard(
        loudness=loudness,
        texture=measured,
        onsets=accents,
        speech=speech_spans(probabilities, duration_seconds),
        music=music_spans(
            measured, _pulse_at(accents, steps), _speech_share_at(probabilities, steps), duration_seconds
        ),
    )


def _pulse_at(onsets: Onsets, times_seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    middles, clarity = pulse_clarity(onsets.strengths, FRAME_RATE_HERTZ)
    return np.asarray(np.interp(times_seconds, middles, clarity)) if clarity.size else np.zeros(times_seconds.size)


def _speech_share_at(probabilities: NDArray[np.float32], times_seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    if not probabilities.size:
        return np.zeros(times_seconds.size)
    smooth = uniform_filter1d(probabilities.astype(np.float64), round(VOICE_SMOOTHING_SECONDS / VOICE_SECONDS))
    return np.asarray(np.interp(times_seconds, np.arange(0.5, smooth.size) * VOICE_SECONDS, smooth))
