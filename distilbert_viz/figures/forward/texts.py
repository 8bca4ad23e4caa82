"""Several texts one under the other: what their pictures share."""

from collections.abc import Sequence

from distilbert_viz.drawing.plots import Plot
from distilbert_viz.figures.forward import soft_labels
from distilbert_viz.records import SoftLabels


def bars_on_one_scale(labels: Sequence[SoftLabels]) -> list[Plot]:
    """Soft labels as on their own page, a figure a text, all on the axis that the largest probability needs."""
    most = 1.15 * max(float(max(one.teacher.max(), one.student.max())) for one in labels)
    return [soft_labels.bars(one, None).update_xaxes(range=[0, most]) for one in labels]
