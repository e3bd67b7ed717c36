"""Reading text from pictures: PP-OCRv6 small (Baidu, Apache-2.0) as RapidOCR packs and runs it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from services.visual_elements.core.recall import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from services.visual_elements.core.strokes import Place

SIDE_PIXELS = 480
"""Lines are searched in pictures whose longer side has as many pixels: a proxy's own size."""


@dataclass(frozen=True)
class FoundLine:
    """A line of text that was found: where in the picture, and cut out of it, upright, shape (height, width, 3)."""

    place: Place
    picture: NDArray[np.uint8]


class TextReader:
    """Finds lines of text and reads them; the models lie inside the package, nothing is fetched."""

    def __init__(self, threads: int) -> None:
        """Load both models; onnxruntime works with that many threads."""
        import rapidocr  # noqa: PLC0415  heavy: only pool processes load it
        from rapidocr.main import RapidOCRError  # noqa: PLC0415  as above

        models = Path(rapidocr.__file__).parent / "models"
        self._nothing_found: type[Exception] = RapidOCRError
        self._engine: Any = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_vertical_padding": False,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
                "Det.limit_side_len": SIDE_PIXELS,
                "Det.limit_type": "max",
                "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
            }
        )

    def rehearse(self) -> None:
        """Find and read nothing once: the libraries load the last of what they need with the first picture."""
        picture = np.zeros((SIDE_PIXELS // 4, SIDE_PIXELS, 3), np.uint8)
        self.find(picture)
        self.read([FoundLine((0, 0, *picture.shape[1::-1]), picture)])

    def find(self, picture: NDArray[np.uint8], rows: tuple[int, int] | None = None) -> list[FoundLine]:
        """The lines of text in a picture, from top to bottom.

        Args:
            picture: Blue, green, red; shape (height, width, 3).
            rows: Only from this row of pixels to that (outside) is searched; the cost falls with their number.
        """
        height, width = picture.shape[:2]
        above, below = rows or (0, height)
        picture = picture[above:below]
        scale = SIDE_PIXELS / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(picture.shape[0] * scale)))
        scaled = picture if scale == 1 else cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)
        try:
            pictures, found = self._engine.detect_and_crop(scaled, {})
        except self._nothing_found:
            return []
        lines = []
        for corners, line in zip(found.boxes, pictures, strict=True):
            left, top = np.floor(corners.min(axis=0) / scale).astype(int).tolist()
            right, bottom = np.ceil(corners.max(axis=0) / scale).astype(int).tolist()
            place = (max(0, left), above + max(0, top), min(width, right), min(height, above + bottom))
            if line.size and place[0] < place[2] and place[1] < place[3]:
                lines.append(FoundLine(place, np.ascontiguousarray(line)))
        return lines

    def read(self, lines: Sequence[FoundLine]) -> list[Reading]:
        """What stands in each line."""
        if not lines:
            return []
        read = self._engine.recognize_txt([line.picture for line in lines])
        return [Reading(str(text).strip(), float(score)) for text, score in zip(read.txts, read.scores, strict=True)]


@cache
def load_reader(threads: int) -> TextReader:
    """The reader of this process."""
    return TextReader(threads)
