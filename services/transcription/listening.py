"""A sound track of any length, heard window by window in memory that stays flat."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.transcription.core.speech import Chunk, Span, halves, last_pause, pack
from services.transcription.core.words import HeardWord, believed_words, is_loop, joined
from services.transcription.recogniser import (
    CHUNKS_AT_ONCE,
    SAMPLE_RATE_HERTZ,
    Encoded,
    Samples,
    detect_language,
    encode,
    find_speech,
    recognise,
)
from shared.kit.compute.memory import give_back
from shared.kit.stage import Progress

WINDOW_SECONDS = 90.0
"""How much sound is held at once. Silero looks at all of it in one go and takes 0.5 MB for each second."""

LANGUAGE_CHUNKS = 3
"""The language is decided on the longest of the first chunks in which somebody speaks, on this many at most."""


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
    give_back()
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
    probability: float | None = None
    for window in windows(blocks):
        chunks = pack(window.speech, from_seconds=window.start_seconds, until_seconds=window.end_seconds)
        for first in range(0, len(chunks), CHUNKS_AT_ONCE):
            together = chunks[first : first + CHUNKS_AT_ONCE]
            encoded = [encode(model, window.joined(chunk)) for chunk in together]
            give_back()  # chunks differ in length, and what one leaves fits the next no more
            if language is None:
                longest = sorted(encoded, key=lambda chunk: -chunk.frames)[:LANGUAGE_CHUNKS]
                language, probability = detect_language(model, longest)
            reading = Reading(model, window, language, beam_size)
            for said in reading.words(together, encoded):
                words = joined(words, said)
            give_back()
            say(min(1.0, together[-1][-1].end / max(duration_seconds, together[-1][-1].end)))
        say(min(1.0, window.end_seconds / max(duration_seconds, window.end_seconds)))
    return Listened(words, language if words else None, probability if words else None)


@dataclass(frozen=True)
class Reading:
    """How the chunks of a window are turned into words."""

    model: Any
    window: Window
    language: str
    beam_size: int

    def words(self, chunks: Sequence[Chunk], encoded: Sequence[Encoded]) -> Iterator[list[HeardWord]]:
        """The believed words of each chunk; one over which the recogniser loops is heard again in halves."""
        heard = recognise(self.model, encoded, language=self.language, beam_size=self.beam_size)
        for chunk, said in zip(chunks, heard, strict=True):
            parts = halves(chunk, self.window.speech) if is_loop(said) else []
            if parts:
                again = self.words(parts, [encode(self.model, self.window.joined(part)) for part in parts])
                yield [word for part in again for word in part]
            else:
                yield believed_words([said], chunk, self.window.speech)
