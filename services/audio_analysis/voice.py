"""How likely somebody speaks, moment by moment: Silero VAD, as it comes inside faster-whisper."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE_HERTZ = 16_000
CHUNK_SAMPLES = 512
"""What the network hears at once: 32 ms."""
CONTEXT_SAMPLES = 64
"""Of the chunk before, that it hears again."""
STATE = (1, 1, 128)


@cache
def load() -> Any:  # noqa: ANN401  onnxruntime has no types
    """The network's session, loaded once in each process."""
    from faster_whisper.vad import get_vad_model  # noqa: PLC0415  heavy: only pool processes load it

    return get_vad_model().session


class VoiceMeter:
    """Hears a mono track at 16 kHz block by block, as if it were one piece."""

    def __init__(self) -> None:
        self._session = load()
        self._rest = np.zeros(0, np.float32)
        self._context = np.zeros(CONTEXT_SAMPLES, np.float32)
        self._memory = np.zeros(STATE, np.float32), np.zeros(STATE, np.float32)
        self._probabilities = [np.zeros(0, np.float32)]

    def add(self, samples: NDArray[np.float32]) -> None:
        """Hear what follows: float32, shape (n,), -1 to 1."""
        joined = np.concatenate([self._rest, samples])
        whole = joined.size // CHUNK_SAMPLES * CHUNK_SAMPLES
        self._rest = joined[whole:]
        if not whole:
            return
        heard = np.concatenate([self._context, joined[:whole]])
        chunks = np.lib.stride_tricks.sliding_window_view(heard, CONTEXT_SAMPLES + CHUNK_SAMPLES)[::CHUNK_SAMPLES]
        self._context = heard[-CONTEXT_SAMPLES:]
        state = dict(zip(("h", "c"), self._memory, strict=True))
        found, *memory = self._session.run(None, {"input": np.ascontiguousarray(chunks), **state})
        self._memory = memory[0], memory[1]
        self._probabilities.append(np.asarray(found, np.float32).reshape(-1))

    def probabilities(self) -> NDArray[np.float32]:
        """For each 32 ms heard, 0 to 1, shape (n,); to be asked once, at the end."""
        if self._rest.size:
            self.add(np.zeros(CHUNK_SAMPLES - self._rest.size, np.float32))
        return np.concatenate(self._probabilities)
