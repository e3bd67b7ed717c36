"""One pass over the pictures: what shot detection needs to know of each, in memory that stays flat."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray
from scenedetect.common import FrameTimecode
from scenedetect.detectors import AdaptiveDetector

Picture = NDArray[np.uint8]
"""Shape (height, width, 3), blue green red, 0 to 255."""

SMALL_SIZE = (32, 18)
"""Width and height at which pictures are compared over more than one frame."""

RETURN_FRAMES = 6
RETURN_SECONDS = 0.25
"""A picture that is back after at most this long was interrupted by a flash, not cut."""

NOMINAL_RATE = 25.0
"""PySceneDetect is told frame numbers; this rate never reaches a result, times come from the frames."""


@dataclass(frozen=True)
class Measures:
    """What is known of n frames.

    Attributes:
        times: Seconds, float64, shape (n,).
        luma: Mean brightness, 0 to 255, shape (n,).
        change: Difference to the frame before (mean over hue, saturation, value; 0 to 255), shape (n,).
        shift: Difference of the small pictures to the frame before, 0 to 255, shape (n,).
        lasting: The smallest difference of the picture before to one shortly after: what a flash leaves, shape (n,).
        back: The frame with that smallest difference: where a flash is over, int64, shape (n,).
        cuts: Frame numbers at which PySceneDetect's adaptive detector sees a cut, ascending.
    """

    times: NDArray[np.float64]
    luma: NDArray[np.float64]
    change: NDArray[np.float64]
    shift: NDArray[np.float64]
    lasting: NDArray[np.float64]
    back: NDArray[np.int64]
    cuts: tuple[int, ...]


class _Detector(AdaptiveDetector):  # type: ignore[misc]  # the library has no types
    """PySceneDetect's adaptive detector, which also gives out the score it computes of each frame."""

    def __init__(self) -> None:
        super().__init__(min_scene_len=0)

    @property
    def score(self) -> float:
        return float(self._frame_score or 0.0)


class Measurer:
    """Takes in the pictures one by one, in the order of time, all of one size."""

    def __init__(self) -> None:
        self._detector = _Detector()
        self._times: list[float] = []
        self._luma: list[float] = []
        self._change: list[float] = []
        self._shift: list[float] = []
        self._lasting: list[float] = []
        self._back: list[int] = []
        self._cuts: list[int] = []
        self._recent: deque[tuple[float, NDArray[np.int16]]] = deque(maxlen=RETURN_FRAMES + 2)

    def add(self, time: Fraction | float, picture: Picture) -> None:
        """Measure one picture."""
        index = len(self._times)
        small = cv2.resize(picture, SMALL_SIZE, interpolation=cv2.INTER_AREA).astype(np.int16)
        found = self._detector.process_frame(FrameTimecode(index, fps=NOMINAL_RATE), picture)
        self._cuts += [cut.frame_num for cut in found]
        self._times.append(float(time))
        self._luma.append(float(small.mean()))
        self._change.append(self._detector.score)
        self._shift.append(_distance(small, self._recent[-1][1]) if self._recent else 0.0)
        self._recent.append((float(time), small))
        self._lasting.append(np.inf)
        self._back.append(index)
        self._look_back(index)

    def _look_back(self, index: int) -> None:
        """Now that this picture is known: how far is it from those before the last few changes?"""
        newest_time, newest = self._recent[-1]
        for back in range(min(RETURN_FRAMES, index)):
            changed_time, _ = self._recent[-1 - back]
            if newest_time - changed_time > RETURN_SECONDS:
                break
            distance = _distance(newest, self._recent[-2 - back][1])
            changed = index - back
            if distance < self._lasting[changed]:
                self._lasting[changed], self._back[changed] = distance, index

    def measures(self) -> Measures:
        """All that was measured."""
        return Measures(
            times=np.array(self._times),
            luma=np.array(self._luma),
            change=np.array(self._change),
            shift=np.array(self._shift),
            lasting=np.array(self._lasting),
            back=np.array(self._back, np.int64),
            cuts=tuple(self._cuts),
        )


def _distance(left: NDArray[np.int16], right: NDArray[np.int16]) -> float:
    return float(np.abs(left - right).mean())


def measure(frames: Iterable[tuple[Fraction | float, Picture]]) -> Measures:
    """The measures of all frames: pairs of time in seconds and picture."""
    measurer = Measurer()
    for time, picture in frames:
        measurer.add(time, picture)
    return measurer.measures()
