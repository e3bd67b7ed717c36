"""Labelled calls, from the texts beside this file."""

import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.insights.core.kinds import KINDS, LETTERS, Kind
from services.insights.core.spelling import spelled

CALLS = Path(__file__).parent
EARLY = CALLS / "early"
"""Dialogues and the single sentences that were written with sight of them: none of these can tell how well the judge
does, so all are learned from."""
ASIDE_OF = 6
"""One call of so many is set aside: the judge does not learn from it."""
EXAMPLES = EARLY / "examples.txt"


@dataclass(frozen=True)
class Call:
    """A conversation.

    Attributes:
        texts: The sentences, numbers in words.
        kinds: Of each sentence.
        is_early: Of no use to judge the judge.
    """

    name: str
    texts: tuple[str, ...]
    kinds: tuple[frozenset[Kind], ...]
    is_early: bool

    @property
    def truth(self) -> NDArray[np.bool_]:
        """Whether each sentence is of each kind, shape (n, 13)."""
        return np.array([[kind in found for kind in KINDS] for found in self.kinds])

    @property
    def is_aside(self) -> bool:
        """Whether it is kept from the judge, which stays so whatever calls join it."""
        return not self.is_early and zlib.crc32(self.name.encode()) % ASIDE_OF == 0


def calls() -> list[Call]:
    """All that there is to learn from; each single sentence is a call of its own."""
    written = [*sorted(EARLY.glob("[0-9]*.txt")), *sorted(CALLS.glob("*.txt"))]
    singles = [
        Call(EXAMPLES.stem, (text,), (kinds,), is_early=True)
        for text, kinds in map(_labelled, EXAMPLES.read_text("utf-8").splitlines())
        if text
    ]
    return [*map(read_call, written), *singles]


def read_call(path: Path) -> Call:
    """A file of `speaker | letters of the kinds | sentence` lines below a line that says who talks."""
    lines = [line for line in path.read_text("utf-8").splitlines()[1:] if line and not line.startswith("item ")]
    labelled = [_labelled(line.partition("|")[2]) for line in lines]
    texts, kinds = zip(*labelled, strict=True)
    return Call(path.stem, texts, kinds, is_early=path.parent == EARLY)


def _labelled(line: str) -> tuple[str, frozenset[Kind]]:
    if line.startswith("#"):
        return "", frozenset()
    letters, _, text = line.partition("|")
    return spelled(text.strip()), frozenset(LETTERS[letter] for letter in re.findall(r"[^,\s]", letters))
