"""A conversation: each sentence with the kinds that it is of, and the names in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.insights.core.cues import ASKS, NAME
from services.insights.core.kinds import KINDS, Embeddings, Kind, Scores, kinds_of
from shared.contracts.reports.transcription import Sentence

MOOD_LASTS_SECONDS = 20.0
"""A feeling that is shown again within this time is still the same mood."""

COINED = re.compile(r"\b[A-Z][a-z]+[A-Z]\w*\b")
"""A name with a capital inside, as products and firms have."""
NO_FIRM = re.compile(
    r"\b(?:Mister|Mrs?|Ms|Miss|Doctor|Dr|Headmistress|Professor|Sir|Madam|English|French|German|Spanish|Dutch|Welsh|Polish|"
    r"Europe(?:an)?|American|God|Excel|Christmas|Easter|Internet)\b\.?"
)


@dataclass(frozen=True)
class Talk:
    """What was said.

    Attributes:
        sentences: In order.
        embeddings: A row of unit length for each sentence, shape (n, d).
        kinds: What each sentence is.
        scores: How surely, shape (n, 13), columns as `KINDS`.
    """

    sentences: Sequence[Sentence]
    embeddings: Embeddings
    kinds: Sequence[frozenset[Kind]]
    scores: Scores

    def of(self, *kinds: Kind) -> list[int]:
        """The indices of the sentences of any of these kinds."""
        return [index for index, found in enumerate(self.kinds) if found.intersection(kinds)]

    def score(self, index: int, kind: Kind) -> float:
        """How surely a sentence is of a kind."""
        return float(self.scores[index, KINDS.index(kind)])


def hear(sentences: Sequence[Sentence], embeddings: Embeddings, scores: Scores) -> Talk:
    """The conversation: each sentence is of the kinds whose score reaches 0."""
    return Talk(sentences, embeddings, [kinds_of(row) for row in scores], scores)


def without_kinds(sentences: Sequence[Sentence], embeddings: Embeddings) -> Talk:
    """A conversation in a language of which no kinds are known but the question, which its mark tells."""
    question = frozenset[Kind]({"question"})
    kinds = [question if ASKS.search(sentence.text) else frozenset[Kind]() for sentence in sentences]
    return Talk(sentences, embeddings, kinds, np.zeros((len(sentences), len(KINDS))))


def names_of(text: str) -> list[str]:
    """Names of firms and products in a sentence, as far as capitals tell: those with a capital inside before others."""
    coined = COINED.findall(text)
    plain = [match.group() for match in NAME.finditer(NO_FIRM.sub("", text))]
    return list(dict.fromkeys([*coined, *(name for name in plain if name not in coined)]))
