"""One head of each model as lines from token to token: what bertviz draws, of both models at once and quick at 128 tokens."""

from collections.abc import Sequence

import numpy as np

from distilbert_viz.drawing.canvas import VOICES, pack, positions, tokens
from distilbert_viz.records import Canvas, Labels, LinesFigure, Panel, TracePair


def lines(pair: TracePair, chosen: Sequence[tuple[int, int | None]], position: int | None, hide_special: bool = False) -> Canvas:
    """Every weight of the chosen heads, float32; head None is the mean over the layer's heads."""
    drawn, names = positions(pair.teacher, hide_special), tokens(pair.teacher, hide_special)
    second = [i for i, place in enumerate(drawn) if pair.encoding.token_type_ids[place]]
    figures, cells = [], []
    for voice, trace, (layer, head) in zip(VOICES, pair, chosen, strict=True):
        name = f"L{layer} mean" if head is None else f"L{layer} H{head}"
        figures.append(
            LinesFigure(
                voice=voice, title=f"L{layer}, mean over heads" if head is None else name, slots=None, positions=drawn,
                tokens=Labels(names, names), panels=[Panel(name, slot=None)],
                token=drawn.index(position) if position in drawn else None, second=second[0] if second else None,
            )
        )  # fmt: skip
        cells.append([trace.attention(layer, head)[np.ix_(drawn, drawn)]])
    return pack(figures, cells, "Point at a token to see its lines alone. Click it, or walk with the arrow keys and press Enter.")
