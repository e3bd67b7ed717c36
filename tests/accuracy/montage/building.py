"""Cutting the parts together: which kinds in which order, when each begins and ends, and writing the file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from shared.testkit.clips.writing import Look, write_clip
from tests.accuracy.montage.disturbances import EVENTS, OTHER_EVENTS
from tests.accuracy.montage.sources import HELD_OUT_PARTS, TUNING_PARTS, UNSEEN_PARTS, Part
from tests.accuracy.montage.transitions import KINDS, OTHER_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.accuracy.montage.disturbances import Event
    from tests.accuracy.montage.transitions import Mixer

RATES: tuple[int | None, ...] = (24, 25, 30, 60, None)
"""Frames per second of a montage's files; None for distances that vary."""
VARYING_STEPS = tuple(Fraction(1, rate) for rate in (60, 30, 24, 15, 30))
COUNTS = {"cut": 24, "dissolve": 10, "fade": 9, "wipe": 7, "slide": 6, "zoom": 6}
SHORTEST_SECONDS, LONGEST_SECONDS = 0.2, 2.0
"""Of a gradual transition; a fade takes at least twice the shortest, since it is two."""
CALM_SECONDS = (0.9, 2.2)
"""What is shown of a shot between its transitions."""
DISTURBANCE_SECONDS = 1.6
"""How much longer a shot is in which something happens."""
EVERY_DISTURBED = 3
LEAST_DIFFERENCE = 40.0
"""Root mean square difference (0 to 255) of the first pictures of two parts that may follow one another."""
FORMAT = 7
"""Raised when a montage changes, so that none that was kept is taken for it."""


@dataclass(frozen=True)
class Recipe:
    """What a montage is made of: shots, ways of each gradual kind, disturbances, and the dice's seed."""

    parts: tuple[Part, ...]
    kinds: dict[str, tuple[Mixer, ...]]
    events: tuple[Event, ...]
    seed: int


RECIPES = {
    "tuning": Recipe(TUNING_PARTS, KINDS, EVENTS, 1),
    "held_out": Recipe(HELD_OUT_PARTS, KINDS, EVENTS, 2),
    "unseen": Recipe(UNSEEN_PARTS, OTHER_KINDS, OTHER_EVENTS, 3),
}


@dataclass(frozen=True)
class Truth:
    """One transition, or one disturbance: its kind, and when it begins and ends, in seconds (the same for a cut)."""

    kind: str
    start_seconds: float
    end_seconds: float

    @property
    def middle_seconds(self) -> float:
        """Where the boundary is."""
        return (self.start_seconds + self.end_seconds) / 2


@dataclass(frozen=True)
class Joint:
    """A transition as planned, in seconds of the file."""

    kind: str
    start: float
    end: float
    mix: Mixer | None
    is_eased: bool


@dataclass(frozen=True)
class Play:
    """A shot as planned: shown from `start` to `end` in seconds of the file, both transitions included."""

    part: Part
    start: float
    end: float
    event: Event | None
    event_at: float


@dataclass(frozen=True)
class Montage:
    """A file and what is true of it."""

    path: Path
    truth: tuple[Truth, ...]
    disturbances: tuple[Truth, ...]


def build(name: str, directory: Path) -> list[Montage]:
    """The files of the montage of that name, made unless `directory` keeps them: equal calls, equal files."""
    recipe = RECIPES[name]
    dice = np.random.default_rng(recipe.seed)
    kinds = np.repeat(list(COUNTS), list(COUNTS.values()))
    dice.shuffle(kinds)
    order = _order(recipe.parts, dice)
    ways = {kind: cycle(mixers) for kind, mixers in recipe.kinds.items()}
    events = cycle(recipe.events)
    directory.mkdir(parents=True, exist_ok=True)
    made = []
    for index, (rate, own) in enumerate(zip(RATES, np.array_split(kinds, len(RATES)), strict=True)):
        shown = [next(order) for _ in range(len(own) + 1)]
        joints, plays = _plan([str(kind) for kind in own], dice, shown, ways, events)
        path = directory / f"{name}_{FORMAT}_{index}_{rate or 'varying'}.mp4"
        note = path.with_suffix(".json")
        times = _times(plays[-1].end, rate, dice)
        if not note.exists():
            _write(path, joints, plays, times)
            truth, disturbances = _truth(joints, plays, times)
            content = {
                "truth": [asdict(entry) for entry in truth],
                "disturbances": [asdict(entry) for entry in disturbances],
            }
            note.write_text(json.dumps(content, indent=1), "utf-8")
        told = json.loads(note.read_text("utf-8"))
        made.append(
            Montage(
                path,
                tuple(Truth(**entry) for entry in told["truth"]),
                tuple(Truth(**entry) for entry in told["disturbances"]),
            )
        )
    return made


