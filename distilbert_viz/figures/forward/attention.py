"""Attention of both models side by side: every head at a glance, and one head in full."""

from collections.abc import Sequence

import numpy as np

from distilbert_viz import comparison
from distilbert_viz.drawing.canvas import VOICES, figure, pack, positions, tokens
from distilbert_viz.records import Canvas, Trace, TracePair

OVERVIEW_SIDE = 64


def attention_overview(pair: TracePair, chosen: Sequence[tuple[int, int]], aligned: bool, hide_special: bool = False) -> Canvas:
    """Every head of both models at a glance; with `aligned`, student layers lie beside the teacher layers that started them."""
    figures, cells = [], []
    for voice, trace, head in zip(VOICES, pair, chosen, strict=True):
        maps, step = comparison.pooled(_kept(trace.attentions, trace, hide_special), OVERVIEW_SIDE)
        slots = list(pair.initial_layers) if aligned and voice == "student" else list(range(trace.layers))
        rows = pair.teacher.layers if aligned else trace.layers
        figures.append(_overview(voice, trace, slots, rows, head, step, hide_special))
        cells.append([maps[layer, h] for layer in range(trace.layers) for h in range(trace.heads)])
    return pack(figures, cells, "Point at a map to read a weight. Click a head, or walk with the arrow keys and press Enter.")


def _overview(
    voice: str, trace: Trace, slots: list[int], rows: int, chosen: tuple[int, int], step: int, hide_special: bool
) -> dict:
    names = [""] * rows
    for layer, slot in enumerate(slots):
        names[slot] = f"L{layer}"
    panels = [
        {"id": [layer, head], "slot": [slots[layer], head], "name": f"L{layer} H{head}", "step": step}
        for layer in range(trace.layers)
        for head in range(trace.heads)
    ]
    labels = tokens(trace, hide_special)
    return figure(
        voice,
        trace,
        f"{trace.layers} layers × {trace.heads} heads",
        slots=[rows, trace.heads],
        rows=names,
        columns=[f"H{h}" for h in range(trace.heads)],
        tokens={"rows": labels, "columns": labels},
        panels=panels,
        gaps=[[slot, f"teacher L{slot} has no student layer"] for slot in range(rows) if slot not in slots],
        dtype="u1",
        chosen=list(chosen),
        picks="panel",
    )


def head_maps(
    pair: TracePair, chosen: Sequence[tuple[int, int | None]], position: int | None, hide_special: bool = False
) -> Canvas:
    """One head of each model in full, float32, tokens on both axes; head None is the mean over the layer's heads."""
    figures, cells = [], []
    for voice, trace, (layer, head) in zip(VOICES, pair, chosen, strict=True):
        labels, name = tokens(trace, hide_special), f"L{layer} {'mean' if head is None else f'H{head}'}"
        drawn = positions(trace, hide_special)
        figures.append(
            figure(
                voice,
                trace,
                f"L{layer}, mean over heads" if head is None else name,
                slots=[1, 1],
                labels={"rows": labels, "columns": labels},
                tokens={"rows": labels, "columns": labels},
                panels=[{"id": [0, 0], "slot": [0, 0], "name": name}],
                picks="token",
                positions=drawn,
                token=drawn.index(position) if position in drawn else None,
            )
        )
        cells.append([_kept(trace.attention(layer, head), trace, hide_special)])
    return pack(figures, cells, "Row: the token that looks. Column: the token looked at. Click a row to choose its token.")


def _kept(attentions: np.ndarray, trace: Trace, hide_special: bool) -> np.ndarray:
    return comparison.without_special(attentions, trace.encoding.special) if hide_special else attentions


def table(pair: TracePair, chosen: Sequence[tuple[int, int | None]], position: int) -> dict[str, object]:
    """The row of the chosen token: its weight on every key, in both models."""
    columns: dict[str, object] = {"key": list(pair.encoding.tokens)}
    for voice, trace, (layer, head) in zip(VOICES, pair, chosen, strict=True):
        name = "mean" if head is None else f"H{head}"
        columns[f"{voice} L{layer} {name}"] = trace.attention(layer, head)[position]
    return columns
