"""An extractive summary: sections made of sentences that were said, in the order in which they were said.

The overview takes the sentences nearest to the centroid of all sentence embeddings that repeat each other least:
maximal marginal relevance (Carbonell and Goldstein 1998, "The use of MMR, diversity-based reranking").
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.insights.core.cues import CUES, QUESTION, Cue
from shared.contracts.ids import derived_id
from shared.contracts.reports.insights import Evidence, Section
from shared.contracts.reports.transcription import Sentence
from shared.contracts.reports.video_analysis import Shot

Embeddings = NDArray[np.float32]

RELEVANCE = 0.7
"""How much nearness to the centroid counts against being unlike the sentences already taken."""
FEWEST, MOST = 2, 6
"""Sentences of an overview: one for every ten that were said, within these bounds."""
FEWEST_WORDS = 4
"""Shorter sentences ("Sounds good.") carry nothing when they stand alone."""
MOST_LISTED = 8

SAID = {cue.type: cue for cue in CUES}
KEY_POINTS = ("pricing", "objection", "competitor", "decision_maker", "timeline")
NEXT_STEPS = ("next_step", "commitment")


def summarise(sentences: Sequence[Sentence], embeddings: Embeddings, shots: Sequence[Shot]) -> tuple[Section, ...]:
    """The sections for which there is evidence.

    Args:
        sentences: What was said, in order.
        embeddings: One row for each sentence, shape (n, d), of unit length.
        shots: How the video is cut.
    """
    sections = (
        section("overview", "Overview", [sentences[index] for index in central(sentences, embeddings)]),
        section("key_points", "Key points", matching(sentences, *(SAID[name] for name in KEY_POINTS))),
        section("next_steps", "Next steps", matching(sentences, *(SAID[name] for name in NEXT_STEPS))),
        section("questions", "Questions", matching(sentences, QUESTION)),
        structure(shots),
    )
    return tuple(section for section in sections if section is not None)


def central(sentences: Sequence[Sentence], embeddings: Embeddings) -> list[int]:
    """Indices of the sentences that stand for all, rising."""
    candidates = [
        index
        for index, sentence in enumerate(sentences)
        if len(sentence.text.split()) >= FEWEST_WORDS and not QUESTION.matches(sentence.text)
    ] or list(range(len(sentences)))
    wanted = min(len(candidates), max(FEWEST, min(MOST, math.ceil(len(sentences) / 10))))
    if wanted == 0:
        return []
    relevance = embeddings @ embeddings.mean(axis=0)
    taken: list[int] = []
    while len(taken) < wanted:
        rest = [index for index in candidates if index not in taken]
        repetition = (embeddings[rest] @ embeddings[taken].T).max(axis=1) if taken else np.zeros(len(rest), np.float32)
        scores = RELEVANCE * relevance[rest] - (1 - RELEVANCE) * repetition
        taken.append(rest[int(np.argmax(scores))])
    return sorted(taken)


def matching(sentences: Sequence[Sentence], *cues: Cue) -> list[Sentence]:
    """The first sentences that match any of the cues."""
    return [sentence for sentence in sentences if any(cue.matches(sentence.text) for cue in cues)][:MOST_LISTED]


def section(name: str, title: str, sentences: Sequence[Sentence]) -> Section | None:
    """A section that quotes these sentences, one a line with its time; None without any."""
    if not sentences:
        return None
    return Section(
        id=derived_id("insights", "section", name),
        title=title,
        content="\n".join(f"[{clock(sentence.start_seconds)}] {sentence.text}" for sentence in sentences),
        evidence=tuple(
            Evidence(start_seconds=sentence.start_seconds, end_seconds=sentence.end_seconds) for sentence in sentences
        ),
    )


def structure(shots: Sequence[Shot]) -> Section | None:
    """What the cutting says: how many shots, and the longest."""
    if not shots:
        return None
    longest = max(shots, key=lambda shot: shot.end_seconds - shot.start_seconds)
    count = "one shot" if len(shots) == 1 else f"{len(shots)} shots"
    lasts = longest.end_seconds - longest.start_seconds
    return Section(
        id=derived_id("insights", "section", "structure"),
        title="Structure",
        content=f"The video has {count}; the longest begins at {clock(longest.start_seconds)} and lasts {lasts:.1f} s.",
        evidence=(Evidence(start_seconds=longest.start_seconds, end_seconds=longest.end_seconds),),
    )


def clock(seconds: float) -> str:
    """`1:02:03` or `2:03`."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
