"""Several texts one under the other: what their pictures share."""

from collections.abc import Sequence

import plotly.graph_objects as go

from distilbert_viz.drawing.canvas import VOICES, figure, pack, tokens
from distilbert_viz.figures.forward import soft_labels
from distilbert_viz.records import Canvas, SoftLabels, TracePair


def head_maps(pair: TracePair, chosen: Sequence[tuple[int, int]], position: int) -> Canvas:
    """One head of each model on one of the texts, float32; a row is marked, and none is chosen by a click."""
    names, figures, cells = tokens(pair.teacher), [], []
    for voice, trace, (layer, head) in zip(VOICES, pair, chosen, strict=True):
        title = f"L{layer} H{head}"
        figures.append(figure(
            voice, trace, title, slots=[1, 1], labels={"rows": names, "columns": names},
            tokens={"rows": names, "columns": names}, panels=[{"id": [0, 0], "slot": [0, 0], "name": title}], token=position,
        ))  # fmt: skip
        cells.append([trace.attention(layer, head)])
    return pack(figures, cells, "Row: the token that looks. Column: the token looked at.")


def bars_on_one_scale(labels: Sequence[SoftLabels]) -> list[go.Figure]:
    """Soft labels as on their own page, a figure a text, all on the axis that the largest probability needs."""
    most = 1.15 * max(float(max(one.teacher.max(), one.student.max())) for one in labels)
    return [soft_labels.bars(one, None).update_xaxes(range=[0, most]) for one in labels]
