"""Attention followed down through the layers, to the tokens that went in."""

import numpy as np
from jaxtyping import Float


def attention_rollout(attentions: Float[np.ndarray, "layer head query key"]) -> Float[np.ndarray, "layer query key"]:
    """How much of each input token (key) is in each token (query) after each layer, if attention and residual were all.

    R_l = (A_l / 2 + I / 2) R_(l-1) with A_l the mean over heads, I for the residual connection and R_(-1) = I; rows sum
    to 1 (Abnar & Zuidema 2020, arXiv 2005.00928, section 3).
    """
    residual = np.eye(attentions.shape[-1], dtype=np.float32)
    rolled, layers = residual, []
    for attention in attentions.mean(1):
        rolled = (attention + residual) / 2 @ rolled
        layers.append(rolled)
    return np.stack(layers)
