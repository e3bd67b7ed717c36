"""Finding things of everyday life in a picture: SSD MobileNet v2, trained on COCO, run by OpenCV."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from shared.models.coco import COCO_NAMES

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

MODEL = "ssd-mobilenet-v2-coco"
"""Its name in the manifest."""

SIDE_PIXELS = 300
"""The network was trained on pictures squeezed into a square of this side."""

FEWEST_CONFIDENCE = 0.3
"""Below this more findings are wrong than right (docs/analysis/visual_elements.md)."""


@dataclass(frozen=True, slots=True)
class Detection:
    """A thing that was found.

    Attributes:
        label: Its COCO name.
        confidence: 0 to 1.
        left, top, right, bottom: Where, in shares of the picture's width and height.
    """

    label: str
    confidence: float
    left: float
    top: float
    right: float
    bottom: float


class ObjectDetector:
    """The network, loaded once; a picture in, the things in it out.

    Source: Sandler et al., MobileNetV2 (2018), with the SSD head of Liu et al. (2016), as released for COCO by Google.
    """

    def __init__(self, directory: Path, threads: int) -> None:
        """Load it from the model's directory; OpenCV then works with that many threads, here and elsewhere."""
        import cv2  # noqa: PLC0415  heavy: only pool processes load it

        cv2.setNumThreads(threads)
        self._opencv: Any = cv2
        self._network: Any = cv2.dnn.readNetFromTensorflow(
            str(directory / "frozen_inference_graph.pb"), str(directory / "graph.pbtxt")
        )

    def detect(self, picture: NDArray[np.uint8], *, least_confidence: float = FEWEST_CONFIDENCE) -> list[Detection]:
        """The things in a picture, surest first.

        Args:
            picture: Blue, green, red; shape (height, width, 3), of any size: it is squeezed into a square.
            least_confidence: What is less sure is left out.
        """
        side = (SIDE_PIXELS, SIDE_PIXELS)
        self._network.setInput(self._opencv.dnn.blobFromImage(picture, 1.0, side, swapRB=True))
        # One row for each finding: picture's number, kind, confidence, left, top, right, bottom.
        rows = self._network.forward().reshape(-1, 7)
        found = [
            Detection(COCO_NAMES[int(kind)], float(confidence), *(min(1.0, max(0.0, float(edge))) for edge in box))
            for _, kind, confidence, *box in rows
            if confidence >= least_confidence and int(kind) in COCO_NAMES
        ]
        return sorted(found, key=lambda detection: -detection.confidence)


@cache
def load_detector(directory: Path, threads: int) -> ObjectDetector:
    """The detector of this process, shared by every stage that asks."""
    return ObjectDetector(directory, threads)
