"""What kind of music a track holds: a few patches of it are read and heard by musicnn."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.audio_analysis.core.genre import name_genre, name_tags, patch_starts
from services.audio_analysis.core.tagging import PATCH_SAMPLES, PATCH_SECONDS
from services.audio_analysis.core.tagging import RATE_HERTZ as PATCH_RATE_HERTZ
from services.audio_analysis.musicnn import Musicnn
from shared.contracts.reports.audio_analysis import Music
from shared.media import read_audio


def kind_of_music(track: Path, music: Sequence[tuple[float, float]], networks: Musicnn) -> Music:
    """Name the music in those stretches of a track: start and end in seconds, in order."""
    words = networks.words(_patches(track, patch_starts(music)))
    return Music(is_music=bool(music), genre=name_genre(words) if words else None, tags=name_tags(words))


def _patches(track: Path, starts_seconds: Sequence[float]) -> Iterator[NDArray[np.float32]]:
    for start in starts_seconds:
        # One sample more than needed, as the ends are rounded.
        end = start + PATCH_SECONDS + 1 / PATCH_RATE_HERTZ
        patch = read_audio(track, rate_hertz=PATCH_RATE_HERTZ, start_seconds=start, end_seconds=end)[:PATCH_SAMPLES]
        yield np.pad(patch, (0, PATCH_SAMPLES - patch.size))
