"""The facts of one scene."""

from collections.abc import Iterator

from services.video_reasoning.core.facts import Fact
from services.video_reasoning.core.looks import MOTION, brightness, described
from services.video_reasoning.core.measured import Measured
from services.video_reasoning.core.talk import SURE_CONFIDENCE, heard_within, is_silent, most_telling
from services.video_reasoning.core.things import looks_within, seen_sentence, sightings
from services.video_reasoning.core.wording import clock, count_of, listed, quoted, span
from shared.contracts.reports.transcription import Sentence
from shared.contracts.reports.video_analysis import Scene
from shared.contracts.segments import Module

LONGEST_QUOTE = 160
LONGEST_TEXT = 60
MOST_TEXTS = 4
MANY_SENTENCES = 5
"""From here on two of them are quoted."""

MOST_DETAILS = 12
"""So many spoken sentences of a scene are told to who asks; the scene's own length bounds the rest."""


def scene_facts(scene: Scene, measured: Measured, asked: frozenset[str]) -> list[Fact]:
    """Everything that can be said of a scene, the most telling first, details last.

    Args:
        scene: One of the measured ones.
        measured: The reports.
        asked: The content words of what somebody wants to know; they choose what is quoted.
    """
    facts = [_opening(scene, measured), *_speech(scene, measured, asked), *_texts(scene, measured)]
    return [*facts, *_things(scene, measured), *_views(scene, measured), *_details(scene, measured)]


def _opening(scene: Scene, measured: Measured) -> Fact:
    """How long it is, how it is cut and how it looks."""
    sources: list[Module] = ["scenes"]
    shots = len(scene.shot_indices)
    first = measured.cut.shots[scene.shot_indices[0]] if shots else None
    begins = first.transition_in if first and scene.index else None
    beginning = f"begins with a {begins} and " if begins and begins != "cut" else ""
    if beginning:
        sources.append("shots")
    bright = brightness(measured.seen.windows, scene.start_seconds, scene.end_seconds)
    if bright:
        sources.append("visualelements")
    length = span(scene.end_seconds - scene.start_seconds)
    cut = f"has {shots} shots in {length}" if shots > 1 else f"is one shot of {length}"
    text = f"Scene {scene.index + 1} {beginning}{cut}; {described('its', scene.colours, bright, MOTION[scene.motion])}."
    return Fact("structure", text, tuple(sources))


def _speech(scene: Scene, measured: Measured, asked: frozenset[str]) -> Iterator[Fact]:
    heard = heard_within(measured.sentences, scene.start_seconds, scene.end_seconds)
    most = 1 if len(heard) < MANY_SENTENCES else 2
    quotes = [quoted(one.text, LONGEST_QUOTE) for one in most_telling(heard, measured.sentences, asked, most)]
    if not heard:
        if measured.sentences and is_silent(measured.sentences, scene.start_seconds, scene.end_seconds):
            yield Fact("speech", "No speech is heard in this scene.", ("transcription",))
    elif not quotes:
        yield Fact("speech", "Somebody speaks, but the words are hard to make out.", ("transcription",))
    elif len(heard) == 1:
        yield Fact("speech", f"Somebody {verb(heard[0])}: {quotes[0]}", ("transcription",))
    else:
        text = f"{len(heard)} sentences are spoken, among them: {listed(quotes)}"
        yield Fact("speech", text, ("transcription",))


def _texts(scene: Scene, measured: Measured) -> Iterator[Fact]:
    texts = measured.texts(scene.start_seconds, scene.end_seconds)
    shown = [quoted(text, LONGEST_TEXT) for text in texts[:MOST_TEXTS]]
    if len(texts) > MOST_TEXTS:
        shown.append(count_of(len(texts) - MOST_TEXTS, "more text"))
    if shown:
        yield Fact("text", f"Text in the picture reads {listed(shown)}.", ("visualelements",))


def _things(scene: Scene, measured: Measured) -> Iterator[Fact]:
    looks = looks_within(measured.seen, scene.start_seconds, scene.end_seconds)
    found = sightings(looks)
    if found:
        yield Fact("things", seen_sentence(found, len(looks)), ("visualelements",))


def _views(scene: Scene, measured: Measured) -> Iterator[Fact]:
    """Whether it goes back and forth between views."""
    view_of = {shot: group.index for group in measured.cut.groups for shot in group.shot_indices}
    views = [view_of.get(shot) for shot in scene.shot_indices]
    repeated = {view for view in views if view is not None and views.count(view) > 1}
    if len(repeated) > 1:
        text = f"Scene {scene.index + 1} comes back to {len(repeated)} views."
        yield Fact("structure", text, ("scenes", "grouped_shots"))


def _details(scene: Scene, measured: Measured) -> Iterator[Fact]:
    heard = heard_within(measured.sentences, scene.start_seconds, scene.end_seconds)
    for sentence in [one for one in heard if one.confidence >= SURE_CONFIDENCE][:MOST_DETAILS]:
        text = f"At {clock(sentence.start_seconds)} somebody {verb(sentence)}: {quoted(sentence.text, LONGEST_QUOTE)}"
        yield Fact("speech", text, ("transcription",), is_detail=True)


def verb(sentence: Sentence) -> str:
    """`asks` of a question, else `says`."""
    return "asks" if sentence.text.rstrip("\"'”’ ").endswith(("?", "？")) else "says"  # noqa: RUF001  marks of print
