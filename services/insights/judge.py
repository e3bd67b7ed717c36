"""What was learned of kinds, from the file beside this one; `python -m services.insights.training` makes it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.insights.core.judging import Judge
from services.insights.core.kinds import KINDS

WEIGHTS = Path(__file__).with_name("judge.npz")
DOWN, UP = "down ", "up "
"""What the names of an adapter's two matrices begin with in the file."""


@dataclass(frozen=True, eq=False)
class Learned:
    """What was learned.

    Attributes:
        narrow: By the name of a matrix of the model, of shape (i, o), the two whose product is added to it: of shape
            (i, rank) and (rank, o).
        judge: What reads the kinds from the states of the model that was changed so.
    """

    narrow: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
    judge: Judge

    def change(self, name: str) -> NDArray[np.float32]:
        """What is added to a matrix."""
        down, up = self.narrow[name]
        return down @ up


def fit_for() -> str:
    """What weights are learned for: the digest of the kinds."""
    return hashlib.sha256("\n".join(KINDS).encode()).hexdigest()


def store(learned: Learned, path: Path = WEIGHTS) -> None:
    """Write what was learned, in half precision."""
    judge = learned.judge
    rows = {"queries": judge.queries, "answers": judge.answers}
    for name, (down, up) in learned.narrow.items():
        rows |= {DOWN + name: down, UP + name: up}
    parts = {name: values.astype(np.float16) for name, values in rows.items()}
    np.savez_compressed(path, allow_pickle=False, fit_for=np.array(fit_for()), alone=judge.alone, **parts)


def load(path: Path = WEIGHTS) -> Learned:
    """What was learned.

    Raises:
        ValueError: It was learned for other kinds than there are now.
    """
    with np.load(path) as stored:
        if str(stored["fit_for"]) != fit_for():
            raise ValueError(f"{path.name} was learned for other kinds: run python -m services.insights.training.")
        rows = {name: stored[name].astype(np.float32) for name in stored.files if name != "fit_for"}
    return Learned(
        {
            name.removeprefix(DOWN): (down, rows[name.replace(DOWN, UP, 1)])
            for name, down in rows.items()
            if name.startswith(DOWN)
        },
        Judge(rows["queries"], rows["answers"], rows["alone"]),
    )
