"""How far a task is: eight bytes in its directory, which outlive the process that writes them."""

import mmap
import struct
from pathlib import Path

_FRACTION = struct.Struct("<d")


class ProgressFile:
    """Written by the pool process, read by the service's own."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def create(self) -> None:
        """Begin at 0."""
        self._path.write_bytes(_FRACTION.pack(0.0))

    def read(self) -> float:
        """The fraction said last, 0 while nothing was said."""
        try:
            (fraction,) = _FRACTION.unpack(self._path.read_bytes())
        except (FileNotFoundError, struct.error):
            return 0.0
        return _bounded(fraction)

    def open(self) -> "ProgressWriter":
        """The side of the one who works."""
        return ProgressWriter(self._path)


class ProgressWriter:
    """Says progress by writing to mapped memory: no system call, so it may be called for every frame."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _FRACTION.size)
        self._said = 0.0

    def __call__(self, fraction: float, /) -> None:
        """Say how much is done; it never goes back."""
        self._said = max(self._said, _bounded(fraction))
        _FRACTION.pack_into(self._memory, 0, self._said)

    def close(self) -> None:
        """Let go of the file."""
        self._memory.close()


def _bounded(fraction: float) -> float:
    # A comparison with NaN is false, so it counts as nothing said.
    return min(fraction, 1.0) if fraction > 0 else 0.0
