"""Attention followed down to the input tokens: the rolled-out maps of both models, and a case worked by hand."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from distilbert_viz.drawing.canvas import VOICES, figure, pack, positions, tokens
from distilbert_viz.drawing.labels import visible
from distilbert_viz.records import Canvas, TracePair

Rolled = tuple[Float[np.ndarray, "layer query key"], Float[np.ndarray, "layers queries keys"]]
NAMED = 3
# Two layers of one head on two tokens, and what is left of the tokens after both, multiplied out on paper.
BY_HAND = np.array([[[[1, 0], [0.5, 0.5]]], [[[0.5, 0.5], [0, 1]]]], np.float32)
BY_HAND_ROLLED = np.array([[13 / 16, 3 / 16], [1 / 4, 3 / 4]], np.float32)


def rollout_maps(pair: TracePair, rolled: Rolled, layers: Sequence[int], position: int) -> Canvas:
    """Rollout after a layer of each model, float32, both on one scale from 0."""
    maps = [part[layer] for part, layer in zip(rolled, layers, strict=True)]
    most, labels = max(float(part.max()) for part in maps), tokens(pair.teacher)
    figures = [
        figure(
            voice, trace, f"rolled out after L{layer}", slots=[1, 1], labels={"rows": labels, "columns": labels},
            tokens={"rows": labels, "columns": labels}, range=[0.0, most], picks="token", positions=positions(trace),
            panels=[{"id": [0, 0], "slot": [0, 0], "name": f"after L{layer}"}], token=position,
        )
        for voice, trace, layer in zip(VOICES, pair, layers, strict=True)
    ]  # fmt: skip
    hint = f"Row: a token after the layer. Column: an input token. The strongest colour is {most:.2g}."
    return pack(figures, [[part] for part in maps], hint)


def sentence(pair: TracePair, rolled: Rolled, layers: Sequence[int], position: int) -> str:
    """From which input tokens the chosen token comes, most first, in each model."""
    words = [f"{i} “{visible(token)}”" for i, token in enumerate(pair.encoding.tokens)]
    said = []
    for voice, part, layer in zip(VOICES, rolled, layers, strict=True):
        row = part[layer, position]
        most = ", ".join(f"{row[i]:.0%} from {words[i]}" for i in np.argsort(-row, kind="stable")[:NAMED])
        said.append(f"{voice.capitalize()} after L{layer}, token {words[position]}: {most}; {row[position]:.0%} from itself.")
    return " ".join(said)


def table(pair: TracePair, rolled: Rolled, layers: Sequence[int], position: int) -> dict[str, object]:
    """The chosen token's row: how much of every input token is in it."""
    parts = zip(VOICES, rolled, layers, strict=True)
    named = {f"{voice} after L{layer}": part[layer, position] for voice, part, layer in parts}
    return {"input token": list(pair.encoding.tokens)} | named
