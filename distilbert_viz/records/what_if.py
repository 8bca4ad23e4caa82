"""What is changed about a forward pass, and what moves."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from distilbert_viz.records.passes import Encoding, TracePair

Heads = tuple[tuple[int, int], ...]  # (layer, head) of each


@dataclass(frozen=True)
class Intervention:
    """What is changed: heads that contribute nothing, (position, id) of replaced tokens, sentences in each other's place."""

    teacher_off: Heads = ()
    student_off: Heads = ()
    replaced: tuple[tuple[int, int], ...] = ()
    swapped: bool = False


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Both models before and after a change. `after` lists its tokens in the order they have before, wherever they stood.

    `read` is what both models read after the change, in its own order: token i of before is token `places[i]` of it.
    """

    change: Intervention
    before: TracePair
    after: TracePair
    read: Encoding
    places: Int[np.ndarray, "token"]

    @property
    def nbytes(self) -> int:
        """Bytes held by the traces after the change."""
        return self.after.nbytes


@dataclass(frozen=True, eq=False)
class MovedLabels:
    """One model's soft labels at one position before and after a change, on the union of their likeliest outcomes.

    Softened by `temperature`; `kl` is KL(before || after) in nats over all outcomes. `outcome` as of SoftLabels.
    """

    position: int
    temperature: float
    candidates: Int[np.ndarray, "candidate"]
    names: tuple[str, ...]
    before: Float[np.ndarray, "candidate"]
    after: Float[np.ndarray, "candidate"]
    kl: float
    outcome: str = "token"


@dataclass(frozen=True, eq=False)
class Sweep:
    """KL(before || after), in nats, of the soft label at `position` when one head alone is off, of the layers done so far.

    A classifier's soft label is read at position 0, [CLS].
    """

    position: int
    temperature: float
    teacher: Float[np.ndarray, "layer head"]
    student: Float[np.ndarray, "layers heads"]
