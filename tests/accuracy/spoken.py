"""Insights on written dialogues turned to speech: what is lost between what was said and what was heard.

The two voices of the demonstration's clips speak a dialogue once, and the cache keeps it, because one of them speaks a
little differently every time; that needs the program espeak-ng.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import imageio_ffmpeg
import numpy as np

from demo.clip import voices
from services.insights.analysis import analyse
from services.insights.stage import MODEL
from services.transcription.core.sentences import to_sentences
from shared.contracts.reports.insights import EVENT_TYPES
from shared.contracts.reports.transcription import TranscriptionReport
from shared.media import read_audio
from shared.models import model_path
from tests.accuracy.clips import CACHE
from tests.accuracy.insights import DIALOGUES, MODELS_DIR, Count, compare, events_by_sentence, found_in, judged, read
from tests.accuracy.transcription import heard
from tests.accuracy.words import plain_words, word_errors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shared.contracts.reports.insights import InsightsReport
    from shared.contracts.reports.transcription import Sentence
    from tests.accuracy.insights import Dialogue

    Span = tuple[float, float]

SPOKEN = ("19", "21", "23")
"""The numbers of the dialogues, of those held out; chosen before anything was heard."""
CHECKLIST = "checklist item passed"
RATE_HERTZ = 16_000
PAUSE_SECONDS = 0.5
HISS = 1e-4


def measure() -> str:
    """A table of every type, as written and as heard."""
    paths = [path for path in sorted(DIALOGUES.glob("*.txt")) if path.name[:2] in SPOKEN]
    if shutil.which("espeak-ng") is None and not all(_recording(path).exists() for path in paths):
        return "Not measured: speaking the dialogues needs the program espeak-ng."
    types = [event_type for event_type in EVENT_TYPES if event_type != "visual_change"]
    written, listened = ({name: Count() for name in (*types, CHECKLIST)} for _ in range(2))
    words = wrong = 0
    for path in paths:
        dialogue = read(path)
        recording, spans = speak(path)
        report, text = _heard_in(dialogue, recording)
        said = plain_words(" ".join(sentence.text for sentence in dialogue.sentences))
        words, wrong = words + len(said), wrong + word_errors(plain_words(text), said)
        as_written = found_in(dialogue)
        _add(dialogue, events_by_sentence(dialogue, as_written), as_written, written)
        _add(dialogue, _events_by_span(report, spans), report, listened)
    rows = [
        f"| {name} | {count.right + count.missed} | {_shares(count)} | {_shares(listened[name])} |"
        for name, count in written.items()
    ]
    heading = "| | true | written: precision | recall | heard: precision | recall |\n|---|---|---|---|---|---|"
    about = f"{len(paths)} dialogues, {words} words, {wrong / words:.1%} of them heard wrongly."
    return "\n".join([heading, *rows, "", about])


def _heard_in(dialogue: Dialogue, recording: Path) -> tuple[InsightsReport, str]:
    """What transcription and insights make of a recording, and the words heard."""
    listened = heard(read_audio(recording, rate_hertz=RATE_HERTZ))
    sentences: tuple[Sentence, ...] = tuple(to_sentences(listened.words))
    said = TranscriptionReport(
        language=listened.language, language_probability=listened.language_probability, sentences=sentences
    )
    items = [item for item, _ in dialogue.checklist]
    report = analyse(said, (), items, model_path(MODEL, MODELS_DIR), threads=1)
    return report, " ".join(sentence.text for sentence in sentences)


def _events_by_span(report: InsightsReport, spans: Sequence[Span]) -> tuple[frozenset[str], ...]:
    """The types of the events for each sentence that was said: an event belongs to that which it overlaps most."""
    types: list[set[str]] = [set() for _ in spans]
    for event in report.events:
        overlaps = [min(end, event.end_seconds) - max(start, event.start_seconds) for start, end in spans]
        types[int(np.argmax(overlaps))].add(event.type)
    return tuple(map(frozenset, types))


def _add(dialogue: Dialogue, found: Sequence[frozenset[str]], report: InsightsReport, counts: dict[str, Count]) -> None:
    """Add what was found in one dialogue."""
    for name, count in counts.items():
        if name != CHECKLIST:
            compare(found, dialogue.truth, name, count)
    evaluations = report.checklist.items if report.checklist else ()
    fulfilled = (truth for _, truth in dialogue.checklist)
    judged(zip(evaluations, fulfilled, strict=True), counts[CHECKLIST])


def _shares(count: Count) -> str:
    return " | ".join("-" if share is None else f"{share:.2f}" for share in (count.precision, count.recall))


def speak(path: Path) -> tuple[Path, list[Span]]:
    """The recording of a dialogue, and from when to when, in seconds, each of its sentences is said."""
    recording = _recording(path)
    times = recording.with_suffix(".json")
    if not times.exists():
        times.parent.mkdir(parents=True, exist_ok=True)
        times.write_text(json.dumps(_record(path, recording)), "utf-8")
    return recording, [tuple(span) for span in json.loads(times.read_text("utf-8"))]


def _recording(path: Path) -> Path:
    return CACHE / "made" / f"spoken-{path.stem}.opus"


def _record(path: Path, recording: Path) -> list[Span]:
    lines = [line.split("|") for line in path.read_text("utf-8").splitlines()[1:]]
    turns = [(who.strip(), text.strip()) for who, _, text in (line for line in lines if len(line) == 3)]
    people = list(dict.fromkeys(who for who, _ in turns))
    voice = (voices.man(MODELS_DIR), voices.woman(MODELS_DIR))
    chance = np.random.default_rng(len(turns))
    parts, spans, now = [], [], 0
    for who, text in turns:
        said = voice[people.index(who) % 2](text)
        start = now + round(PAUSE_SECONDS * voices.SAMPLE_RATE)
        parts += [np.zeros(start - now, np.float32), said]
        now = start + said.size
        spans.append((round(start / voices.SAMPLE_RATE, 3), round(now / voices.SAMPLE_RATE, 3)))
    samples = np.concatenate(parts) + chance.normal(0.0, HISS, now)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error"]
    command += ["-f", "f32le", "-ar", str(voices.SAMPLE_RATE), "-ac", "1", "-i", "-"]
    command += ["-ar", str(RATE_HERTZ), "-c:a", "libopus", "-b:a", "32k", str(recording)]
    subprocess.run(command, input=samples.astype("<f4").tobytes(), check=True)  # noqa: S603  no shell, our own arguments
    return spans
