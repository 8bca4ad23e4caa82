"""Attention of both models side by side: every head at a glance, and one head in full."""

from collections.abc import Sequence

import numpy as np

from distilbert_viz import comparison
from distilbert_viz.drawing.canvas import VOICES, pack, positions, tokens
from distilbert_viz.drawing.grids import HeadGrid, head_grid
from distilbert_viz.drawing.tables import Column, Table
from distilbert_viz.records import Canvas, Figure, Labels, Panel, Trace, TracePair

OVERVIEW_SIDE = 64


def attention_overview(pair: TracePair, chosen: Sequence[tuple[int, int]], aligned: bool, hide_special: bool = False) -> Canvas:
    """Every head of both models at a glance; with `aligned`, student layers lie beside their teacher layers."""
    figures, cells = [], []
    for voice, trace, head in zip(VOICES, pair, chosen, strict=True):
        maps, step = comparison.pooled(_drawn(trace.attentions, trace, hide_special), OVERVIEW_SIDE)
        names = tokens(trace, hide_special)
        figures.append(_overview(voice, head_grid(pair, voice, aligned), trace.layers, head, step, Labels(names, names)))
        cells.append([maps[layer, h] for layer in range(trace.layers) for h in range(trace.heads)])
    return pack(figures, cells, "Point at a map to read a weight. Click a head, or walk with the arrow keys and press Enter.")


def _overview(voice: str, grid: HeadGrid, layers: int, chosen: tuple[int, int], step: int, names: Labels) -> Figure:
    return Figure(
        voice=voice,
        title=f"{layers} layers × {grid.heads} heads",
        slots=grid.slots,
        rows=grid.row_names,
        columns=grid.column_names,
        gaps=grid.gaps,
        tokens=names,
        panels=[grid.panel(i, h, f"L{i} H{h}", step=step) for i in range(layers) for h in range(grid.heads)],
        dtype="u1",
        chosen=chosen,
        picks="panel",
    )


def head_maps(
    pair: TracePair,
    chosen: Sequence[tuple[int, int | None]],
    position: int | None,
    hide_special: bool = False,
    clickable: bool = True,
) -> Canvas:
    """One head of each model in full, float32, tokens on both axes; head None is the mean over the layer's heads.

    A click chooses a row's token, unless the text is one whose tokens can't be chosen.
    """
    drawn, names = positions(pair.teacher, hide_special), tokens(pair.teacher, hide_special)
    token = drawn.index(position) if position in drawn else None
    figures = [
        Figure(
            voice=voice,
            title=f"L{layer}, mean over heads" if head is None else f"L{layer} H{head}",
            labels=Labels(names, names),
            tokens=Labels(names, names),
            panels=[Panel(f"L{layer} {'mean' if head is None else f'H{head}'}")],
            picks="token" if clickable else None,
            positions=drawn if clickable else None,
            token=token,
        )
        for voice, (layer, head) in zip(VOICES, chosen, strict=True)
    ]
    cells = [[_drawn(trace.attention(*head), trace, hide_special)] for trace, head in zip(pair, chosen, strict=True)]
    said = "Row: the token that looks. Column: the token looked at."
    return pack(figures, cells, f"{said} Click a row to choose its token." if clickable else said)


def _drawn(attentions: np.ndarray, trace: Trace, hide_special: bool) -> np.ndarray:
    return comparison.without_special(attentions, trace.encoding.special) if hide_special else attentions


def table(pair: TracePair, chosen: Sequence[tuple[int, int | None]], position: int) -> Table:
    """The row of the chosen token: its weight on every key, in both models."""
    columns: dict[str, Column] = {"key": list(pair.encoding.tokens)}
    for voice, trace, (layer, head) in zip(VOICES, pair, chosen, strict=True):
        name = "mean" if head is None else f"H{head}"
        columns[f"{voice} L{layer} {name}"] = trace.attention(layer, head)[position]
    return columns
