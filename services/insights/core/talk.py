"""A conversation: each sentence with the kinds that it is of, judged alone and by what was said before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.insights.core.cues import CUES
from services.insights.core.kinds import KINDS, Embeddings, Kind, Scores, kinds_of
from shared.contracts.reports.transcription import Sentence

MOOD_LASTS_SECONDS = 20.0
"""A feeling that is shown again within this time is still the same mood."""
ANSWERED_WITHIN = 1
"""A time named so many sentences behind a proposed step is the time of that step."""
LONGEST_APPOINTMENT_WORDS = 14

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
    """The conversation, with what a sentence gains from those before it."""
    kinds = [kinds_of(row) for row in scores]
    return Talk(sentences, embeddings, _with_appointments(sentences, _with_known_rivals(sentences, kinds)), scores)


def without_kinds(sentences: Sequence[Sentence], embeddings: Embeddings) -> Talk:
    """A conversation in a language of which no kinds are known but the question, which its mark tells."""
    question = frozenset[Kind]({"question"})
    kinds = [question if CUES["asks"].search(sentence.text) else frozenset[Kind]() for sentence in sentences]
    return Talk(sentences, embeddings, kinds, np.zeros((len(sentences), len(KINDS))))


def names_of(text: str) -> list[str]:
    """Names of firms and products in a sentence, as far as capitals tell: those with a capital inside before others."""
    coined = COINED.findall(text)
    plain = [match.group() for match in CUES["name"].finditer(NO_FIRM.sub("", text))]
    return list(dict.fromkeys([*coined, *(name for name in plain if name not in coined)]))


def _with_known_rivals(sentences: Sequence[Sentence], kinds: Sequence[frozenset[Kind]]) -> list[frozenset[Kind]]:
    """Who was once named as a competitor is one whenever named."""
    rivals = {
        name
        for sentence, found in zip(sentences, kinds, strict=True)
        if "competitor" in found
        for name in names_of(sentence.text)[:1]
    }
    return [
        found | {"competitor"} if any(re.search(rf"\b{re.escape(name)}\b", sentence.text) for name in rivals) else found
        for sentence, found in zip(sentences, kinds, strict=True)
    ]


def _with_appointments(sentences: Sequence[Sentence], kinds: Sequence[frozenset[Kind]]) -> list[frozenset[Kind]]:
    """The time that answers a proposed step belongs to the step."""
    extended = list(kinds)
    for index, sentence in enumerate(sentences):
        before = extended[max(0, index - ANSWERED_WITHIN) : index]
        is_short = len(sentence.text.split()) <= LONGEST_APPOINTMENT_WORDS
        if is_short and CUES["when"].search(sentence.text) and any("next_step" in found for found in before):
            extended[index] |= {"next_step", "timeline"}
    return extended
