"""The two voices: text in, samples out, through espeak-ng's phonemes and an ONNX voice each."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from shared.models import model_path, read_manifest

Samples = NDArray[np.float32]
Voice = Callable[[str], Samples]

SAMPLE_RATE = 24_000
JOE_SAMPLE_RATE = 22_050
PEAK = 0.7
SILENCE_PEAK = 0.01
"""Below this the ends of a spoken sentence count as silence and are cut off."""

WOMAN_STYLE = "jf_gongitsune"
WOMAN_SPEED = 1.15

# espeak-ng's phonemes in the alphabet Kokoro was trained on.
KOKORO_PHONEMES = (
    ("ɝ", "ɜɹ"), ("ɚ", "əɹ"), ("r", "ɹ"), ("oʊ", "O"), ("eɪ", "A"), ("aɪ", "I"), ("aʊ", "W"), ("ɔɪ", "Y"),  # noqa: RUF001  phonemes
    ("dʒ", "ʤ"), ("tʃ", "ʧ"), ("ɐ", "ə"), ("ᵻ", "ɪ"), ("ɾ", "T"), ("ː", ""), ("e", "A"),  # noqa: RUF001  phonemes
)  # fmt: skip


def phonemes(text: str) -> str:
    """The text in the international phonetic alphabet, its punctuation kept."""
    espeak = shutil.which("espeak-ng")
    if espeak is None:
        raise SystemExit("Making the clips needs the program espeak-ng; install it and try again.")
    spoken: list[str] = []
    readable = re.sub(r"\$(\d+)", r"\1 dollars", text)
    for clause in re.split(r"([,.?!])", readable):
        if clause in {",", ".", "?", "!"}:
            spoken.append(clause + " ")
        elif clause.strip():
            command = [espeak, "-q", "--ipa", "-v", "en-us", clause.strip()]
            found = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  our own text
            spoken.append(" ".join(found.stdout.split()))
    return "".join(spoken).strip()


def man(models_dir: Path) -> Voice:
    """Piper's voice "joe"."""
    directory = _fetch("voice-joe", models_dir)
    session = _session(directory)
    ids_of: dict[str, list[int]] = json.loads((directory / "voice.json").read_text("utf-8"))["phoneme_id_map"]

    def say(text: str) -> Samples:
        ids = [*ids_of["^"], *ids_of["_"]]
        for phoneme in phonemes(text):
            if phoneme in ids_of:
                ids += ids_of[phoneme] + ids_of["_"]
        ids += ids_of["$"]
        inputs = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            # How much chance is in the sound, how long it lasts, how much chance is in the rhythm.
            "scales": np.array([0.333, 1.0, 0.5], np.float32),
        }
        samples = session.run(None, inputs)[0].ravel()
        target = np.arange(round(samples.size * SAMPLE_RATE / JOE_SAMPLE_RATE)) * (JOE_SAMPLE_RATE / SAMPLE_RATE)
        return _level(np.interp(target, np.arange(samples.size), samples))

    return say


def woman(models_dir: Path) -> Voice:
    """One of Kokoro's voices, speaking English."""
    directory = _fetch("voice-kokoro", models_dir)
    session = _session(directory)
    id_of: dict[str, int] = json.loads((directory / "vocabulary.json").read_text("utf-8"))["vocab"]
    styles = np.load(directory / "styles.npz")[WOMAN_STYLE]

    def say(text: str) -> Samples:
        spoken = phonemes(text)
        for theirs, kokoros in KOKORO_PHONEMES:
            spoken = spoken.replace(theirs, kokoros)
        tokens = [id_of[phoneme] for phoneme in spoken if phoneme in id_of]
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": styles[len(tokens) - 1].reshape(1, -1).astype(np.float32),
            "speed": np.array([WOMAN_SPEED], np.float32),
        }
        return _level(session.run(None, inputs)[0].ravel())

    return say


def _fetch(name: str, models_dir: Path) -> Path:
    manifest = read_manifest((Path(__file__).parent / "voices.toml").read_text("utf-8"))
    return model_path(name, models_dir, manifest=manifest)


def _session(directory: Path) -> Any:  # noqa: ANN401  onnxruntime has no types
    return onnxruntime.InferenceSession(directory / "voice.onnx", providers=["CPUExecutionProvider"])


def _level(samples: NDArray[Any]) -> Samples:
    """The samples at one loudness, without silence at the ends."""
    scaled = samples * (PEAK / np.abs(samples).max())
    (audible,) = np.nonzero(np.abs(scaled) > SILENCE_PEAK)
    trimmed: Samples = scaled[audible[0] : audible[-1] + 1].astype(np.float32)
    return trimmed
