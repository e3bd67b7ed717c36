"""Which parts of the sound are handed to the recogniser, and how its times lead back to the original's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

CHUNK_SECONDS = 28.0
"""Whisper hears 30 s at a time whatever it is given: chunks are filled to just below that."""

FULL_ENOUGH_SECONDS = 20.0
"""From here on a chunk may end in a long pause rather than be filled: every chunk costs the same, however full."""

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
    """Fill chunks with speech, cutting in silences only, the longest where there is a choice: there sentences end.

    Args:
        spans: Where speech was found, in order, none longer than a chunk.
        from_seconds: Where the sound begins.
        until_seconds: Where the sound ends.
    """

    def chunk(first: int, end: int) -> Chunk:
        return tuple(pad(speech[first:end], from_seconds=from_seconds, until_seconds=until_seconds))

    speech = list(spans)
    chunks: list[Chunk] = []
    first = 0
    while first < len(speech):
        end = first + 1
        while end < len(speech) and _length(chunk(first, end + 1)) <= CHUNK_SECONDS:
            end += 1
        if end < len(speech):
            full_enough = (cut for cut in range(first + 1, end) if _length(chunk(first, cut)) >= FULL_ENOUGH_SECONDS)
            end = max((*full_enough, end), key=lambda cut: (_pause_before(speech, cut), cut))
        chunks.append(chunk(first, end))
        first = end
    return chunks


def halves(chunk: Chunk, spans: Iterable[Span]) -> list[Chunk]:
    """The chunk cut in two in the pause nearest to its middle; nothing when it has none.

    Args:
        chunk: What to cut.
        spans: The speech spans, in order, those of the chunk among them.
    """
    speech = [span for span in spans if span.start >= chunk[0].start and span.end <= chunk[-1].end]
    if len(speech) < 2:  # noqa: PLR2004  a cut lies between two
        return []
    middle = sum(span.length for span in speech) / 2
    heard = list(accumulate(span.length for span in speech))
    cut = min(range(1, len(speech)), key=lambda cut: abs(heard[cut - 1] - middle))
    parts = speech[:cut], speech[cut:]
    return [tuple(pad(part, from_seconds=chunk[0].start, until_seconds=chunk[-1].end)) for part in parts]


def _length(chunk: Chunk) -> float:
    return sum(span.length for span in chunk)


def _pause_before(speech: Sequence[Span], index: int) -> float:
    """In seconds; one that is left out of chunks anyway is as good as any longer one."""
    return min(KEPT_SILENCE_SECONDS, speech[index].start - speech[index - 1].end)


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
