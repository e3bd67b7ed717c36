"""The facts of the whole video."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from services.video_reasoning.core.facts import Fact
from services.video_reasoning.core.languages import LANGUAGES
from services.video_reasoning.core.looks import CLEAR_SHARE, MOTION, brightness, described, heaviest
from services.video_reasoning.core.measured import Measured
from services.video_reasoning.core.scene_facts import LONGEST_QUOTE, LONGEST_TEXT, verb
from services.video_reasoning.core.talk import most_telling, said_again
from services.video_reasoning.core.things import often_sentence, seen_sentence, sightings, windows_of
from services.video_reasoning.core.wording import capital, clock, count_of, listed, quoted, span
from shared.contracts.segments import MotionLevel
from shared.writing.words import content_words

SURE_LANGUAGE = 0.5
MOST_NAMED_TEXTS = 3
MOST_NAMED_SHOTS = 6
FEW_WINDOWS = 2
"""Up to so many are not counted out to the reader."""


def video_facts(measured: Measured, asked: frozenset[str]) -> list[Fact]:
    """Everything that can be said of a whole video, the most telling first, details last.

    Args:
        measured: The reports.
        asked: The content words of what somebody wants to know; they choose what is quoted.
    """
    return [
        _structure(measured),
        *_speech(measured),
        *_said_again(measured),
        *_texts(measured),
        *_things(measured),
        *_look(measured),
        *_views(measured),
        *_answer(measured, asked),
    ]


def _structure(measured: Measured) -> Fact:
    cut = measured.cut
    length = span(cut.duration_seconds)
    if len(cut.shots) <= 1:
        return Fact("structure", f"The video is a single shot of {length}.", ("shots",))
    scenes = f" in {count_of(len(cut.scenes), 'scene')}" if cut.scenes else ""
    joined = Counter(shot.transition_in for shot in cut.shots[1:] if shot.transition_in)
    kinds = [count_of(number, kind) for kind, number in sorted(joined.items(), key=lambda one: (-one[1], one[0]))]
    text = f"The video lasts {length} and has {count_of(len(cut.shots), 'shot')}{scenes}, joined by {listed(kinds)}."
    return Fact("structure", text, ("scenes", "shots") if cut.scenes else ("shots",))


def _speech(measured: Measured) -> Iterator[Fact]:
    if not measured.sentences:
        yield Fact("speech", "No speech is heard in the video.", ("transcription",))
        return
    seconds = sum(sentence.end_seconds - sentence.start_seconds for sentence in measured.sentences)
    said = measured.said
    is_sure = said.language_probability is None or said.language_probability >= SURE_LANGUAGE
    language = LANGUAGES.get(said.language or "") if is_sure else None
    speech = f"Speech in {language}" if language else "Speech"
    number = count_of(len(measured.sentences), "sentence")
    text = f"{speech} fills {span(seconds)}, in {number}."
    yield Fact("speech", text, ("transcription",))


def _said_again(measured: Measured) -> Iterator[Fact]:
    found = said_again(measured.sentences) if measured.said.language == "en" else []
    if found:
        are = "is" if len(found) == 1 else "are"
        again = listed([f"“{word}”" for word in found])
        yield Fact("speech", f"{again} {are} said more than once.", ("transcription",))


def _texts(measured: Measured) -> Iterator[Fact]:
    texts = measured.texts(0.0, measured.cut.duration_seconds)
    if not texts:
        return
    if len(texts) <= MOST_NAMED_TEXTS:
        text = f"Text in the picture reads {listed([quoted(one, LONGEST_TEXT) for one in texts])}."
        yield Fact("text", text, ("visualelements",))
        return
    height = {caption.text: caption.bottom - caption.top for caption in measured.seen.captions}
    largest = sorted(texts, key=lambda one: -height.get(one, 0.0))[:MOST_NAMED_TEXTS]
    named = listed([quoted(one, LONGEST_TEXT) for one in texts if one in largest])
    text = f"{len(texts)} different texts appear in the picture, the largest of them {named}."
    yield Fact("text", text, ("visualelements",))


def _things(measured: Measured) -> Iterator[Fact]:
    windows = windows_of(measured.seen)
    found = sightings(windows, are_pictures=False)
    if found:
        text = (often_sentence if len(windows) > FEW_WINDOWS else seen_sentence)(found, len(windows))
        yield Fact("things", text, ("visualelements",))


def _look(measured: Measured) -> Iterator[Fact]:
    scenes = measured.cut.scenes
    if not scenes:
        return
    colours: dict[str, float] = defaultdict(float)
    motions: dict[MotionLevel, float] = defaultdict(float)
    for scene in scenes:
        length = scene.end_seconds - scene.start_seconds
        motions[scene.motion] += length
        for place, colour in enumerate(scene.colours):
            colours[colour] += length / (place + 1)
    names = sorted(colours, key=lambda colour: (-colours[colour], colour))
    bright = brightness(measured.seen.windows, 0.0, measured.cut.duration_seconds)
    motion, share = heaviest(motions)
    how = "" if share == 1.0 else "mostly "
    moving = f"{how}{MOTION[motion]}" if motion and share >= CLEAR_SHARE else ""
    text = capital(described("the video's", names, bright, moving)) + "."
    yield Fact("look", text, ("scenes", "visualelements") if bright else ("scenes",))


def _views(measured: Measured) -> Iterator[Fact]:
    for group in sorted(measured.cut.groups, key=lambda one: -len(one.shot_indices))[:1]:
        numbers = [str(index + 1) for index in group.shot_indices]
        shown = numbers[:MOST_NAMED_SHOTS]
        if len(numbers) > len(shown):
            shown.append(f"{len(numbers) - len(shown)} more")
        yield Fact("structure", f"Shots {listed(shown)} show the same view.", ("grouped_shots",))


def _answer(measured: Measured, asked: frozenset[str]) -> Iterator[Fact]:
    """The spoken sentence that says most of what is asked."""
    told = [sentence for sentence in measured.sentences if asked & set(content_words(sentence.text))]
    for quote in most_telling(told, measured.sentences, asked):
        text = f"At {clock(quote.start_seconds)} somebody {verb(quote)}: {quoted(quote.text, LONGEST_QUOTE)}"
        yield Fact("speech", text, ("transcription",), is_detail=True)
