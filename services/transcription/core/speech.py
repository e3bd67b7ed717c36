"""Which parts of the sound are handed to the recogniser, and how its times lead back to the original's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CHUNK_SECONDS = 28.0
"""Whisper hears 30 s at a time whatever it is given: chunks are filled to just below that."""

PADDING_SECONDS = 0.3
"""Kept before and after speech, so that no first or last sound is lost."""

KEPT_SILENCE_SECONDS = 1.0
"""A longer silence is left out of a chunk: silence is where a recogniser invents words."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in seconds."""

    start: float
    end: float

    @property
    def length(self) -> float:
        """Its duration in seconds."""
        return self.end - self.start


Chunk = tuple[Span, ...]
"""Stretches of the original that are joined and heard together."""


def pad(spans: Iterable[Span], *, from_seconds: float, until_seconds: float) -> list[Span]:
    """The speech spans with room around them, those that then nearly touch made one.

    Args:
        spans: Where speech was found, in order.
        from_seconds: Nothing begins before.
        until_seconds: Nothing ends after.
    """
    padded: list[Span] = []
    for span in spans:
        start = max(from_seconds, span.start - PADDING_SECONDS)
        end = min(until_seconds, span.end + PADDING_SECONDS)
        if padded and start - padded[-1].end < KEPT_SILENCE_SECONDS - 2 * PADDING_SECONDS:
            padded[-1] = Span(padded[-1].start, end)
        else:
            padded.append(Span(start, end))
    return padded


def pack(spans: Iterable[Span], *, from_seconds: float, until_seconds: float) -> list[Chunk]:
    """Fill chunks with speech, cutting in silences only, so that as few as possible are heard.

    Args:
        spans: Where speech was found, in order, none longer than a chunk.
        from_seconds: Where the sound begins.
        until_seconds: Where the sound ends.
    """
    chunks: list[list[Span]] = []
    for span in spans:
        pieces = pad([*(chunks[-1] if chunks else ()), span], from_seconds=from_seconds, until_seconds=until_seconds)
        if chunks and sum(piece.length for piece in pieces) <= CHUNK_SECONDS:
            chunks[-1].append(span)
        else:
            chunks.append([span])
    return [tuple(pad(chunk, from_seconds=from_seconds, until_seconds=until_seconds)) for chunk in chunks]


def original_time(chunk: Chunk, seconds: float) -> float:
    """The original's time of an instant within the joined chunk."""
    for span in chunk:
        if seconds <= span.length:
            return span.start + max(0.0, seconds)
        seconds -= span.length
    return chunk[-1].end


def last_pause(spans: Sequence[Span], until_seconds: float) -> float:
    """Where sound that goes on after `until_seconds` can be cut without splitting a word.

    The last span may not be over yet: the cut comes before it, after everything that surely is.
    """
    if not spans or until_seconds - spans[-1].end > KEPT_SILENCE_SECONDS:
        return until_seconds
    return max(spans[-1].start - PADDING_SECONDS, (spans[-2].end + spans[-1].start) / 2 if len(spans) > 1 else 0.0)
