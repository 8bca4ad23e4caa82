"""What goes to the browser."""

import sys
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class Canvas:
    """A drawing as it goes to the browser: `data` on the wire, `shown` as it can be read back from it, figure by figure.

    `step` is the largest difference that rounding to the wire's whole numbers can make, 0 where floats are sent.
    """

    data: bytes
    shown: tuple[tuple[np.ndarray, ...], ...]
    step: float


@dataclass(frozen=True, eq=False)
class Frame:
    """A page of its own, for an iframe: `html` needs no network, `height` is in CSS pixels.

    `weights` are the attention weights as they can be read back from it, rounded in steps of 2 x `step`.
    """

    html: str
    height: int
    weights: Float[np.ndarray, "layer head query key"]
    step: float

    @property
    def nbytes(self) -> int:
        """Bytes held by the page and the weights."""
        return sys.getsizeof(self.html) + self.weights.nbytes
