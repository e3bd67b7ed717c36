"""How right the transcription is: words, bounds, languages, and silence where nobody speaks."""

from __future__ import annotations

import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from demo.clip.screenplay import SALES_CALL, SHORT_CALL
from services.ingest import stage as ingest
from services.ingest.settings import Settings as IngestSettings
from services.transcription import stage as transcription
from services.transcription.listening import Listened, listen
from services.transcription.recogniser import SAMPLE_RATE_HERTZ, load
from services.transcription.settings import ModelChoice, Settings
from shared.media import read_audio
from shared.models import model_path
from shared.testkit.pipeline import run_stages
from tests.accuracy import speech
from tests.accuracy.clips import CACHE, folder_from_python, from_debian, from_python
from tests.accuracy.montage.sources import big_buck_bunny
from tests.accuracy.words import bound_errors, in_milliseconds, plain_words, word_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

ROOT = Path(__file__).parents[2]
MODELS_DIR = CACHE.parent / "models"
MODEL: ModelChoice = "base"

READ_ALOUD = ("pocketsphinx-testdata", "usr/share/pocketsphinx/test/data/librivox")
TALKING_HEAD = ("psychopy==2026.2.5", "psychopy/demos/coder/stimuli/jwpIntro.mp4")
TALKING_HEAD_SAYS = (
    "Hi I'm Jon Peirce. I'm a lecturer at the University of Nottingham, and I'm the creator of PsychoPy."
)
LANGUAGES = ("pytest-audioeval==0.1.3", "pytest_audioeval/samples/audio")
MUSIC = ("immich-memories-music==0.1.0", "immich_memories_music/tracks")
SAXOPHONE = ("gradio==6.31", "gradio/media_assets/audio/sax.wav")
SINGING = ("iscc-samples==0.6.0", "iscc_samples/files/video/demo.mp4")

QUIET_SECONDS = 60
LONG_CLIP_SECONDS = 2.5


class Words(NamedTuple):
    """A row: what was spoken, how many words, how many wrong."""

    what: str
    said: int
    wrong: int


def measure() -> str:
    """Tables of word errors, bounds, languages, and what was written where nobody speaks."""
    heard(np.zeros(SAMPLE_RATE_HERTZ, np.float32))
    made, truth = speech.two_voices()
    begun = time.process_time()
    listened = heard(made)
    cost = (time.process_time() - begun) / (made.size / SAMPLE_RATE_HERTZ / 60)
    text = " ".join(sentence.text for sentence in truth)
    rows = [
        *_read_aloud(),
        *_calls(),
        _talking_head(),
        _compared(
            "`tests/data/two_voices.opus`: sentences of books by two synthetic voices, 2 minutes", listened, text
        ),
        *(_compared(f"the two voices {how}", heard(samples), text) for how, samples in _disturbed(made)),
    ]
    starts, ends = bound_errors(listened.words, truth)
    return "\n\n".join(
        (
            _table(
                ("spoken", "words", "wrong", "word error rate"),
                [(row.what, row.said, row.wrong, f"{row.wrong / row.said:.1%}") for row in rows],
            ),
            _table(
                ("bounds of the sentences of the 2 minutes", "sentences", "median, ms", "95 % within, ms", "worst, ms"),
                [
                    ("starts", f"{len(starts)} of {len(truth)}", *in_milliseconds(starts).split(" | ")),
                    ("ends", f"{len(ends)} of {len(truth)}", *in_milliseconds(ends).split(" | ")),
                ],
            ),
            _table(("language of single sentences", "right", "wrong"), _languages()),
            _table(("where nobody speaks", "minutes", "words written"), list(_wordless())),
            f"Cost of the 2 minutes of dense speech: {cost:.1f} cpu-seconds a minute, one thread, model loaded.",
        )
    )


def heard(samples: Samples) -> Listened:
    """What the stage's recogniser makes of samples at 16 kHz."""
    model = load(model_path(f"whisper-{MODEL}", MODELS_DIR), 1)
    duration = samples.size / SAMPLE_RATE_HERTZ
    return listen(model, [samples], duration_seconds=duration, language=None, beam_size=1, say=lambda _: None)


def _compared(what: str, listened: Listened, said: str) -> Words:
    true = plain_words(said)
    return Words(what, len(true), word_errors(plain_words("".join(word.text for word in listened.words)), true))


def _read_aloud() -> Iterator[Words]:
    folder = from_debian(*READ_ALOUD)
    lines = re.findall(r"<s> (.*?) </s> \((.*?)\)", (folder / "transcription").read_text("utf-8"))
    each = [_compared(name, heard(_samples(folder / f"{name}.wav")), text) for text, name in lines]
    what = f"a book read aloud (LibriVox), {len(each)} clips of 3 to 7 s"
    yield Words(what, sum(row.said for row in each), sum(row.wrong for row in each))


