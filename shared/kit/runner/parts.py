"""What all runners of a process share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.kit.compute import Compute
from shared.kit.runner.artifacts import Shelf
from shared.kit.runner.directories import TaskDirectories
from shared.kit.runner.flights import Flights
from shared.kit.runner.ports import Claim, Speaker


@dataclass(frozen=True)
class Parts:
    """One set, made at the entry point.

    Attributes:
        worker: Names the process, in claims and facts.
        model_digests: The digests of all models that its stages use, by name.
    """

    worker: str
    speaker: Speaker
    claim: Claim
    shelf: Shelf
    compute: Compute
    directories: TaskDirectories
    models_dir: Path
    model_digests: Mapping[str, str]
    flights: Flights = field(default_factory=Flights)
