"""Calls cut into windows, and windows packed into rows of one length, so that little is computed for padding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.insights.core.windows import MOST_TOKENS, fitting

MOST_SENTENCES = 48
"""Of a row."""
SHORTEST_FIRST_WINDOW = MOST_TOKENS // 4
"""The first window of a call is cut anywhere from here on, so that the others begin elsewhere each time."""
NOTHING = -1
"""The owner of a token that belongs to no sentence, the window of one that is padding."""


Arrays = dict[str, NDArray[np.number]]


@dataclass(frozen=True)
class Cut:
    """A call, or a part of one, as the model's tokens.

    Attributes:
        sentences: The tokens of each, the mark of its end included.
        truth: Whether each is of each kind, shape (n, 13).
    """

    sentences: Sequence[Sequence[int]]
    truth: NDArray[np.bool_]


@dataclass(frozen=True)
class Rows:
    """Windows side by side in rows; none sees another.

    Attributes:
        ids: Of the tokens, shape (rows, tokens).
        windows: To which window of its row each token belongs, same shape.
        positions: Its place in that window, same shape.
        owners: To which sentence of its row it belongs, same shape.
        truth: Shape (rows, sentences, 13).
        counts: 1 where there is a sentence, shape (rows, sentences).
    """

    ids: NDArray[np.int32]
    windows: NDArray[np.int32]
    positions: NDArray[np.int32]
    owners: NDArray[np.int32]
    truth: NDArray[np.float32]
    counts: NDArray[np.float32]

    def at(self, rows: NDArray[np.intp]) -> Arrays:
        """Some of the rows, by name, as the encoder takes them."""
        return {name: values[rows] for name, values in vars(self).items()}


def packed(calls: Sequence[Cut], begin: int, dice: np.random.Generator) -> Rows:
    """All calls, cut anew.

    Args:
        calls: Each whole.
        begin: The token that begins a window.
        dice: Where the first cut of each call falls.
    """
    cuts = [cut for call in calls for cut in _cut(call, dice)]
    cuts.sort(key=lambda cut: (-_size(cut), dice.random()))
    bins: list[list[Cut]] = []
    for cut in cuts:
        for row in reversed(bins):
            if _fits([*row, cut]):
                row.append(cut)
                break
        else:
            bins.append([cut])
    return _filled(bins, begin)


def _cut(call: Cut, dice: np.random.Generator) -> Iterator[Cut]:
    sizes = list(map(len, call.sentences))
    start, room = 0, int(dice.integers(SHORTEST_FIRST_WINDOW, MOST_TOKENS + 1))
    while start < len(sizes):
        end = start + max(1, fitting(sizes[start : start + MOST_SENTENCES], room - 1))
        yield Cut(call.sentences[start:end], call.truth[start:end])
        start, room = end, MOST_TOKENS


def _size(cut: Cut) -> int:
    return 1 + sum(map(len, cut.sentences))


def _fits(row: Sequence[Cut]) -> bool:
    return sum(map(_size, row)) <= MOST_TOKENS and sum(len(cut.sentences) for cut in row) <= MOST_SENTENCES


def _filled(bins: Sequence[Sequence[Cut]], begin: int) -> Rows:
    shape = (len(bins), MOST_TOKENS)
    kinds = bins[0][0].truth.shape[1]
    ids, positions = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
    windows, owners = np.full(shape, NOTHING, np.int32), np.full(shape, NOTHING, np.int32)
    truth = np.zeros((len(bins), MOST_SENTENCES, kinds), np.float32)
    counts = np.zeros((len(bins), MOST_SENTENCES), np.float32)
    for row, cuts in enumerate(bins):
        at = sentence = 0
        for window, cut in enumerate(cuts):
            spans = [(NOTHING, [begin]), *enumerate(cut.sentences, start=sentence)]
            flat = [(token, owner) for owner, tokens in spans for token in tokens]
            here = slice(at, at + len(flat))
            ids[row, here], owners[row, here] = zip(*flat, strict=True)
            windows[row, here], positions[row, here] = window, np.arange(len(flat))
            until = sentence + len(cut.sentences)
            truth[row, sentence:until], counts[row, sentence:until] = cut.truth, 1
            at, sentence = at + len(flat), until
    return Rows(ids, windows, positions, owners, truth, counts)
