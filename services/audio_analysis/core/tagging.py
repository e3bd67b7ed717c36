"""What the networks that tag music are given: the spectrogram of three seconds; and the words that they answer with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.audio_analysis.core.mel import mel_filters

RATE_HERTZ = 16_000
WINDOW_SAMPLES, HOP_SAMPLES = 512, 256
MEL_BANDS = 96
PATCH_FRAMES = 187
PATCH_SAMPLES = (PATCH_FRAMES - 1) * HOP_SAMPLES + WINDOW_SAMPLES
"""Just over three seconds: what the network was trained on."""

PATCH_SECONDS = PATCH_SAMPLES / RATE_HERTZ


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The spectrogram of a patch, shape (187, 96), of `PATCH_SAMPLES` samples at `RATE_HERTZ`."""
    filters, _ = mel_filters(
        rate_hertz=RATE_HERTZ,
        window_samples=WINDOW_SAMPLES,
        bands=MEL_BANDS,
        lowest_hertz=0,
        highest_hertz=RATE_HERTZ / 2,
    )
    windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW_SAMPLES)[::HOP_SAMPLES]
    spectra = np.fft.rfft(windows * np.hanning(WINDOW_SAMPLES + 1)[:-1], axis=1)
    return np.log10(10_000 * (np.square(np.abs(spectra)) @ filters) + 1).astype(np.float32)


MSD = (
    "rock|pop|alternative|indie|electronic|female vocalists|dance|00s|alternative rock|jazz|beautiful|metal|chillout|"
    "male vocalists|classic rock|soul|indie rock|Mellow|electronica|80s|folk|90s|chill|instrumental|punk|oldies|blues|"
    "hard rock|ambient|acoustic|experimental|female vocalist|guitar|Hip-Hop|70s|party|country|easy listening|sexy|"
    "catchy|funk|electro|heavy metal|Progressive rock|60s|rnb|indie pop|sad|House|happy"
)
MSD_WORDS = tuple(MSD.split("|"))
"""The words of the network trained on the Million Song Dataset, in its order: listeners' words for songs."""

MTT = (
    "guitar|classical|slow|techno|strings|drums|electronic|rock|fast|piano|ambient|beat|violin|vocal|synth|female|"
    "indian|opera|male|singing|vocals|no vocals|harpsichord|loud|quiet|flute|woman|male vocal|no vocal|pop|soft|sitar|"
    "solo|man|classic|choir|voice|new age|dance|male voice|female vocal|beats|harp|cello|no voice|weird|country|metal|"
    "female voice|choral"
)
MTT_WORDS = tuple(MTT.split("|"))
"""Those of the network trained on MagnaTagATune: players' words for what sounds in a clip."""

SOUNDS = (
    "guitar classical strings drums piano violin synth indian opera harpsichord flute sitar choir harp cello choral"
)
WORDS_OF_SOUND = frozenset(SOUNDS.split())
"""What the second network is asked for: instruments and the orchestra, which the first one's songs lack."""


def joined(msd: NDArray[np.float64], mtt: NDArray[np.float64]) -> dict[str, float]:
    """The scores of both networks, shape (50,) each, by word: where both know it, the higher."""
    scores = {word: float(score) for word, score in zip(MSD_WORDS, msd, strict=True)}
    for word, score in zip(MTT_WORDS, mtt, strict=True):
        if word in WORDS_OF_SOUND:
            scores[word] = max(float(score), scores.get(word, 0.0))
    return scores