def _order(parts: Sequence[Part], dice: np.random.Generator) -> Iterator[Part]:
    """All parts again and again, mixed, but never two in a row that a person would take for one shot."""
    looks = [part.pictures(0.0)[0][0].astype(np.float64) for part in parts]
    last: int | None = None
    waiting: list[int] = []
    while True:
        if not waiting:
            waiting = [int(number) for number in dice.permutation(len(parts))]
        fitting = [
            number
            for number in waiting
            if last is None or np.sqrt(((looks[number] - looks[last]) ** 2).mean()) >= LEAST_DIFFERENCE
        ]
        if not fitting:
            waiting += [int(number) for number in dice.permutation(len(parts))]
            continue
        last = fitting[0]
        waiting.remove(last)
        yield parts[last]


def _plan(
    kinds: list[str],
    dice: np.random.Generator,
    parts: list[Part],
    ways: dict[str, Iterator[Mixer]],
    events: Iterator[Event],
) -> tuple[list[Joint], list[Play]]:
    """When each shot and transition of one file begins and ends."""
    joints: list[Joint] = []
    plays: list[Play] = []
    now, shown_from = 0.0, 0.0
    for number, part in enumerate(parts):
        length = float(dice.uniform(*CALM_SECONDS))
        event, event_at = None, 0.0
        if number % EVERY_DISTURBED == 1:
            event, event_at = next(events), now + length / 2
            length += DISTURBANCE_SECONDS
        now += length
        kind = kinds[number] if number < len(kinds) else "cut"
        seconds = 0.0
        if kind != "cut":
            least = SHORTEST_SECONDS * (2 if kind == "fade" else 1)
            seconds = float(least * (LONGEST_SECONDS / least) ** dice.uniform())
        plays.append(Play(part, shown_from, now + seconds, event, event_at))
        if number < len(kinds):
            mix = next(ways[kind]) if kind in ways else None
            joints.append(Joint(kind, now, now + seconds, mix, is_eased=bool(dice.uniform() < 0.4)))
        shown_from = now
        now += seconds
    return joints, plays


def _times(end: float, rate: int | None, dice: np.random.Generator) -> list[Fraction]:
    if rate:
        return [Fraction(index, rate) for index in range(int(end * rate))]
    times = [Fraction(0)]
    while times[-1] < end - 0.1:
        # Runs of equal distances, as screen recorders and telephones write them, not noise.
        distance = VARYING_STEPS[dice.integers(len(VARYING_STEPS))]
        times += [times[-1] + distance * step for step in range(1, 9)]
    return times


def _write(path: Path, joints: list[Joint], plays: list[Play], times: list[Fraction]) -> None:
    pictures = _pictures(joints, _Shots(plays), times)
    kept: dict[int, NDArray[np.uint8]] = {}

    def picture(index: int) -> NDArray[np.uint8]:
        if index not in kept:
            kept.clear()
            kept[index] = next(pictures)
        return kept[index]

    look = Look(options={"preset": "veryfast", "crf": "20"})
    write_clip(path, times=times, picture=picture, time_base=Fraction(1, 1200), look=look)


def _truth(joints: list[Joint], plays: list[Play], times: list[Fraction]) -> tuple[list[Truth], list[Truth]]:
    """Transitions from frame to frame, and disturbances."""
    grid = np.array([float(time) for time in times])

    def shown_from(at: float) -> float:
        return float(grid[min(int(np.searchsorted(grid, at - 1e-6)), grid.size - 1)])

    transitions = [Truth(joint.kind, shown_from(joint.start), shown_from(joint.end)) for joint in joints]
    disturbances = [
        Truth(play.event.name, play.event_at, play.event_at + play.event.seconds) for play in plays if play.event
    ]
    return transitions, disturbances


class _Shots:
    """The pictures of the shots, each decoded when it is first shown and dropped when it is over."""

    def __init__(self, plays: list[Play]) -> None:
        self._plays = plays
        self._decoded: dict[int, tuple[NDArray[np.uint8], float]] = {}

    def at(self, number: int, time: float) -> NDArray[np.uint8]:
        """What a shot shows at a time of the file; a part too short plays on backwards."""
        play = self._plays[number]
        if number not in self._decoded:
            self._decoded = {key: value for key, value in self._decoded.items() if key >= number - 1}
            self._decoded[number] = play.part.pictures(play.end - play.start)
        pictures, rate = self._decoded[number]
        index = int(max(0.0, time - play.start) * rate + 1e-6)
        turn = max(1, 2 * len(pictures) - 2)
        index = index % turn
        shown = pictures[index if index < len(pictures) else turn - index]
        return play.event.disturb(shown, time - play.event_at) if play.event else shown


def _pictures(joints: list[Joint], shots: _Shots, times: list[Fraction]) -> Iterator[NDArray[np.uint8]]:
    for exact in times:
        time = float(exact)
        number = sum(1 for joint in joints if time >= joint.end - 1e-6)
        joint = joints[number] if number < len(joints) else None
        if joint is None or joint.mix is None or time < joint.start:
            yield shots.at(number, time)
            continue
        progress = (time - joint.start) / (joint.end - joint.start)
        if joint.is_eased:
            progress = progress * progress * (3 - 2 * progress)
        yield joint.mix(shots.at(number, time), shots.at(number + 1, time), progress)
