"""An extractive summary: sections made of sentences that were said, in the order in which they were said.

The overview takes the sentences nearest to the centroid of all sentence embeddings that repeat each other least:
maximal marginal relevance (Carbonell and Goldstein 1998, "The use of MMR, diversity-based reranking").
"""

import math
import re
from collections.abc import Iterable, Sequence

import numpy as np

from services.insights.core.kinds import Kind
from services.insights.core.quoting import clock, evidence, line
from services.insights.core.talk import Talk
from shared.contracts.reports.insights import Evidence, Section, SectionId
from shared.contracts.reports.video_analysis import Shot

RELEVANCE = 0.7
"""How much nearness to the centroid counts against being unlike the sentences already taken."""
FEWEST, MOST = 2, 6
"""Sentences of an overview: one for every ten that were said, within these bounds."""
FEWEST_WORDS = 4
"""Shorter sentences ("Sounds good.") carry nothing when they stand alone."""
MOST_LISTED = 8
"""Lines of any other section."""
SURE = 0.5
"""A sentence heard less surely is quoted in no section."""

KEY_KINDS: tuple[Kind, ...] = (
    "problem",
    "objection",
    "pricing",
    "competitor",
    "decision_maker",
    "timeline",
    "feature_request",
)
ELSEWHERE: frozenset[Kind] = frozenset({"question", "next_step", "commitment", "decision"})
"""What has a section of its own, or an answer that says more, is no key point."""
TITLES: dict[SectionId, str] = {
    "overview": "Overview",
    "key_points": "Key points",
    "decisions": "Decisions",
    "next_steps": "Next steps",
    "open_questions": "Open questions",
    "structure": "Structure",
}
PUT_OFF = re.compile(
    r"\b(?:check|find out|ask|clarify|look into|come back|get back|let you know|bring (?:it|that) up|not sure|"
    r"don't know|have to see|depends)\b",
    re.IGNORECASE,
)
"""How somebody speaks who owes an answer."""


def summarise(talk: Talk, shots: Sequence[Shot]) -> tuple[Section, ...]:
    """The sections for which there is evidence."""
    chosen: dict[SectionId, list[int]] = {
        "overview": central(talk),
        "key_points": key_points(talk),
        "decisions": firmest(talk, talk.of("decision"), ("decision",)),
        "next_steps": firmest(talk, talk.of("next_step", "commitment"), ("next_step", "commitment")),
        "open_questions": open_questions(talk),
    }
    return (*(section(talk, name, indices) for name, indices in chosen.items() if indices), *structure(shots))


def central(talk: Talk) -> list[int]:
    """Indices of the sentences that stand for all, rising."""
    whole = range(len(talk.sentences))
    heard = [index for index in whole if talk.sentences[index].confidence >= SURE] or list(whole)
    told = [
        index for index in heard if len(_words(talk, index)) >= FEWEST_WORDS and "question" not in talk.kinds[index]
    ]
    candidates = told or heard
    wanted = min(len(candidates), max(FEWEST, min(MOST, math.ceil(len(heard) / 10))))
    if wanted == 0:
        return []
    relevance = talk.embeddings @ talk.embeddings.mean(axis=0)
    taken: list[int] = []
    while len(taken) < wanted:
        rest = [index for index in candidates if index not in taken]
        repetition = (
            (talk.embeddings[rest] @ talk.embeddings[taken].T).max(axis=1) if taken else np.zeros(len(rest), np.float32)
        )
        scores = RELEVANCE * relevance[rest] - (1 - RELEVANCE) * repetition
        taken.append(rest[int(np.argmax(scores))])
    return sorted(taken)


def key_points(talk: Talk) -> list[int]:
    """The surest sentences of the kinds that decide a deal: one of each kind first, then the next of each."""
    ranked = [
        _surest(talk, [index for index in talk.of(kind) if not talk.kinds[index] & ELSEWHERE], (kind,))
        for kind in KEY_KINDS
    ]
    by_turns = (column[rank] for rank in range(MOST_LISTED) for column in ranked if rank < len(column))
    return sorted(list(dict.fromkeys(by_turns))[:MOST_LISTED])


def firmest(talk: Talk, indices: Iterable[int], kinds: Sequence[Kind]) -> list[int]:
    """The surest of these sentences in their order; a bare "Agreed." says nothing alone."""
    telling = [index for index in indices if len(_words(talk, index)) >= FEWEST_WORDS]
    return sorted(_surest(talk, telling, kinds)[:MOST_LISTED])


def open_questions(talk: Talk) -> list[int]:
    """Questions that were put off, or with which the talk ends."""
    asked = [
        index
        for index in talk.of("question")
        if "next_step" not in talk.kinds[index] and len(_words(talk, index)) >= FEWEST_WORDS
    ]
    return [index for index in asked if _is_open(talk, index)][:MOST_LISTED]


def section(talk: Talk, name: SectionId, indices: Sequence[int]) -> Section:
    """A section that quotes these sentences, one a line with its time."""
    sentences = [talk.sentences[index] for index in indices]
    return Section(id=name, title=TITLES[name], content="\n".join(map(line, sentences)), evidence=evidence(sentences))


def structure(shots: Sequence[Shot]) -> Iterable[Section]:
    """What the cutting says: how many shots, and the longest."""
    if not shots:
        return
    longest = max(shots, key=lambda shot: shot.end_seconds - shot.start_seconds)
    count = "one shot" if len(shots) == 1 else f"{len(shots)} shots"
    lasts = longest.end_seconds - longest.start_seconds
    yield Section(
        id="structure",
        title=TITLES["structure"],
        content=f"The video has {count}; the longest begins at {clock(longest.start_seconds)} and lasts {lasts:.1f} s.",
        evidence=(Evidence(start_seconds=longest.start_seconds, end_seconds=longest.end_seconds),),
    )


def _is_open(talk: Talk, index: int) -> bool:
    if index + 1 == len(talk.sentences):
        return True
    answer = talk.sentences[index + 1].text
    return PUT_OFF.search(answer) is not None and "question" not in talk.kinds[index + 1]


def _surest(talk: Talk, indices: Iterable[int], kinds: Sequence[Kind]) -> list[int]:
    sure = (index for index in indices if talk.sentences[index].confidence >= SURE)
    return sorted(sure, key=lambda index: -max(talk.score(index, kind) for kind in kinds))


def _words(talk: Talk, index: int) -> list[str]:
    return talk.sentences[index].text.split()
