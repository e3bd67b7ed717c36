"""Finding things of everyday life in a picture: SSD MobileNet v2, trained on COCO, run by onnxruntime."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from shared.models.coco import COCO_NAMES
from shared.models.detector_graph import SIDE_PIXELS, boxes, build_model
from shared.models.findings import apart, moved
from shared.models.frozen_graph import read_constants
from shared.models.sessions import session_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from numpy.typing import NDArray

MODEL = "ssd-mobilenet-v2-coco"
"""Its name in the manifest."""

GRAPH = "frozen_inference_graph.pb"
"""The file that holds its weights."""

GREY = 127.5
"""Becomes 0 for the network, black -1 and white 1."""

LEAST_CONFIDENCE = 0.01
"""Below this nothing is given out, whatever is asked for."""

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
    """The network, loaded once; a picture in, the things in it out."""

    def __init__(self, directory: Path, threads: int, labels: Collection[str] = COCO_NAMES.values()) -> None:
        """Load it from the model's directory; onnxruntime works with that many threads. Fewer labels cost less."""
        kinds = [number for number, name in COCO_NAMES.items() if name in labels]
        self._session = session_of(build_model(read_constants(directory / GRAPH), kinds), threads)
        self._labels = [COCO_NAMES[number] for number in kinds]
        self._boxes = boxes()

    def detect(self, picture: NDArray[np.uint8], *, least_confidence: float = FEWEST_CONFIDENCE) -> list[Detection]:
        """The things in a picture, surest first, a hundred at most.

        Args:
            picture: Blue, green, red; shape (height, width, 3), of any size: it is squeezed into a square.
            least_confidence: What is less sure is left out.
        """
        moves, kinds = self._session.run(["moves", "kinds"], {"picture": _squeezed(picture)})
        places, columns = (kinds >= max(least_confidence, LEAST_CONFIDENCE)).nonzero()
        confidences, edges = kinds[places, columns], moved(self._boxes[places], moves[places])
        return [
            Detection(self._labels[columns[one]], float(confidences[one]), *edges[one].clip(0, 1).tolist())
            for one in apart(edges, columns, confidences)
        ]


def _squeezed(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """As the network wants it: float32 (1, 3, 300, 300), red green blue, -1 to 1."""
    side = (SIDE_PIXELS, SIDE_PIXELS)
    return np.asarray(cv2.dnn.blobFromImage(picture, 1 / GREY, side, (GREY, GREY, GREY), swapRB=True), np.float32)


@cache
def load_detector(directory: Path, threads: int, labels: tuple[str, ...] | None = None) -> ObjectDetector:
    """The detector of this process, shared by every stage that asks for the same things; for all by default."""
    return ObjectDetector(directory, threads, labels or COCO_NAMES.values())
