"""A sound track of any length, heard window by window in memory that stays flat."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.transcription.core.speech import Chunk, Span, last_pause, pack
from services.transcription.core.words import HeardWord, believed_words
from services.transcription.recogniser import SAMPLE_RATE_HERTZ, Samples, detect_language, find_speech, recognise
from shared.kit.stage import Progress

WINDOW_SECONDS = 300.0
"""How much sound is held at once: 19 MB at 16 kHz."""

LANGUAGE_CHUNKS = 3
"""The language is decided on the longest chunks of the first window in which somebody speaks, on this many at most."""


@dataclass(frozen=True)
class Listened:
    """All that was said, and in which language; null when nobody speaks."""

    words: list[HeardWord]
    language: str | None
    language_probability: float | None


@dataclass(frozen=True)
class Window:
    """Consecutive samples, the first at `start_seconds` of the track, with the speech found in them."""

    start_seconds: float
    samples: Samples
    speech: list[Span]

    @property
    def end_seconds(self) -> float:
        """Where it ends on the track."""
        return self.start_seconds + self.samples.size / SAMPLE_RATE_HERTZ

    def joined(self, chunk: Chunk) -> Samples:
        """The samples of a chunk's parts, one after the other."""
        parts = []
        for span in chunk:
            first = round((span.start - self.start_seconds) * SAMPLE_RATE_HERTZ)
            parts.append(self.samples[max(0, first) : first + round(span.length * SAMPLE_RATE_HERTZ)])
        return np.concatenate(parts)


def windows(blocks: Iterable[Samples]) -> Iterator[Window]:
    """Cut a track into windows in its pauses; `blocks` follow each other without a gap."""
    held: list[Samples] = []
    start_seconds = 0.0
    for block in blocks:
        held.append(block)
        if sum(piece.size for piece in held) < WINDOW_SECONDS * SAMPLE_RATE_HERTZ:
            continue
        window = _window(start_seconds, held)
        cut = round((last_pause(window.speech, window.end_seconds) - start_seconds) * SAMPLE_RATE_HERTZ)
        held = [window.samples[cut:]]
        end_seconds = start_seconds + cut / SAMPLE_RATE_HERTZ
        yield Window(start_seconds, window.samples[:cut], [span for span in window.speech if span.end <= end_seconds])
        start_seconds = end_seconds
    if held:
        yield _window(start_seconds, held)


def _window(start_seconds: float, held: list[Samples]) -> Window:
    samples = np.concatenate(held)
    speech = [Span(start_seconds + span.start, start_seconds + span.end) for span in find_speech(samples)]
    return Window(start_seconds, samples, speech)


def listen(
    model: Any,  # noqa: ANN401  faster-whisper has no types
    blocks: Iterable[Samples],
    *,
    duration_seconds: float,
    language: str | None,
    beam_size: int,
    say: Progress,
) -> Listened:
    """Hear a whole track; the language is found out unless it is given."""
    words: list[HeardWord] = []
    probability = None if language is None else 1.0
    for window in windows(blocks):
        chunks = pack(window.speech, from_seconds=window.start_seconds, until_seconds=window.end_seconds)
        for index, chunk in enumerate(chunks):
            if language is None:
                longest = sorted(chunks, key=lambda part: -sum(span.length for span in part))[:LANGUAGE_CHUNKS]
                language, probability = detect_language(model, map(window.joined, longest))
            heard = recognise(model, window.joined(chunk), language=language, beam_size=beam_size)
            words += believed_words(heard, chunk, window.speech)
            if index + 1 < len(chunks):
                say(min(1.0, chunk[-1].end / max(duration_seconds, chunk[-1].end)))
        say(min(1.0, window.end_seconds / max(duration_seconds, window.end_seconds)))
    return Listened(words, language if words else None, probability if words else None)
