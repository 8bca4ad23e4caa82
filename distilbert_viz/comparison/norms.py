"""Attention weighed by what it carries."""

import numpy as np
from jaxtyping import Float


def norm_weighted(
    attentions: Float[np.ndarray, "layer head query key"], value_norms: Float[np.ndarray, "layer head key"]
) -> Float[np.ndarray, "layer head query key"]:
    """||alpha f(x)||: the length of what each query gets from each key (Kobayashi et al. 2020, arXiv 2004.10102).

    `value_norms` are the lengths ||f(x)||, f(x) = (x W_V + b_V) W_O, of each head alone: `tracing.value_norms`. Rows don't
    sum to 1, and lengths of two models are in two units: compare shares of a row.
    """
    return attentions * value_norms[..., None, :]
