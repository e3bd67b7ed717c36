"""What a language model answered, and which of its sentences the facts bear out."""

from collections.abc import Sequence
from typing import Any

from services.video_reasoning.core.asking import Question, name_of
from services.video_reasoning.core.facts import Fact
from services.video_reasoning.core.subjects import Subject
from shared.contracts.reports.video_reasoning import Statement
from shared.contracts.segments import Module
from shared.writing.grounding import is_borne_out, line_of, object_of

LONGEST_SENTENCE = 400


def statements_of(answer: str, question: Question) -> dict[int | None, list[Statement]]:
    """The sentences that hold, by the index of their scene, null for the video; nothing for an answer of another form.

    A sentence holds when it names facts of its own subject, and each number, name and quotation in it, and most of its
    words, stand in those facts.
    """
    try:
        by_name = {entry["of"]: entry["sentences"] for entry in object_of(answer)["descriptions"]}
    except (KeyError, TypeError):
        return {}
    found: dict[int | None, list[Statement]] = {}
    for subject in question.subjects:
        sentences = by_name.get(name_of(subject))
        if isinstance(sentences, list):
            held = [statement for one in sentences if (statement := _statement(one, subject, question))]
            found[subject.scene_index] = list({statement.text: statement for statement in held}.values())
    return found


def _statement(sentence: Any, subject: Subject, question: Question) -> Statement | None:  # noqa: ANN401  whatever JSON holds
    if not isinstance(sentence, dict):
        return None
    text, numbers = line_of(sentence.get("text"), LONGEST_SENTENCE), sentence.get("facts")
    if text is None or not isinstance(numbers, list) or not numbers:
        return None
    if not all(type(number) is int and question.subject_of.get(number) is subject for number in numbers):
        return None
    facts = [question.facts[number] for number in dict.fromkeys(numbers)]
    if not is_borne_out(text, " ".join(fact.text for fact in facts)):
        return None
    return Statement(text=text, sources=_sources(facts))


def _sources(facts: Sequence[Fact]) -> tuple[Module, ...]:
    return tuple(dict.fromkeys(source for fact in facts for source in fact.sources))
