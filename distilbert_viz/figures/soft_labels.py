"""Two distributions over the vocabulary in one picture."""

import plotly.graph_objects as go

from distilbert_viz.figures.labels import numbered
from distilbert_viz.figures.plots import VOICE, plot
from distilbert_viz.records import SoftLabels


def bars(labels: SoftLabels, hard_label: int | None) -> go.Figure:
    """A pair of bars a candidate, the teacher's likeliest on top; the hard label, if the text gives one, is named."""
    names = [
        f"{name} ← true token" if candidate == hard_label else name
        for name, candidate in zip(numbered(labels.tokens), labels.candidates.tolist(), strict=True)
    ]
    traces = [_bars(voice, names, getattr(labels, voice), getattr(labels, f"{voice}_ranks")) for voice in VOICE]
    return plot(
        traces,
        height=90 + 34 * len(names),
        barmode="group",
        bargap=0.25,
        yaxis={"autorange": "reversed", "ticks": "", "automargin": True},
        xaxis={"title": {"text": f"probability at T = {labels.temperature:g}"}, "tickformat": ".0%", "rangemode": "tozero"},
    )


def _bars(voice: str, names: list[str], probabilities, ranks) -> dict:
    return {
        "type": "bar",
        "orientation": "h",
        "name": voice,
        "y": names,
        "x": probabilities,
        "customdata": ranks,
        "marker": {"color": VOICE[voice]},
        "hovertemplate": f"{voice}: %{{x:.4f}}, rank %{{customdata}}<extra></extra>",
    }
