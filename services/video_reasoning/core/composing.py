"""From reports to descriptions: the whole video first, then every scene, each in a few sentences."""

from collections.abc import Sequence

from services.video_reasoning.core.facts import Fact
from services.video_reasoning.core.focus import Focus
from services.video_reasoning.core.measured import Measured
from services.video_reasoning.core.scene_facts import scene_facts
from services.video_reasoning.core.subjects import Subject
from services.video_reasoning.core.video_facts import video_facts
from shared.contracts.reports.video_reasoning import RULES, Description, Statement


def subjects(measured: Measured, focus: Focus) -> list[Subject]:
    """What is to be described, each with all its facts: the whole video, then its scenes in order."""
    cut = measured.cut
    whole = Subject(None, 0.0, cut.duration_seconds, tuple(video_facts(measured, focus.words)))
    return [
        whole,
        *(
            Subject(
                scene.index, scene.start_seconds, scene.end_seconds, tuple(scene_facts(scene, measured, focus.words))
            )
            for scene in cut.scenes
        ),
    ]


def compose(subject: Subject, focus: Focus) -> Description:
    """Describe by rules: the facts that say most of what is asked first, else the most telling."""
    statements = [Statement(text=fact.text, sources=fact.sources) for fact in _chosen(subject, focus)]
    return subject.described(statements, RULES)


def _chosen(subject: Subject, focus: Focus) -> Sequence[Fact]:
    told = [fact for fact in subject.facts if not fact.is_detail or focus.is_answered_by(fact)]
    ranked = sorted(told, key=focus.relevance, reverse=True)
    chosen: list[Fact] = []
    for fact in ranked:
        if not any(_repeats(fact, other) for other in chosen):
            chosen.append(fact)
    return chosen[: subject.most_statements]


def _repeats(fact: Fact, other: Fact) -> bool:
    """Whether both quote the same sentence."""
    _, _, quote = fact.text.partition(": “")
    return bool(quote) and other.text.endswith(quote)
