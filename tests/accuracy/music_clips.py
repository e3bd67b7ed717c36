"""Music of known tempo: tracks with the one that their generator was told, songs with the one they were played to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.media import read_audio
from tests.accuracy.clips import folder_from_python, from_debian

TRACKS = "immich-memories-music==0.1.0"
SONGS = "usr/share/games/fretsonfire/data/songs"


@dataclass(frozen=True)
class Labelled:
    """A clip and what is known of it.

    Attributes:
        parts: Sound files that are heard together.
        bpm: Beats per minute; the songs' beats lie at its multiples from the beginning on.
    """

    name: str
    parts: tuple[Path, ...]
    bpm: float

    def samples(self) -> NDArray[np.float32]:
        """The sound at 22 050 Hz, mono."""
        tracks = [read_audio(part) for part in self.parts]
        mixed = np.zeros(max(track.size for track in tracks), np.float32)
        for track in tracks:
            mixed[: track.size] += track
        return mixed


def tracks() -> list[Labelled]:
    """28 tracks of half a minute; the tempo is what the generator was told."""
    folder = folder_from_python(TRACKS, "immich_memories_music")
    licence = next(folder.parent.glob("*.dist-info/licenses/LICENSE-MUSIC")).read_text("utf-8")
    bpm = {name: float(tempo) for name, tempo in re.findall(r"(\S+)\.opus +(\d+) bpm", licence)}
    return [Labelled(path.stem, (path,), bpm[path.stem]) for path in sorted(folder.glob("tracks/*/*.opus"))]


def songs() -> list[Labelled]:
    """Eight whole songs of two bands, rock and death metal, recorded to a click (the tempo of their `notes.mid`)."""
    tempi = {
        "sectoid/Escape from chaosland": 135,
        "sectoid/Feelings": 95,
        "sectoid/Metal madness": 150,
        "sectoid/War of freedom": 140,
        "muldjord/armygeddon": 170,
        "muldjord/chaos_god": 170,
        "muldjord/internal_degeneration": 190,
        "muldjord/mutilated_mime": 180,
    }
    found = []
    for name, bpm in tempi.items():
        band, _, title = name.partition("/")
        folder = from_debian(f"fretsonfire-songs-{band}", f"{SONGS}/{name}")
        found.append(Labelled(title.replace("_", " "), (folder / "song.ogg", folder / "guitar.ogg"), float(bpm)))
    return found
