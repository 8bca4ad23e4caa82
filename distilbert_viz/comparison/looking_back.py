"""Which head looks at the token before."""

import numpy as np
from jaxtyping import Float


def previous_shares(attentions: Float[np.ndarray, "layer head query key"]) -> Float[np.ndarray, "layer head"]:
    """How much of its attention each head gives to the token before, as a mean over the queries that have one.

    Raises ValueError for a text of one token.
    """
    if attentions.shape[-1] < 2:
        raise ValueError("a text of one token has no token before another")
    shares: np.ndarray = np.diagonal(attentions, -1, axis1=-2, axis2=-1).mean(-1)
    return shares


def clearest(shares: Float[np.ndarray, "layer head"]) -> tuple[int, int]:
    """Layer and head of the largest share."""
    layer, head = np.unravel_index(int(shares.argmax()), shares.shape)
    return int(layer), int(head)