def _calls() -> Iterator[Words]:
    """The demonstration's clips, through ingest and the whole stage."""
    clips = (("demo/sales_call.mp4", SALES_CALL), ("tests/data/short_call.mp4", SHORT_CALL))
    for path, screenplay in clips:
        text = " ".join(line.text for scene in screenplay for line in scene.lines)
        true = plain_words(text)
        found = plain_words(" ".join(sentence.text for sentence in _report(ROOT / path).sentences))
        yield Words(f"`{path}`, through ingest", len(true), word_errors(found, true))


def _talking_head() -> Words:
    found = " ".join(sentence.text for sentence in _report(from_python(*TALKING_HEAD)).sentences)
    true = plain_words(TALKING_HEAD_SAYS)
    what = "a talking head who says four proper names (PsychoPy's `jwpIntro.mp4`)"
    return Words(what, len(true), word_errors(plain_words(found), true))


def _disturbed(samples: Samples) -> Iterator[tuple[str, Samples]]:
    noise = np.random.default_rng(1).normal(0, 1, samples.size)
    tracks = sorted(folder_from_python(*MUSIC).glob("energetic/*.opus"))
    music = np.resize(np.concatenate([_samples(track) for track in tracks]), samples.size)
    for name, other, decibels in (
        ("noise", noise, 20),
        ("noise", noise, 10),
        ("music", music, 10),
        ("music", music, 5),
    ):
        gain = np.sqrt(np.mean(samples**2) / np.mean(other**2)) * 10 ** (-decibels / 20)
        yield f"over {name}, {decibels} dB below the speech", (samples + gain * other).astype(np.float32)


def _languages() -> list[tuple[Any, ...]]:
    right = {True: 0, False: 0}
    wrong: dict[bool, list[str]] = {True: [], False: []}
    for clip in sorted(folder_from_python(*LANGUAGES).glob("*/*.wav")):
        samples = _samples(clip)
        is_long = samples.size >= LONG_CLIP_SECONDS * SAMPLE_RATE_HERTZ
        found, true = heard(samples).language, clip.parent.name
        if found == true:
            right[is_long] += 1
        else:
            wrong[is_long].append(f"{true} as {found or 'nothing'}")
    lengths = {True: f"{LONG_CLIP_SECONDS} s and longer", False: "shorter"}
    return [
        (f"{lengths[is_long]} (synthetic voices, {right[is_long] + len(wrong[is_long])} clips)", right[is_long],
         ", ".join(wrong[is_long]) or "none")
        for is_long in (True, False)
    ]  # fmt: skip


def _wordless() -> Iterator[tuple[Any, ...]]:
    tracks = sorted(folder_from_python(*MUSIC).glob("*/*.opus"))
    yield _written(f"{len(tracks)} tracks of music without singing", [_samples(track) for track in tracks])
    yield _written("a saxophone", [_samples(from_python(*SAXOPHONE))])
    yield _written("a rock band with a singer", [_samples(from_python(*SINGING, sdist=True))])
    yield _written("the sound of a film without speech (Big Buck Bunny)", [_samples(big_buck_bunny())])
    chance = np.random.default_rng(2)
    instants = np.arange(QUIET_SECONDS * SAMPLE_RATE_HERTZ) / SAMPLE_RATE_HERTZ
    yield _written("silence", [np.zeros(instants.size, np.float32)])
    noises = [chance.normal(0, level, instants.size).astype(np.float32) for level in (0.001, 0.03, 0.3)]
    yield _written("white noise, three levels", noises)
    tones = [(0.3 * np.sin(2 * np.pi * pitch * instants)).astype(np.float32) for pitch in (100, 440, 3000)]
    yield _written("pure tones, three pitches", tones)


def _written(what: str, sounds: list[Samples]) -> tuple[Any, ...]:
    minutes = sum(sound.size for sound in sounds) / SAMPLE_RATE_HERTZ / 60
    return what, f"{minutes:.1f}", sum(len(heard(sound).words) for sound in sounds)


def _report(clip: Path) -> Any:
    stages = (ingest.make_stage(IngestSettings()), transcription.make_stage(Settings(transcription_model=MODEL)))
    with TemporaryDirectory() as scratch:
        return run_stages(clip, stages, Path(scratch), models_dir=MODELS_DIR)["transcription"].report


def _samples(path: Path) -> Samples:
    return read_audio(path, rate_hertz=SAMPLE_RATE_HERTZ)


def _table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
