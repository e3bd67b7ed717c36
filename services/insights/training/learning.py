"""The judge learned from labelled calls: descent by AdamW (Loshchilov and Hutter 2019) over packed rows."""

from collections.abc import Sequence

import jax
import numpy as np
import optax
from numpy.typing import NDArray

from services.insights.core.judging import Judge
from services.insights.judge import DOWN, UP, Learned
from services.insights.tokens import Tokens
from services.insights.training.encoder import CHANGE_WEIGHT, CHANGED, Weights, first_adapter, loss
from services.insights.training.packing import NOTHING, Arrays, Cut, packed

ROUNDS = 5
ROWS = 8
"""Learned from at once: some 120 sentences."""
RATE, RISES_FOR_SHARE, LAST_RATE_SHARE = 1e-3, 1 / 12, 0.02
DECAY, MEMORY, STEEPEST = 0.02, 0.98, 1.0
MASKED_SHARE = 0.1
"""Of the words, hidden anew each time: no call is learned by heart."""


def learn(calls: Sequence[Cut], model: Weights, tokens: Tokens, rounds: int = ROUNDS) -> Learned:
    """An adapter and a judge.

    Args:
        calls: To learn from.
        model: As `encoder.read_weights` has it.
        tokens: What made the calls' tokens.
        rounds: How often each call is learned from.
    """
    dice, chance = np.random.default_rng(0), jax.random.key(0)
    adapter = first_adapter(model, dice)
    steps = rounds * -(-len(packed(calls, tokens.begin, dice).ids) // ROWS)
    rate = optax.warmup_cosine_decay_schedule(
        0, RATE, int(steps * RISES_FOR_SHARE), steps, end_value=RATE * LAST_RATE_SHARE
    )
    descent = optax.chain(optax.clip_by_global_norm(STEEPEST), optax.adamw(rate, b2=MEMORY, weight_decay=DECAY))
    momentum = descent.init(adapter)

    def step(
        adapter: Weights, momentum: optax.OptState, model: Weights, rows: Weights, chance: jax.Array
    ) -> tuple[Weights, optax.OptState]:
        changes, momentum = descent.update(jax.grad(loss)(adapter, model, rows, chance), momentum, adapter)
        return optax.apply_updates(adapter, changes), momentum

    compiled = jax.jit(step)
    for _ in range(rounds):
        rows = packed(calls, tokens.begin, dice)
        for batch in _batches(len(rows.ids), dice):
            chance, now = jax.random.split(chance)
            adapter, momentum = compiled(adapter, momentum, model, _masked(rows.at(batch), tokens, dice), now)
    return learned(adapter)


def learned(adapter: Weights) -> Learned:
    """What a worker reads of an adapter."""
    rows = {name: np.asarray(values, np.float32) for name, values in adapter.items()}
    return Learned(
        {name: (rows[DOWN + name], CHANGE_WEIGHT * rows[UP + name]) for name in CHANGED},
        Judge(rows["queries"], rows["answers"], rows["alone"]),
    )


def _batches(rows: int, dice: np.random.Generator) -> NDArray[np.intp]:
    """Indices of rows, each once; the last batch is filled up with some that come twice."""
    order = dice.permutation(rows)
    return np.resize(order, (-(-rows // ROWS), ROWS))


def _masked(rows: Arrays, tokens: Tokens, dice: np.random.Generator) -> Arrays:
    words = (rows["owners"] != NOTHING) & (rows["ids"] != tokens.end)
    hidden = words & (dice.random(words.shape) < MASKED_SHARE)
    return rows | {"ids": np.where(hidden, tokens.mask, rows["ids"])}
