"""Whether the genre named is a right one, on clips whose kind is known."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from services.audio_analysis import musicnn
from services.audio_analysis.core.genre import name_genre, name_tags, patch_starts
from services.audio_analysis.core.tagging import PATCH_SAMPLES, RATE_HERTZ
from shared.media import read_audio
from shared.models import model_path
from tests.accuracy.clips import from_python
from tests.accuracy.music_clips import songs, tracks

MODELS_DIR = Path.home() / ".cache" / "rushes" / "models"

ACOUSTIC, ELECTRONIC = {"folk", "country", "pop"}, {"electronic", "ambient"}
"""What may be said of the labelled tracks, which were generated as "acoustic" or "electronic"."""

METAL = {"metal", "rock", "punk"}


def measure() -> str:
    """A row for each kind, then what was said of the clips that stand alone."""
    networks = musicnn.load(model_path(musicnn.MODEL, MODELS_DIR), threads=1)
    begun, seconds = time.process_time(), 0.0
    kinds: dict[str, list[tuple[str, set[str], str | None, str]]] = {}
    for kind, name, parts, right in _clips():
        sound = _sound(parts)
        seconds += sound.size / RATE_HERTZ
        starts = [round(start * RATE_HERTZ) for start in patch_starts([(0.0, sound.size / RATE_HERTZ)])]
        words = networks.words(sound[start : start + PATCH_SAMPLES] for start in starts)
        tags = ", ".join(f"{tag.name} {tag.score:.2f}" for tag in name_tags(words)[:4])
        kinds.setdefault(kind, []).append((name, right, name_genre(words), tags))
    cost = (time.process_time() - begun) / seconds * 60
    lines = ["| clips | right | none named | wrong |", "|---|---|---|---|"]
    for kind, clips in kinds.items():
        right = sum(genre in accepted for _, accepted, genre, _ in clips)
        none = sum(genre is None for _, _, genre, _ in clips)
        lines.append(f"| {kind} | {right} of {len(clips)} | {none} | {len(clips) - right - none} |")
    lines += ["", "| clip | genre | strongest tags |", "|---|---|---|"]
    for kind, clips in kinds.items():
        if not kind.startswith("labelled"):
            lines += [f"| {name} | {genre or 'none'} | {tags} |" for name, _, genre, tags in clips]
    return "\n".join([*lines, "", f"Cost, reading the files included: {cost:.2f} cpu-seconds a minute."])


def _clips() -> list[tuple[str, str, Sequence[Path], set[str]]]:
    """Kind, name, files heard together, genres that are right."""
    labelled = [
        ("labelled tracks, acoustic", track.name, track.parts, ACOUSTIC)
        if "acoustic" in track.name
        else ("labelled tracks, electronic", track.name, track.parts, ELECTRONIC)
        for track in tracks()
    ]
    metal = [("songs, rock and metal", song.name, song.parts, METAL) for song in songs()]
    band = from_python("iscc-samples==0.6.0", "iscc_samples/files/video/demo.mp4", sdist=True)
    saxophone = from_python("gradio==6.31", "gradio/media_assets/audio/sax.wav")
    return [
        *labelled,
        *metal,
        ("single clips", "a rock band on stage", (band,), {"rock"}),
        ("single clips", "a saxophone", (saxophone,), {"jazz"}),
    ]


def _sound(parts: Sequence[Path]) -> np.ndarray:
    sounds = [read_audio(part, rate_hertz=RATE_HERTZ) for part in parts]
    mixed = np.zeros(max(sound.size for sound in sounds), np.float32)
    for sound in sounds:
        mixed[: sound.size] += sound
    return mixed
