"""Windows of a conversation: what the model reads at once, and the sentences it judges there."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_TOKENS = 256
"""Of a window, the mark of its begin and one behind each sentence included."""
BEFORE_TOKENS, BEHIND_TOKENS = 64, 32
"""What a window repeats of the talk around the sentences it judges: some five sentences before, two or three behind."""


@dataclass(frozen=True)
class Window:
    """Sentences `first` to `last` are read, `begin` to `end` are judged; each range ends before its second number."""

    first: int
    begin: int
    end: int
    last: int


def windows(sizes: Sequence[int]) -> list[Window]:
    """Windows that judge each sentence once.

    Args:
        sizes: The tokens of each sentence, its mark included; none is larger than a window without its begin.
    """
    found: list[Window] = []
    begin = 0
    while begin < len(sizes):
        first = begin - fitting(sizes[:begin][::-1], min(BEFORE_TOKENS, MOST_TOKENS - 1 - sizes[begin]))
        last = first + fitting(sizes[first:], MOST_TOKENS - 1)
        end = last if last == len(sizes) else max(begin + 1, last - fitting(sizes[:last][::-1], BEHIND_TOKENS))
        found.append(Window(first, begin, end, last))
        begin = end
    return found


def fitting(sizes: Sequence[int], most_tokens: int) -> int:
    """How many of the first sentences have so many tokens at most."""
    used = 0
    for count, size in enumerate(sizes):
        used += size
        if used > most_tokens:
            return count
    return len(sizes)
