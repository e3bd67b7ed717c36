"""How large, long and wide a video may be."""

from dataclasses import dataclass
from typing import Self

BYTES_PER_MEBIBYTE = 2**20


@dataclass(frozen=True)
class MediaLimits:
    """The upper bounds a file must keep; the picture's count in either orientation."""

    longer_side_pixels: int = 8192
    shorter_side_pixels: int = 4320
    duration_seconds: float = 21_600
    size_bytes: int = 10_240 * BYTES_PER_MEBIBYTE

    @classmethod
    def of(cls, *, resolution: str, duration_seconds: float, size_mebibytes: int) -> Self:
        """Make limits from a resolution written as `8192x4320`.

        Raises:
            ValueError: The resolution is not two positive numbers with an x between them.
        """
        first, cross, second = resolution.lower().partition("x")
        if not cross or not first.isdecimal() or not second.isdecimal() or not int(first) or not int(second):
            message = f"a resolution is written like 8192x4320, not {resolution!r}"
            raise ValueError(message)
        return cls(
            longer_side_pixels=max(int(first), int(second)),
            shorter_side_pixels=min(int(first), int(second)),
            duration_seconds=duration_seconds,
            size_bytes=size_mebibytes * BYTES_PER_MEBIBYTE,
        )

    def allow_picture(self, width: int, height: int) -> bool:
        """Whether a picture of these sides is within the limit."""
        return max(width, height) <= self.longer_side_pixels and min(width, height) <= self.shorter_side_pixels


NO_LIMITS = MediaLimits(
    longer_side_pixels=16_384, shorter_side_pixels=16_384, duration_seconds=10.0**9, size_bytes=2**62
)
"""For files of our own making, e.g. proxies and audio tracks."""
