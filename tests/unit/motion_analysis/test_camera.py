import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from services.motion_analysis.core.analysis import Analysis
from services.motion_analysis.core.shots import ShotSpan
from services.motion_analysis.core.window import Window
from shared.contracts.reports.motion_analysis import CameraMotion, MotionAnalysisReport
from shared.testkit.clips.cameras import Layer, Sprite, View, seen, with_sprites

WIDTH, HEIGHT = 320, 180
PIXELS_PER_WIDTH = 400
Grey = NDArray[np.uint8]


def analysed(
    frame_at: Callable[[float], Grey],
    *,
    rate: float = 25,
    seconds: float = 2.4,
    times: NDArray[np.float64] | None = None,
) -> MotionAnalysisReport:
    times = np.arange(round(seconds * rate)) / rate if times is None else times
    analysis = Analysis([ShotSpan(0, 0.0, seconds, 0.0, seconds)], Window())
    for time in times:
        analysis.add(float(time), frame_at(float(time)))
    return analysis.report(seconds)


def filmed(world: Grey, view: Callable[[float], View], **how: float) -> MotionAnalysisReport:
    layer = Layer(world, PIXELS_PER_WIDTH)
    return analysed(lambda time: seen([layer], [view(time)], WIDTH, HEIGHT), **how)


def camera(report: MotionAnalysisReport) -> CameraMotion:
    (only,) = report.camera
    return only


@pytest.mark.parametrize(("velocity", "move"), [(0.2, "pan"), (-0.05, "pan"), (0.2j, "tilt"), (-0.08j, "tilt")])
def test_a_view_that_shifts_is_a_pan_or_tilt_to_the_side_it_turns_to(world: Grey, velocity: complex, move: str) -> None:
    found = camera(filmed(world, lambda time: View(velocity * time)))
    assert found.move == move
    assert complex(found.right_per_second, found.down_per_second) == pytest.approx(velocity, abs=0.05 * abs(velocity))
    assert found.speed == pytest.approx(abs(velocity), rel=0.05)
    assert found.confidence > 0.7


@pytest.mark.parametrize("growth", [0.3, 0.02, -0.15])
def test_things_grow_when_the_camera_zooms_in(world: Grey, growth: float) -> None:
    found = camera(filmed(world, lambda time: View(size=math.exp(growth * time))))
    assert found.move == ("zoom_in" if growth > 0 else "zoom_out")
    assert math.log(found.scale_per_second) == pytest.approx(growth, rel=0.08)


@pytest.mark.parametrize("degrees", [15.0, -4.0])
def test_a_roll_is_positive_when_the_camera_turns_clockwise(world: Grey, degrees: float) -> None:
    found = camera(filmed(world, lambda time: View(turn=math.radians(degrees) * time)))
    assert found.move == "roll"
    assert found.roll_degrees_per_second == pytest.approx(degrees, rel=0.05)


@pytest.mark.parametrize("rate", [8, 24, 60, 120])
def test_speeds_do_not_depend_on_the_frame_rate(world: Grey, rate: float) -> None:
    found = camera(filmed(world, lambda time: View(0.25 * time), rate=rate, seconds=1.5))
    assert found.move == "pan"
    assert found.right_per_second == pytest.approx(0.25, rel=0.05)


def test_speeds_come_from_the_frames_own_times(world: Grey) -> None:
    steps = np.random.default_rng(3).choice([0.02, 0.05, 0.11], 40)
    times = np.r_[0.0, np.cumsum(steps)]
    times = times[times < 2.4]
    layer = Layer(world, PIXELS_PER_WIDTH)
    found = camera(analysed(lambda time: seen([layer], [View(0.2 * time)], WIDTH, HEIGHT), times=times))
    assert found.right_per_second == pytest.approx(0.2, rel=0.05)


