"""What the recogniser hears, and which of it is to be believed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.transcription.core.speech import Chunk, Span, original_time

NO_SPEECH_PROBABILITY = 0.6
UNSURE_LOG_PROBABILITY = -0.8
DOUBTFUL_LOG_PROBABILITY = -1.2
REPEATING_COMPRESSION_RATIO = 2.4
"""Text that compresses better than this says the same thing over and over; Whisper's own limit."""

SHORTEST_WORD_SECONDS = 0.02

LONGEST_REST_SECONDS = 0.3
"""Whisper ends the last word before a pause early, by up to this much."""

LONGEST_LEAD_SECONDS = 0.2
"""And begins the first word after a pause late, by up to this much."""

LONGEST_PAUSE_IN_SENTENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word as recognised; `text` begins with a space unless it goes on the word before."""

    text: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True, slots=True)
class Heard:
    """One piece of recognised speech with the recogniser's doubts.

    Attributes:
        mean_log_probability: Of the tokens; 0 is certain.
        no_speech_probability: That nobody speaks here.
        compression_ratio: Length of the text over its compressed length.
    """

    words: tuple[HeardWord, ...]
    mean_log_probability: float
    no_speech_probability: float
    compression_ratio: float


def is_loop(heard: Heard) -> bool:
    """Whether the recogniser got caught and says one thing over and over."""
    return heard.compression_ratio > REPEATING_COMPRESSION_RATIO


def is_invented(heard: Heard) -> bool:
    """Whether the text was made up over music, noise or silence rather than heard."""
    if is_loop(heard):
        return True
    if heard.mean_log_probability < DOUBTFUL_LOG_PROBABILITY:
        return True
    return heard.no_speech_probability > NO_SPEECH_PROBABILITY and heard.mean_log_probability < UNSURE_LOG_PROBABILITY


def believed_words(heard: Iterable[Heard], chunk: Chunk, speech: Sequence[Span]) -> list[HeardWord]:
    """The words of a chunk that were not made up, at the original's times, fitted to the speech that was found.

    Args:
        heard: What the recogniser says of the chunk, times within the chunk.
        chunk: Where its parts come from.
        speech: The exact speech spans, in order.
    """
    words = [
        replace(word, start=original_time(chunk, word.start), end=original_time(chunk, word.end))
        for piece in heard
        if not is_invented(piece)
        for word in piece.words
        if word.text.strip()
    ]
    if not words:
        return []
    preceding = [chunk[0].start, *(word.end for word in words[:-1])]
    following = [*(word.start for word in words[1:]), chunk[-1].end]
    return [_fitted(word, between, speech) for word, *between in zip(words, preceding, following, strict=True)]


def joined(before: Sequence[HeardWord], after: Sequence[HeardWord]) -> list[HeardWord]:
    """The words of two chunks that follow each other, without the full stop of a sentence that goes on.

    The recogniser ends every chunk with a full stop; a small letter behind it says that only the chunk ended there.
    """
    if not before or not after or not before[-1].text.endswith(".") or not after[0].text.strip()[:1].islower():
        return [*before, *after]
    if after[0].start - before[-1].end >= LONGEST_PAUSE_IN_SENTENCE_SECONDS:
        return [*before, *after]
    return [*before[:-1], replace(before[-1], text=before[-1].text.rstrip(".")), *after]


def _fitted(word: HeardWord, between: Sequence[float], speech: Sequence[Span]) -> HeardWord:
    """The word without the silence the recogniser counts to it, and with the rest of its first and its last sound.

    Args:
        word: At the original's times.
        between: When the word before ends, and when the next one begins.
        speech: The exact speech spans, in order.
    """
    preceding, following = between
    touched = [span for span in speech if span.start < word.end and span.end > word.start]
    if not touched:
        return word
    sound_start, sound_end = touched[0].start, touched[-1].end
    start, end = max(word.start, sound_start), min(word.end, sound_end)
    if sound_start >= preceding and start - sound_start <= LONGEST_LEAD_SECONDS:
        start = sound_start
    if sound_end <= following and sound_end - end <= LONGEST_REST_SECONDS:
        end = sound_end
    # A word that only reaches into a span with its last instant keeps its own times.
    return replace(word, start=start, end=end) if end - start >= SHORTEST_WORD_SECONDS else word
