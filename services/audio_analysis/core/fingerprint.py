"""Whether two fingerprints are of the same sound, and where the one lies in the other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

Fingerprint = NDArray[np.uint32]
"""Shape (n,): Chromaprint's 32 bits for each `ITEM_SECONDS`."""

ITEM_SECONDS = 4096 / 3 / 11_025
"""0.124 s: Chromaprint looks at 4096 samples at 11 025 Hz, moving on by a third."""
BITS = 32
SHORTEST_OVERLAP_SECONDS = 5.0
"""Over less than this strangers agree by chance."""
SAME_BIT_ERROR_RATE = 0.25
"""Half way between what re-encoding leaves (about 0.05) and strangers at their best offset (0.4 and more)."""


@dataclass(frozen=True)
class Match:
    """How two fingerprints fit best.

    Attributes:
        offset_seconds: Where the second begins on the first's clock; below 0 when it begins earlier.
        overlap_seconds: How much of both was compared.
        bit_error_rate: The share of bits that differ there: 0 for equal, about 0.5 for strangers.
    """

    offset_seconds: float
    overlap_seconds: float
    bit_error_rate: float

    @property
    def is_same(self) -> bool:
        """Whether it is the same recording."""
        return self.bit_error_rate < SAME_BIT_ERROR_RATE


def compare(first: Fingerprint, second: Fingerprint) -> Match | None:
    """The offset at which the fewest bits differ; None when both together are too short to tell.

    All offsets are tried at once, by correlation through the Fourier transform: an hour against an hour takes seconds.
    """
    least = max(1, round(SHORTEST_OVERLAP_SECONDS / ITEM_SECONDS))
    if min(first.size, second.size) < least:
        return None
    size = next_fast_len(first.size + second.size - 1)
    agreement = np.zeros(size)
    for bit in range(BITS):
        agreement += irfft(rfft(_signs(first, bit), size) * np.conj(rfft(_signs(second, bit), size)), size)
    offsets = np.arange(least - second.size, first.size - least + 1)
    overlaps = np.minimum(first.size, offsets + second.size) - np.maximum(0, offsets)
    errors = (1 - agreement[offsets] / (BITS * overlaps)) / 2
    # Of equally good ones the longest overlap.
    best = int(np.lexsort((-overlaps, errors.round(6)))[0])
    return Match(
        offset_seconds=float(offsets[best] * ITEM_SECONDS),
        overlap_seconds=float(overlaps[best] * ITEM_SECONDS),
        bit_error_rate=max(0.0, float(errors[best])),
    )


def _signs(items: Fingerprint, bit: int) -> NDArray[np.float64]:
    return np.where((items >> np.uint32(bit)) & np.uint32(1), -1.0, 1.0)
