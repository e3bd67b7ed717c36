"""The small pictures of a whole video on disk, so that memory stays flat however long it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from services.video_analysis.core.measuring import SMALL_HEIGHT, SMALL_WIDTH

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

SHAPE = (SMALL_HEIGHT, SMALL_WIDTH, 3)
PICTURE_BYTES = SMALL_HEIGHT * SMALL_WIDTH * 3


class Strip:
    """Pictures of one size, added one by one and read back in runs; the file is removed at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("w+b")

    def add(self, picture: NDArray[np.uint8]) -> None:
        """Add a picture of shape (27, 48, 3)."""
        self._file.write(np.ascontiguousarray(picture).tobytes())

    def look(self, first: int, end: int) -> NDArray[np.uint8]:
        """The pictures from `first` up to, without, `end`: shape (n, 27, 48, 3)."""
        self._file.seek(first * PICTURE_BYTES)
        content = self._file.read(max(0, end - first) * PICTURE_BYTES)
        return np.frombuffer(content, np.uint8).reshape(-1, *SHAPE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)
