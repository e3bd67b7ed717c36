"""The measuring itself: stages in fresh processes in turns with bare decodes, and all of them on ever longer videos."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from shared.kit.compute.pool import THREAD_COUNTS
from tests.benchmarks.children import child
from tests.benchmarks.engine.models import COMPILED_DIR, MODELS_DIR

DECODE, WORK = "tests.benchmarks.analysis.decode", "tests.benchmarks.engine.work"
Figures = dict[str, Any]


@dataclass
class Alone:
    """What each stage took in a process of its own, in every round; the bare decode of the same rounds."""

    decodes: list[float] = field(default_factory=list)
    stages: dict[str, list[Figures]] = field(default_factory=dict)
    warming: dict[str, Figures] = field(default_factory=dict)

    @property
    def decode(self) -> float:
        """Processor seconds."""
        return median(self.decodes)

    def cpu(self, stage: str) -> float:
        """Processor seconds of a stage."""
        return median(one["cpu_seconds"] for one in self.stages[stage])


@dataclass(frozen=True)
class Together:
    """One process that did all stages on one video.

    Attributes:
        warm_mebibytes: Resident memory with everything loaded, before any work.
        stages: What each took, by name.
    """

    minutes: int
    warm_mebibytes: float
    stages: dict[str, Figures]

    @property
    def peak_mebibytes(self) -> float:
        """The most that was resident at once."""
        return max(self.peak_of(name) for name in self.stages)

    def peak_of(self, stage: str) -> float:
        """The most that was resident while a stage worked."""
        return float(self.stages[stage]["peak_mebibytes"])


async def alone(clip: Path, names: Sequence[str], folder: Path, rounds: int) -> Alone:
    """A bare decode and each stage, in turns."""
    found = Alone()
    for number in range(rounds):
        place = folder / f"round-{number}"
        place.mkdir()
        found.decodes.append(await _decode(clip, folder))
        for name in names:
            async with child(
                WORK, str(clip), str(place), name, environment=_environment(), folder=folder, speaks=True
            ) as one:
                found.warming[name] = await one.said()
                found.stages.setdefault(name, []).append(await one.said())
    return found


async def together(clip: Path, minutes: int, names: Sequence[str], folder: Path) -> Together:
    """All stages in one process."""
    place = folder / f"all-{minutes}"
    place.mkdir()
    async with child(
        WORK, str(clip), str(place), *names, environment=_environment(), folder=folder, speaks=True
    ) as one:
        warm = await one.said()
        said = [await one.said() for _ in names]
    return Together(minutes, warm["mebibytes"], {figures["stage"]: figures for figures in said})


async def _decode(clip: Path, folder: Path) -> float:
    async with child(DECODE, str(clip), environment={}, folder=folder, speaks=True) as one:
        said: Figures = await one.said()
        return float(said["cpu_seconds"])


def _environment() -> dict[str, str]:
    """As the workers of the standalone mode have it with one pool process for each core."""
    threads = dict.fromkeys(THREAD_COUNTS, "1")
    return {**os.environ, **threads, "RUSHES_MODELS_DIR": str(MODELS_DIR), "NUMBA_CACHE_DIR": str(COMPILED_DIR)}
