"""Attention followed down to the input tokens: the rolled-out maps of both models, and a case worked by hand."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from distilbert_viz.drawing.canvas import VOICES, pack, positions, tokens
from distilbert_viz.drawing.labels import visible
from distilbert_viz.drawing.tables import Table
from distilbert_viz.records import Canvas, Figure, Labels, Panel, TracePair

Rolled = tuple[Float[np.ndarray, "layer query key"], Float[np.ndarray, "layers queries keys"]]
NAMED = 3
# Two layers of one head on two tokens, and what is left of the tokens after both, multiplied out on paper.
BY_HAND = np.array([[[[1, 0], [0.5, 0.5]]], [[[0.5, 0.5], [0, 1]]]], np.float32)
BY_HAND_ROLLED = np.array([[13 / 16, 3 / 16], [1 / 4, 3 / 4]], np.float32)


def rollout_maps(pair: TracePair, rolled: Rolled, layers: Sequence[int], position: int) -> Canvas:
    """Rollout after a layer of each model, float32, both on one scale from 0."""
    maps = [part[layer] for part, layer in zip(rolled, layers, strict=True)]
    most, names = max(float(part.max()) for part in maps), tokens(pair.teacher)
    figures = [
        Figure(
            voice=voice, title=f"rolled out after L{layer}", labels=Labels(names, names), tokens=Labels(names, names),
            panels=[Panel(f"after L{layer}")], range=(0.0, most), picks="token", positions=positions(pair.teacher), token=position,
        )
        for voice, layer in zip(VOICES, layers, strict=True)
    ]  # fmt: skip
    hint = f"Row: a token after the layer. Column: an input token. The strongest colour is {most:.2g}."
    return pack(figures, [[part] for part in maps], hint)


def sentence(pair: TracePair, rolled: Rolled, layers: Sequence[int], position: int) -> str:
    """From which input tokens the chosen token comes, most first, in each model."""
    words = [f"{i} “{visible(token)}”" for i, token in enumerate(pair.encoding.tokens)]
    sentences = []
    for voice, part, layer in zip(VOICES, rolled, layers, strict=True):
        row = part[layer, position]
        most = ", ".join(f"{row[i]:.0%} from {words[i]}" for i in np.argsort(-row, kind="stable")[:NAMED])
        sentences.append(f"{voice.capitalize()} after L{layer}, token {words[position]}: {most}; {row[position]:.0%} from itself.")
    return " ".join(sentences)


def table(pair: TracePair, rolled: Rolled, layers: Sequence[int], position: int) -> Table:
    """The chosen token's row: how much of every input token is in it."""
    parts = zip(VOICES, rolled, layers, strict=True)
    named = {f"{voice} after L{layer}": part[layer, position] for voice, part, layer in parts}
    return {"input token": list(pair.encoding.tokens)} | named
