"""How far a change moved a model: its soft labels and its hidden states, before and after."""

import numpy as np
from jaxtyping import Float

from distilbert_viz.comparison.similarity import cosine
from distilbert_viz.comparison.softening import Number, kl, soften, top
from distilbert_viz.records import MovedLabels


def moved_labels(
    before: Float[np.ndarray, "outcome"],
    after: Float[np.ndarray, "outcome"],
    names: tuple[str, ...],
    position: int,
    temperature: float,
    k: int = 5,
    outcome: str = "token",
) -> MovedLabels:
    """Logits before and after as soft labels, on the `k` likeliest outcomes before and the `k` likeliest after."""
    both = [*top(before, k).tolist(), *top(after, k).tolist()]
    candidates = np.array(list(dict.fromkeys(both)))
    return MovedLabels(
        position=position,
        temperature=float(temperature),
        candidates=candidates,
        names=tuple(names[i] for i in candidates),
        before=soften(before, temperature)[candidates],
        after=soften(after, temperature)[candidates],
        kl=float(kl(before, after, temperature)),
        outcome=outcome,
    )


def relative_distance(before: Float[np.ndarray, "*row hidden"], after: Float[np.ndarray, "*row hidden"]) -> Float[Number, "*row"]:
    """|after - before| / |before| of each pair of vectors: 0 where nothing moved, 1 where the move is as long as the vector."""
    return np.linalg.norm(after - before, axis=-1) / np.linalg.norm(before, axis=-1)


def cosine_distance(before: Float[np.ndarray, "*row hidden"], after: Float[np.ndarray, "*row hidden"]) -> Float[Number, "*row"]:
    """1 - cosine of each pair of vectors: 0 for one direction, 1 for a right angle, 2 for opposite ones."""
    return 1 - cosine(before, after)
