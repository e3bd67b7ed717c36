"""The checklist of an organization, held against what was said: by the words of its phrases, and by their meaning."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from services.insights.core.kinds import Embeddings, Kind
from services.insights.core.quoting import clock, evidence
from services.insights.core.talk import Talk
from shared.contracts.reports.insights import ChecklistEvaluation
from shared.contracts.reports.transcription import Sentence

PASSED_SCORE = 50
LITERAL_SCORE = 100
NEAR_SCORE = 25
"""What scores less is not worth quoting as the nearest."""
NOTHING_LIKENESS, FULL_LIKENESS = 0.2, 0.8
"""Cosines of two embeddings between which the score rises from 0 to 100: unrelated sentences lie below 0.2, one that
says the same in other words above 0.6."""
KIND_LIKENESS = 0.55
"""From which cosine on an item is taken to ask for a kind of sentence."""
KIND_SCORE = 70
"""What a sentence of the kind that an item asks for is worth: it does what is asked, in words of its own."""
MOST_QUOTED = 2

SIGNS: dict[Kind, tuple[str, ...]] = {
    "pricing": ("A price was named", "The price was discussed", "The budget was discussed", "Payment was explained"),
    "competitor": ("Competitors were discussed", "Asked about other suppliers", "Asked about alternatives"),
    "next_step": ("A next step was agreed", "A follow-up meeting was arranged", "A trial was offered"),
    "decision_maker": (
        "Found out who decides",
        "Asked about the decision process",
        "The decision maker was identified",
    ),
    "timeline": ("A start date was discussed", "The timeline was discussed", "Asked about the deadline"),
    "problem": ("Asked about present problems", "The customer's pain points were explored"),
    "objection": ("Objections were handled", "Asked about concerns"),
}
"""How an item is worded that asks for a kind."""
SIGN_TEXTS: tuple[str, ...] = tuple(text for texts in SIGNS.values() for text in texts)
SIGN_KINDS: tuple[Kind, ...] = tuple(kind for kind, texts in SIGNS.items() for _ in texts)

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")  # noqa: RUF001  the apostrophe of printed text
ENDINGS = re.compile(r"(?:ations?|ings?|ed|es|e|s|'s)$")
SHORTEST_STEM = 3


class ChecklistItem(BaseModel):
    """One thing that a call must do; each phrase counts as evidence of it."""

    model_config = ConfigDict(frozen=True)

    item_id: str
    title: str
    description: str | None = None
    phrases: tuple[str, ...] = ()

    @property
    def wordings(self) -> tuple[str, ...]:
        """All that says what is meant, the title first."""
        return (self.title, *([self.description] if self.description else []), *self.phrases)


@dataclass(frozen=True)
class Likeness:
    """The checklist's wordings as vectors.

    Attributes:
        wordings: A row of unit length for each wording of each item, in their order, shape (m, d).
        signs: The same for `SIGN_TEXTS`.
    """

    wordings: Embeddings
    signs: Embeddings


def evaluate(
    items: Sequence[ChecklistItem], talk: Talk, likeness: Likeness, *, by_meaning: bool = True
) -> tuple[ChecklistEvaluation, ...]:
    """One evaluation for each item; `by_meaning` is false where the language is not that of the embeddings."""
    ends = np.cumsum([len(item.wordings) for item in items], dtype=int)
    return tuple(
        _evaluation(item, talk, _scores(item, talk, rows, likeness.signs, by_meaning=by_meaning))
        for item, rows in zip(items, np.split(likeness.wordings, ends)[:-1], strict=True)
    )


def _scores(
    item: ChecklistItem, talk: Talk, rows: Embeddings, signs: Embeddings, *, by_meaning: bool
) -> NDArray[np.float64]:
    """How far each sentence fulfils the item, 0 to 100, shape (n,)."""
    literal = [any(says(sentence.text, phrase) for phrase in item.phrases) for sentence in talk.sentences]
    scores = np.where(literal, float(LITERAL_SCORE), 0.0)
    if not by_meaning or not talk.sentences:
        return scores
    nearness = (talk.embeddings @ rows.T).max(axis=1)
    scores = np.maximum(scores, 100 * (nearness - NOTHING_LIKENESS) / (FULL_LIKENESS - NOTHING_LIKENESS))
    asked = _asked_kind(rows, signs)
    if asked is not None:
        is_of = np.array([asked in kinds for kinds in talk.kinds])
        scores = np.maximum(scores, np.where(is_of, KIND_SCORE + scores * (100 - KIND_SCORE) / 100, 0.0))
    clipped: NDArray[np.float64] = np.clip(scores, 0.0, 100.0)
    return clipped


def _asked_kind(rows: Embeddings, signs: Embeddings) -> Kind | None:
    """The kind of sentence that the item's title or description asks for, if it does."""
    nearness = rows[0] @ signs.T
    best = int(nearness.argmax())
    return SIGN_KINDS[best] if nearness[best] >= KIND_LIKENESS else None


def says(text: str, phrase: str) -> bool:
    """Whether the words of the phrase stand in the text, side by side, in any form of theirs."""
    words, wanted = _stems(text), _stems(phrase)
    spans = range(len(words) - len(wanted) + 1)
    return bool(wanted) and any(words[start : start + len(wanted)] == wanted for start in spans)


def _stems(text: str) -> list[str]:
    return [_stem(match.group().casefold().replace("’", "'")) for match in WORD.finditer(text)]  # noqa: RUF001  as above


def _stem(word: str) -> str:
    bare = ENDINGS.sub("", word)
    return bare if len(bare) >= SHORTEST_STEM else word


def _evaluation(item: ChecklistItem, talk: Talk, scores: NDArray[np.float64]) -> ChecklistEvaluation:
    best = round(float(scores.max(initial=0.0)))
    passed = best >= PASSED_SCORE
    ranked = np.argsort(-scores, kind="stable")
    counted = [int(index) for index in ranked[:MOST_QUOTED] if scores[index] >= PASSED_SCORE]
    near = [int(index) for index in ranked[:1] if scores[index] >= NEAR_SCORE]
    quoted = [talk.sentences[index] for index in (sorted(counted) if passed else near)]
    return ChecklistEvaluation(
        item_id=item.item_id,
        title=item.title,
        passed=passed,
        score=best,
        reason=_reason(quoted, passed=passed, is_silent=not talk.sentences),
        evidence=evidence(quoted),
    )


def _reason(quoted: Sequence[Sentence], *, passed: bool, is_silent: bool) -> str:
    if is_silent:
        return "Nothing is said in the video."
    quotes = "; ".join(f'at {clock(sentence.start_seconds)}: "{sentence.text}"' for sentence in quoted)
    if passed:
        return f"Said {quotes}"
    return f"Not said; the nearest is {quotes}" if quotes else "Nothing that was said comes near it."
