"""Words to sentences, by punctuation first, by pauses where there is none."""

from collections.abc import Iterable, Sequence

from services.transcription.core.words import HeardWord
from shared.contracts.reports.transcription import Sentence, Word
from shared.contracts.segments import Segment

SENTENCE_ENDS = ".?!…。？！"  # noqa: RUF001  the full-width marks of Chinese and Japanese are meant
CLOSERS = "\"'”’»)]）」』"  # noqa: RUF001  as above
ABBREVIATIONS = frozenset(
    {"mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "vs", "no", "inc", "ltd", "co", "etc", "approx", "e.g", "i.e"}
)
"""Words whose full stop does not end a sentence, unless a pause follows."""

ABBREVIATION_PAUSE_SECONDS = 0.7
PAUSE_SECONDS = 2.0
"""A silence this long ends a sentence that has no punctuation."""

LONGEST_SENTENCE_SECONDS = 30.0
"""A longer one is no sentence a reader can follow: it ends at its next comma, or after a word."""

SHORTEST_ROW_SECONDS = 0.1


def to_sentences(words: Sequence[HeardWord]) -> tuple[Sentence, ...]:
    """Join words to sentences; times in seconds, to the millisecond, never running backwards."""
    sentences: list[Sentence] = []
    gathered: list[HeardWord] = []
    for index, word in enumerate(words):
        gathered.append(word)
        following = words[index + 1] if index + 1 < len(words) else None
        if following is None or _ends_sentence(gathered, following):
            sentences.append(_sentence(gathered))
            gathered = []
    return tuple(sentences)


def to_segments(sentences: Iterable[Sentence]) -> tuple[Segment, ...]:
    """A row of the module transcription for each sentence: the bare text, bounds with one decimal, never empty."""
    rows = []
    for sentence in sentences:
        start = round(sentence.start_seconds, 1)
        end = max(round(sentence.end_seconds, 1), round(start + SHORTEST_ROW_SECONDS, 1))
        rows.append(Segment(module="transcription", start_seconds=start, end_seconds=end, content=sentence.text))
    return tuple(rows)


def _ends_sentence(gathered: Sequence[HeardWord], following: HeardWord) -> bool:
    last = gathered[-1]
    pause = following.start - last.end
    if pause >= PAUSE_SECONDS:
        return True
    is_joined = not following.text.startswith(" ") and last.text.isascii()
    if is_joined:
        return False  # the next token goes on this word, as in "3" ".5"
    text = last.text.strip().rstrip(CLOSERS)
    if text.endswith(tuple(SENTENCE_ENDS)):
        return not _is_abbreviation(text) or pause >= ABBREVIATION_PAUSE_SECONDS
    too_long = last.end - gathered[0].start >= LONGEST_SENTENCE_SECONDS
    return too_long and (text.endswith(",") or last.end - gathered[0].start >= 2 * LONGEST_SENTENCE_SECONDS)


def _is_abbreviation(text: str) -> bool:
    if not text.endswith("."):
        return False
    bare = text[:-1].lower().lstrip("\"'“‘«([")  # noqa: RUF001  opening quotation marks
    is_initial = len(bare) == 1 and bare.isalpha() and bare != "i"
    is_spelled = "." in bare and all(len(part) == 1 for part in bare.split("."))
    return bare in ABBREVIATIONS or is_initial or is_spelled


def _sentence(gathered: Iterable[HeardWord]) -> Sentence:
    heard = list(gathered)
    words: list[Word] = []
    earliest = 0.0
    for word in heard:
        start = max(earliest, round(word.start, 3))
        end = max(start, round(word.end, 3))
        earliest = end
        words.append(
            Word(text=word.text.strip(), start_seconds=start, end_seconds=end, probability=round(word.probability, 3))
        )
    return Sentence(
        text="".join(word.text for word in heard).strip(),
        start_seconds=words[0].start_seconds,
        end_seconds=words[-1].end_seconds,
        confidence=round(sum(word.probability for word in words) / len(words), 3),
        words=tuple(words),
    )
