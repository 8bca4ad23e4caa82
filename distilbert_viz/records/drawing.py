"""What goes to the browser."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Canvas:
    """A drawing as it goes to the browser: `data` on the wire, `shown` as it can be read back from it, figure by figure.

    `step` is the largest difference that rounding to the wire's whole numbers can make, 0 where floats are sent.
    """

    data: bytes
    shown: tuple[tuple[np.ndarray, ...], ...]
    step: float
