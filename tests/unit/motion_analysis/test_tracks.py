import numpy as np
import pytest
from numpy.typing import NDArray

from services.motion_analysis.core.analysis import Analysis
from services.motion_analysis.core.shots import ShotSpan
from services.motion_analysis.core.window import Window
from shared.contracts.reports.motion_analysis import Box, Track
from shared.testkit.clips.cameras import Layer, Sprite, View, seen, with_sprites

WIDTH, HEIGHT, RATE = 480, 270, 25
PIXELS_PER_WIDTH = 500
Grey = NDArray[np.uint8]


def tracks_of(world: Grey, sprites: list[Sprite], velocity: float, seconds: float = 3.0) -> tuple[Track, ...]:
    analysis = Analysis([ShotSpan(0, 0.0, seconds, 0.0, seconds)], Window())
    layer = Layer(world, PIXELS_PER_WIDTH)
    for index in range(round(seconds * RATE)):
        frame = seen([layer], [View(velocity * index / RATE + 0j)], WIDTH, HEIGHT)
        analysis.add(index / RATE, with_sprites(frame, sprites, index))
    return analysis.report(seconds).tracks


def overlap(one: Box, other: tuple[float, float, float, float]) -> float:
    wide = min(one.right, other[2]) - max(one.left, other[0])
    high = min(one.bottom, other[3]) - max(one.top, other[1])
    both = max(wide, 0) * max(high, 0)
    areas = (one.right - one.left) * (one.bottom - one.top) + (other[2] - other[0]) * (other[3] - other[1])
    return both / (areas - both)


TIMES = np.arange(75) / RATE


@pytest.mark.parametrize("pan", [0.0, 0.08])
def test_things_are_followed_against_a_still_and_a_moving_camera(world: Grey, other_world: Grey, pan: float) -> None:
    ways = (complex(0.12, 0.03), complex(-0.18, 0.0))
    sprites = [
        Sprite(other_world[:80, :70], complex(-0.25, -0.1) + ways[0] * TIMES),
        Sprite(other_world[100:160, 100:190], complex(0.3, 0.15) + ways[1] * TIMES),
    ]
    tracks = [track for track in tracks_of(world, sprites, pan) if track.end_seconds - track.start_seconds > 1.5]
    assert len(tracks) == 2
    for sprite, way in zip(sprites, ways, strict=True):
        place = next(
            track
            for track in tracks
            if overlap(track.boxes[2], sprite.box(round(track.boxes[2].time_seconds * RATE), WIDTH, HEIGHT)) > 0.3
        )
        shares = [overlap(box, sprite.box(round(box.time_seconds * RATE), WIDTH, HEIGHT)) for box in place.boxes]
        assert np.median(shares) > 0.5
        # The content runs left when the camera pans right.
        assert place.speed == pytest.approx(abs(way + pan), rel=0.2)


def test_boxes_are_written_about_five_times_a_second(world: Grey, other_world: Grey) -> None:
    sprite = Sprite(other_world[:90, :90], -0.25 + 0.15 * TIMES + 0j)
    track = max(tracks_of(world, [sprite], 0.0), key=lambda track: len(track.boxes))
    assert len(track.boxes) == pytest.approx((track.end_seconds - track.start_seconds) * 4.5, abs=3)
    assert all(0 <= box.left < box.right <= 1 and 0 <= box.top < box.bottom <= 1 for box in track.boxes)


def test_a_pan_alone_is_no_thing(world: Grey) -> None:
    assert tracks_of(world, [], 0.15) == ()


def test_a_logo_over_a_pan_is_no_thing(world: Grey, other_world: Grey) -> None:
    logo = Sprite(other_world[:50, :90], np.full(len(TIMES), 0.3 - 0.15j))
    assert tracks_of(world, [logo], 0.12) == ()