def test_noise_and_flicker_over_a_still_picture_are_static_and_no_motion(world: Grey) -> None:
    dice = np.random.default_rng(5)
    still = seen([Layer(world, PIXELS_PER_WIDTH)], [View()], WIDTH, HEIGHT).astype(np.float64)

    def frame(_: float) -> Grey:
        lit = still * dice.uniform(0.94, 1.06) + dice.normal(0, 3, still.shape)
        return np.clip(lit, 0, 255).astype(np.uint8)

    report = analysed(frame)
    assert camera(report).move == "static"
    assert camera(report).shake < 0.0005
    assert report.motion_intensity < 1.0
    assert report.zooms == ()
    assert report.tracks == ()


def test_a_trembling_view_is_handheld(world: Grey) -> None:
    found = camera(
        filmed(
            world,
            lambda time: View(0.004 * complex(math.sin(2 * math.pi * 2.3 * time), math.cos(2 * math.pi * 1.7 * time))),
        )
    )
    assert found.move == "handheld"
    # The median of the distance from the middle of a Lissajous figure of this size.
    assert found.shake == pytest.approx(0.004, rel=0.2)


def test_a_hand_that_trembles_in_a_part_of_a_shot_makes_no_moves(world: Grey) -> None:
    def view(time: float) -> View:
        if time < 3.0:
            return View()
        return View(0.006 * complex(math.sin(13 * (time - 3)), math.cos(9 * (time - 3)) - 1))

    found = camera(filmed(world, view, seconds=5.0))
    assert [span.move for span in found.spans] == ["static", "handheld"]
    assert found.spans[0].end_seconds == pytest.approx(3.0, abs=0.5)


def test_near_things_that_run_ahead_make_a_dolly_of_a_pan(world: Grey, other_world: Grey) -> None:
    mask = np.zeros_like(other_world)
    mask[:, (np.arange(mask.shape[1]) % 180) < 70] = 255
    layers = [Layer(world, PIXELS_PER_WIDTH), Layer(other_world, PIXELS_PER_WIDTH, mask)]
    found = camera(analysed(lambda time: seen(layers, [View(0.1 * time), View(0.22 * time)], WIDTH, HEIGHT)))
    assert found.move == "dolly"


