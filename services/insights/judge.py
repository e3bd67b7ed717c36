"""The learned judge, from the weights beside this file; `python -m services.insights.training` makes them."""

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np

from services.insights.core.cues import CUES
from services.insights.core.judging import Judge
from services.insights.core.kinds import KINDS
from services.insights.embedding import LAYERS

WEIGHTS = Path(__file__).with_name("judge.npz")


def fit_for() -> str:
    """What weights are learned for: the digest of the kinds, the cues and the layers they belong to."""
    patterns = [f"{name} {cue.pattern} {cue.flags}" for name, cue in CUES.items()]
    return hashlib.sha256("\n".join([*KINDS, *patterns, *map(str, LAYERS)]).encode()).hexdigest()


def store(judge: Judge, path: Path = WEIGHTS) -> None:
    """Write the weights, in half precision."""
    np.savez_compressed(
        path,
        fit_for=np.array(fit_for()),
        wording=np.array("\n".join(judge.wording)),
        queries=judge.queries.astype(np.float16),
        answers=judge.answers.astype(np.float16),
        flat=judge.flat.astype(np.float16),
        beside=judge.beside.astype(np.float32),
    )


@lru_cache(maxsize=1)
def load(path: Path = WEIGHTS) -> Judge:
    """The judge.

    Raises:
        ValueError: The weights were learned for other kinds, cues or layers than there are now.
    """
    with np.load(path) as stored:
        if str(stored["fit_for"]) != fit_for():
            raise ValueError(
                f"{path.name} was learned for other kinds, cues or layers: run python -m services.insights.training."
            )
        return Judge(
            wording=tuple(str(stored["wording"]).split("\n")),
            **{name: stored[name].astype(np.float32) for name in ("queries", "answers", "flat", "beside")},
        )
