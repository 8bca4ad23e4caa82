"""Attention maps made smaller, cut, and summed up in one number a head."""

import numpy as np
from jaxtyping import Float

from distilbert_viz.comparison.softening import entropy


def pooled(attentions: Float[np.ndarray, "*head query key"], side: int) -> tuple[Float[np.ndarray, "*head rows columns"], int]:
    """Maps of more than `side` tokens drawn smaller: each cell is the largest weight of a `step` x `step` square."""
    step = -(-attentions.shape[-1] // side)
    if step == 1:
        return attentions, 1
    edges = np.arange(0, attentions.shape[-1], step)
    return np.maximum.reduceat(np.maximum.reduceat(attentions, edges, axis=-1), edges, axis=-2), step


def without_special(
    attentions: Float[np.ndarray, "*head query key"], special: tuple[bool, ...]
) -> Float[np.ndarray, "*head kept kept2"]:
    """The rows and columns of ordinary tokens. Rows are not renormalised: what is missing to 1 went to [CLS] and [SEP]."""
    kept = np.flatnonzero(~np.array(special))
    return attentions[..., kept[:, None], kept]


def attention_entropy(attentions: Float[np.ndarray, "layer head query key"]) -> Float[np.ndarray, "layer head"]:
    """Mean over queries of the entropy of each head's rows, in nats."""
    return entropy(attentions).mean(-1)
