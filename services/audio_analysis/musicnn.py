"""The two networks of musicnn, each trained on other words, run by onnxruntime: patches of music in, scores out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.audio_analysis.core.tagging import MSD_WORDS, MTT_WORDS, joined, log_mel
from shared.models.sessions import session_of

MODEL = "musicnn"
"""Its name in the manifest of models."""


class Musicnn:
    """Both networks of a process."""

    def __init__(self, directory: Path, threads: int) -> None:
        self._sessions = {kind: _session(directory, kind, threads) for kind in ("msd", "mtt")}

    def words(self, patches: Iterable[NDArray[np.float32]]) -> dict[str, float]:
        """How well each word fits, the mean over patches of `PATCH_SAMPLES` samples at 16 kHz; none without patches."""
        totals = {"msd": np.zeros(len(MSD_WORDS)), "mtt": np.zeros(len(MTT_WORDS))}
        count = 0
        for count, patch in enumerate(patches, 1):  # noqa: B007  it is read after the loop
            spectrogram = log_mel(patch)[None, None]
            for kind, session in self._sessions.items():
                totals[kind] += session.run(None, {"spectrograms": spectrogram})[0][0]
        return joined(totals["msd"] / count, totals["mtt"] / count) if count else {}


@cache
def load(directory: Path, threads: int) -> Musicnn:
    """The networks, loaded once in each process."""
    return Musicnn(directory, threads)


def _session(directory: Path, kind: str, threads: int) -> Any:  # noqa: ANN401  onnxruntime has no types
    from services.audio_analysis.checkpoint import read_checkpoint  # noqa: PLC0415  heavy: only pool processes load it
    from services.audio_analysis.musicnn_graph import build_model  # noqa: PLC0415  as above

    weights = read_checkpoint(directory / f"{kind}.index", directory / f"{kind}.data")
    return session_of(build_model(weights), threads)
