"""The picture inside any black bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from shared.contracts.reports.motion_analysis import Box
    from shared.contracts.reports.video_analysis import PictureArea


@dataclass(frozen=True)
class Window:
    """Where the picture lies in the frame; its sides are shares of the frame's width and height."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    def cut(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The picture alone: a view of a frame of shape (height, width), one pixel at least."""
        height, width = frame.shape
        top, left = min(round(self.top * height), height - 1), min(round(self.left * width), width - 1)
        bottom, right = max(top + 1, round(self.bottom * height)), max(left + 1, round(self.right * width))
        return frame[top:bottom, left:right]

    def in_frame(self, box: Box) -> Box:
        """A box in the picture, as a box in the frame."""
        wide, high = self.right - self.left, self.bottom - self.top
        return box.model_copy(
            update={
                "left": round(self.left + box.left * wide, 4),
                "top": round(self.top + box.top * high, 4),
                "right": round(self.left + box.right * wide, 4),
                "bottom": round(self.top + box.bottom * high, 4),
            }
        )


def window_of(picture: PictureArea | None) -> Window:
    """The window that a report's bars leave; the whole frame where nothing is known."""
    if picture is None:
        return Window()
    return Window(picture.left, picture.top, 1.0 - picture.right, 1.0 - picture.bottom)
