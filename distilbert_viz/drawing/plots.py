"""Plotly figures share one look: quiet axes, the two voices, room for long labels."""

import plotly.graph_objects as go

from distilbert_viz.drawing.colours import STUDENT, TEACHER

VOICE = {"teacher": TEACHER, "student": STUDENT}


def plot(traces: list[dict], height: int, **layout: object) -> go.Figure:
    """A figure of plain trace dictionaries, its layout on the house's defaults."""
    base = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 36, "b": 8},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "hovermode": "closest",
    }
    return go.Figure({"data": traces, "layout": base | layout}, skip_invalid=False)
