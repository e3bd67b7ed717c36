"""MiniLM with an adapter, differentiable: the same that onnxruntime computes, written for JAX.

Sources: Devlin et al. 2019, "BERT"; Hu et al. 2022, "LoRA: Low-Rank Adaptation of Large Language Models".
"""

from collections.abc import Mapping
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from numpy.typing import NDArray

from services.insights.core.kinds import KINDS
from services.insights.embedding import DIMENSIONS
from services.insights.judge import DOWN, UP
from services.insights.training.packing import MOST_SENTENCES

LAYERS, HEADS = 6, 12
PARTS = ("attn.q_proj", "attn.k_proj", "attn.v_proj", "attn.o_proj", "mlp.fc1", "mlp.fc2")
MATRIX = "model.layers.{}.{}.MatMul.weight"
CHANGED = tuple(MATRIX.format(layer, part) for layer in range(LAYERS) for part in PARTS)
"""The matrices that an adapter changes: all of the layers."""
RANK = 16
CHANGE_WEIGHT = 2.0
"""By which an adapter's change counts: its matrices learn that much faster."""
JUDGE_HEADS = 2
DROPPED_SHARE, DROPPED_STATES_SHARE = 0.1, 0.3
"""Of what each half of a layer adds, and of the states that the kinds are read from, while learning."""
LOWEST = -1e4
"""What a token that does not count is given before a softmax."""
TINY = 1e-12

Weights = Mapping[str, jax.Array]


def read_weights(folder: Path) -> dict[str, jax.Array]:
    """The weights of the model in a folder, by their names."""
    graph = onnx.load(str(folder / "model.onnx")).graph
    return {stored.name: jnp.asarray(onnx.numpy_helper.to_array(stored)) for stored in graph.initializer}


def first_adapter(model: Weights, dice: np.random.Generator) -> dict[str, jax.Array]:
    """An adapter that changes nothing yet, and a judge that says no."""
    adapter: dict[str, NDArray[np.float64]] = {}
    for name in CHANGED:
        rows, columns = model[name].shape
        adapter[DOWN + name] = dice.normal(scale=1 / np.sqrt(rows), size=(rows, RANK))
        adapter[UP + name] = np.zeros((RANK, columns))
    shape = (DIMENSIONS, len(KINDS) * JUDGE_HEADS)
    adapter["queries"] = dice.normal(scale=0.3 / np.sqrt(DIMENSIONS), size=shape)
    adapter["answers"] = np.zeros(shape)
    adapter["alone"] = np.full(len(KINDS), -2.5)
    return {name: jnp.asarray(values, jnp.float32) for name, values in adapter.items()}


def logits(adapter: Weights, model: Weights, rows: Weights, chance: jax.Array | None = None) -> jax.Array:
    """How surely each sentence of packed rows is of each kind, shape (rows, sentences, 13).

    Args:
        adapter: As `first_adapter` has it.
        model: As `read_weights` has it.
        rows: As `Rows.at` has them.
        chance: What is dropped while learning; none: nothing.
    """
    shape = rows["ids"].shape
    states = _dropped(_states(adapter, model, rows, chance), chance, 0, DROPPED_STATES_SHARE)
    heeded, answered = ((states @ adapter[name]).reshape(*shape, -1) for name in ("queries", "answers"))
    own = rows["owners"][:, None, :] == jnp.arange(MOST_SENTENCES)[None, :, None]
    # A softmax over each sentence's tokens, as products of matrices: the differences are what counts, not the height.
    height = jnp.where(own[..., None], jax.lax.stop_gradient(heeded)[:, None], LOWEST).max(axis=2)
    own = own.astype(jnp.float32)
    risen = jnp.exp(jnp.minimum(heeded - own.swapaxes(1, 2) @ height, 0)) * own.any(axis=1)[..., None]
    found = (own @ (risen * answered)) / (own @ risen + TINY)
    return found.reshape(*found.shape[:2], len(KINDS), JUDGE_HEADS).sum(axis=-1) + adapter["alone"]


def loss(adapter: Weights, model: Weights, rows: Weights, chance: jax.Array | None) -> jax.Array:
    """The cross-entropy of a sentence, summed over the kinds."""
    said = logits(adapter, model, rows, chance)
    each = (jnp.logaddexp(0, said) - said * rows["truth"]).sum(axis=-1)
    return (each * rows["counts"]).sum() / rows["counts"].sum()


def _states(adapter: Weights, model: Weights, rows: Weights, chance: jax.Array | None) -> jax.Array:
    """Of all tokens, shape (rows · tokens, 384): XLA multiplies matrices faster than stacks of them."""
    states = (
        model[".model.embeddings.word_embeddings.weight"][rows["ids"]]
        + model[".model.embeddings.position_embeddings.weight"][rows["positions"]]
        + model[".model.embeddings.token_type_embeddings.weight"][0]
    )
    states = _normed(model, "model.layers.-1.embeddings_norm_layernorm", states.reshape(-1, DIMENSIONS))
    sees = rows["windows"][:, None, :, None] == rows["windows"][:, None, None, :]
    for layer in range(LAYERS):
        here = f"model.layers.{layer}."
        heard = _attended(adapter, model, here, states, jnp.where(sees, 0.0, LOWEST))
        states += _dropped(heard, chance, 2 * layer + 1)
        states = _normed(model, here + "attention_output_norm_layernorm", states)
        thought = jax.nn.gelu(_linear(adapter, model, here + "mlp.fc1", states), approximate=False)
        thought = _linear(adapter, model, here + "mlp.fc2", thought)
        states += _dropped(thought, chance, 2 * layer + 2)
        states = _normed(model, here + "mlp_output_norm_layernorm", states)
    return states


def _attended(adapter: Weights, model: Weights, here: str, states: jax.Array, unseen: jax.Array) -> jax.Array:
    rows, _, tokens, _ = unseen.shape
    asked, offered, told = (
        _linear(adapter, model, f"{here}attn.{part}", states).reshape(rows, tokens, HEADS, -1).swapaxes(1, 2)
        for part in ("q_proj", "k_proj", "v_proj")
    )
    likeness = asked @ offered.swapaxes(2, 3) / np.sqrt(DIMENSIONS // HEADS)
    heard = jax.nn.softmax(likeness + unseen) @ told
    return _linear(adapter, model, here + "attn.o_proj", heard.swapaxes(1, 2).reshape(states.shape))


def _linear(adapter: Weights, model: Weights, name: str, states: jax.Array) -> jax.Array:
    matrix = f"{name}.MatMul.weight"
    changed = (states @ adapter[DOWN + matrix]) @ adapter[UP + matrix]
    return states @ model[matrix] + CHANGE_WEIGHT * changed + model[f"{name}.Add.bias"]


def _normed(model: Weights, name: str, states: jax.Array) -> jax.Array:
    spread = states - states.mean(axis=-1, keepdims=True)
    unit = spread * jax.lax.rsqrt((spread**2).mean(axis=-1, keepdims=True) + TINY)
    return unit * model[f"{name}.weight"] + model[f"{name}.bias"]


def _dropped(states: jax.Array, chance: jax.Array | None, place: int, share: float = DROPPED_SHARE) -> jax.Array:
    if chance is None:
        return states
    kept = jax.random.bernoulli(jax.random.fold_in(chance, place), 1 - share, states.shape)
    return states * kept / (1 - share)
