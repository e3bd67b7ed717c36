"""What is said: which sentences fall into a span, which of them to quote, and what comes up again and again."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log

from shared.contracts.reports.transcription import Sentence
from shared.writing.words import WORD, content_words

SURE_CONFIDENCE = 0.5
"""A sentence heard less surely is not quoted."""

TOUCHING_SECONDS = 0.3
"""A sentence that reaches less far into a span is not heard in it."""

LEAST_REPEATS = 2
MOST_KEYWORDS = 4


def heard_within(sentences: Iterable[Sentence], start_seconds: float, end_seconds: float) -> list[Sentence]:
    """The sentences whose middle lies in the span."""
    return [
        sentence
        for sentence in sentences
        if start_seconds <= (sentence.start_seconds + sentence.end_seconds) / 2 < end_seconds
    ]


def is_silent(sentences: Iterable[Sentence], start_seconds: float, end_seconds: float) -> bool:
    """Whether no sentence reaches into the span."""
    return all(
        min(sentence.end_seconds, end_seconds) - max(sentence.start_seconds, start_seconds) < TOUCHING_SECONDS
        for sentence in sentences
    )


def most_telling(
    candidates: Sequence[Sentence], everything: Sequence[Sentence], asked: frozenset[str], most: int = 1
) -> list[Sentence]:
    """The sentences to quote, in their order: those that answer most, then those whose words are rarest elsewhere.

    Args:
        candidates: To choose from; what was heard unsurely is left out.
        everything: All that is said in the video.
        asked: The content words of what somebody wants to know.
        most: How many at most.
    """
    said_in = Counter(word for sentence in everything for word in set(content_words(sentence.text)))

    def weight(sentence: Sentence) -> tuple[int, float]:
        words = set(content_words(sentence.text))
        return len(words & asked), sum(log(1 + len(everything) / said_in[word]) for word in words)

    sure = [sentence for sentence in candidates if sentence.confidence >= SURE_CONFIDENCE]
    chosen = sorted(sure, key=weight, reverse=True)[:most]
    return sorted(chosen, key=lambda sentence: sentence.start_seconds)


def said_again(sentences: Iterable[Sentence]) -> list[str]:
    """What is said several times, English only: pairs of words that stand together, and words; the commonest first."""
    singles: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        if sentence.confidence < SURE_CONFIDENCE:
            continue
        for clause in re.split(r"[,.;:?!]", sentence.text):
            tokens = [(match.group(), content_words(match.group())) for match in WORD.finditer(clause)]
            for token, words in tokens:
                singles.update(words)
                written["".join(words)][token] += 1
            for (left, left_words), (right, right_words) in pairwise(tokens):
                if left_words and right_words:
                    pair = f"{left_words[0]} {right_words[0]}"
                    pairs[pair] += 1
                    written[pair][f"{left} {right}"] += 1
    again = {pair: count for pair, count in pairs.items() if count >= LEAST_REPEATS}
    in_pairs = Counter({word: count for pair, count in again.items() for word in pair.split()})
    again |= {word: count for word, count in singles.items() if count - in_pairs[word] >= LEAST_REPEATS}
    best = sorted(again, key=lambda one: (-again[one], -len(one), one))[:MOST_KEYWORDS]
    return [written[one].most_common(1)[0][0] for one in best]