def test_near_things_that_grow_faster_make_a_dolly_of_a_zoom(world: Grey, other_world: Grey) -> None:
    mask = np.zeros_like(other_world)
    mask[mask.shape[0] // 2 + 20 :] = 255
    layers = [Layer(world, PIXELS_PER_WIDTH), Layer(other_world, PIXELS_PER_WIDTH, mask)]
    found = camera(
        analysed(
            lambda time: seen(
                layers, [View(size=1 / (1 - 0.06 * time)), View(size=0.4 / (0.4 - 0.06 * time))], WIDTH, HEIGHT
            )
        )
    )
    assert found.move == "dolly"


@pytest.mark.parametrize("velocity", [0.0, 0.15])
def test_a_third_of_the_picture_that_moves_by_itself_changes_nothing(
    world: Grey, other_world: Grey, velocity: float
) -> None:
    times = np.arange(60) / 25
    sprite = Sprite(other_world[:110, :190], complex(-0.3, -0.1) + complex(0.1, 0.09) * times)
    layer = Layer(world, PIXELS_PER_WIDTH)

    def frame(time: float) -> Grey:
        return with_sprites(seen([layer], [View(velocity * time)], WIDTH, HEIGHT), [sprite], round(time * 25))

    found = camera(analysed(frame))
    assert found.move == ("pan" if velocity else "static")
    assert found.right_per_second == pytest.approx(velocity, abs=0.008)


def test_moves_one_after_the_other_are_spans(world: Grey) -> None:
    def view(time: float) -> View:
        return View(0.3 * min(max(time - 1.2, 0.0), 1.4), math.exp(0.25 * max(time - 3.8, 0.0)))

    report = filmed(world, view, seconds=5.2)
    found = camera(report)
    assert [span.move for span in found.spans] == ["static", "pan", "static", "zoom_in"]
    starts = [span.start_seconds for span in found.spans]
    assert starts == pytest.approx([0.0, 1.2, 2.6, 3.8], abs=0.15)
    assert found.spans[-1].end_seconds == 5.2
    assert found.move in ("pan", "zoom_in")
    (zoom,) = report.zooms
    assert (zoom.start_seconds, zoom.end_seconds) == pytest.approx((3.8, 5.2), abs=0.2)
    assert zoom.factor == pytest.approx(math.exp(0.25 * 1.4), rel=0.04)


def test_a_whip_pan_is_followed(world: Grey) -> None:
    found = camera(filmed(world, lambda time: View(1.2 * time), seconds=1.0, rate=30))
    assert found.move == "pan"
    assert found.right_per_second == pytest.approx(1.2, rel=0.1)


def test_a_flash_in_a_pan_changes_nothing(world: Grey) -> None:
    layer = Layer(world, PIXELS_PER_WIDTH)

    def frame(time: float) -> Grey:
        if 1.0 <= time < 1.1:
            return np.full((HEIGHT, WIDTH), 250, np.uint8)
        return seen([layer], [View(0.2 * time)], WIDTH, HEIGHT)

    found = camera(analysed(frame))
    assert [span.move for span in found.spans] == ["pan"]
    assert found.right_per_second == pytest.approx(0.2, rel=0.05)


def test_frames_shown_twice_do_not_tremble(world: Grey) -> None:
    found = camera(filmed(world, lambda time: View(0.1 * math.floor(time * 12) / 12), rate=24))
    assert found.move == "pan"
    assert found.right_per_second == pytest.approx(0.1, rel=0.06)


def test_no_movement_is_seen_across_a_cut_or_within_a_dissolve(world: Grey, other_world: Grey) -> None:
    shots = [ShotSpan(0, 0.0, 1.0, 0.0, 1.0), ShotSpan(1, 1.0, 2.5, 1.0, 2.25), ShotSpan(2, 2.5, 4.0, 2.75, 4.0)]
    pictures = [
        seen([Layer(picture, PIXELS_PER_WIDTH)], [View(place)], WIDTH, HEIGHT)
        for picture, place in ((world, 0j), (world, 0.1 + 0j), (other_world, 0j))
    ]

    def frame(time: float) -> Grey:
        share = min(max((time - 2.25) / 0.5, 0.0), 1.0)
        return pictures[0] if time < 1.0 else np.round(pictures[1] * (1 - share) + pictures[2] * share).astype(np.uint8)

    analysis = Analysis(shots, Window())
    for index in range(100):
        analysis.add(index / 25, frame(index / 25))
    report = analysis.report(4.0)
    assert [shot.move for shot in report.camera] == ["static"] * 3
    assert report.motion_intensity == 0.0
    assert report.pacing == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("shape", [(180, 320), (320, 180), (4, 320), (200, 6), (2, 2), (48, 64)])
@pytest.mark.parametrize("luma", [16, None])
def test_black_and_any_shape_pass(shape: tuple[int, int], luma: int | None) -> None:
    dice = np.random.default_rng(1)

    def frame(_: float) -> Grey:
        return np.full(shape, luma, np.uint8) if luma else dice.integers(16, 235, shape).astype(np.uint8)

    report = analysed(frame, seconds=1.0)
    assert 0 <= report.motion_intensity <= 100
    if luma:
        assert (camera(report).move, camera(report).confidence) == ("static", 0.0)


@pytest.mark.parametrize("frames", [0, 1, 2])
def test_so_few_frames_are_a_still_shot(world: Grey, frames: int) -> None:
    times = np.arange(frames) / 25
    picture = seen([Layer(world, PIXELS_PER_WIDTH)], [View()], WIDTH, HEIGHT)
    report = analysed(lambda _: picture, times=times, seconds=max(frames, 1) / 25)
    assert camera(report).move == "static"
    assert report.pacing == (0.0,)
