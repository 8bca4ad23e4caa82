"""Several texts one under the other: what their pictures share."""

from collections.abc import Sequence

from distilbert_viz.drawing.canvas import VOICES, pack, tokens
from distilbert_viz.drawing.plots import Plot
from distilbert_viz.figures.forward import soft_labels
from distilbert_viz.records import Canvas, Figure, Labels, Panel, SoftLabels, TracePair


def head_maps(pair: TracePair, chosen: Sequence[tuple[int, int]], position: int) -> Canvas:
    """One head of each model on one of the texts, float32; a row is marked, and none is chosen by a click."""
    names, figures, cells = tokens(pair.teacher), [], []
    for voice, trace, (layer, head) in zip(VOICES, pair, chosen, strict=True):
        title = f"L{layer} H{head}"
        labels = Labels(names, names)
        figures.append(Figure(voice=voice, title=title, labels=labels, tokens=labels, panels=[Panel(title)], token=position))
        cells.append([trace.attention(layer, head)])
    return pack(figures, cells, "Row: the token that looks. Column: the token looked at.")


def bars_on_one_scale(labels: Sequence[SoftLabels]) -> list[Plot]:
    """Soft labels as on their own page, a figure a text, all on the axis that the largest probability needs."""
    most = 1.15 * max(float(max(one.teacher.max(), one.student.max())) for one in labels)
    return [soft_labels.bars(one, None).update_xaxes(range=[0, most]) for one in labels]
