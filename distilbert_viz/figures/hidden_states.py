"""How far the two models are from each other, and what every state would already predict."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from distilbert_viz.figures import colours
from distilbert_viz.figures.labels import numbered, plain
from distilbert_viz.figures.plots import plot
from distilbert_viz.records import Predictions, TracePair


def similarity(values: Float[np.ndarray, "state states"], name: str, pair: TracePair, theme: str) -> go.Figure:
    """Every student state (row) with every teacher state (column); the initialisation map is outlined."""
    heatmap = {
        "type": "heatmap",
        "z": values,
        "zmin": min(0.0, float(values.min())),
        "zmax": 1,
        "x": _states(pair.teacher.layers),
        "y": _states(pair.student.layers),
        "texttemplate": "%{z:.2f}",
        "colorscale": colours.scale(colours.SEQUENTIAL[theme]),
        "colorbar": {"title": {"text": name}, "thickness": 12},
        "hovertemplate": "student %{y}, teacher %{x}: %{z:.4f}<extra></extra>",
        "xgap": 2,
        "ygap": 2,
    }
    return plot(
        [heatmap],
        height=110 + 46 * len(values),
        shapes=[_outline(layer + 1, state + 1) for state, layer in enumerate(pair.initial_layers)] + [_outline(0, 0)],
        xaxis={"title": {"text": "teacher state"}},
        yaxis={"title": {"text": "student state"}, "autorange": "reversed"},
    )


def _outline(column: int, row: int) -> dict:
    edges = {"x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5}
    return {"type": "rect", "line": {"width": 3, "color": "#882255"}} | edges


def _states(layers: int) -> list[str]:
    return ["embeddings", *(f"after L{i}" for i in range(layers))]


def final_cosine(values: Float[np.ndarray, "token"], tokens: tuple[str, ...]) -> go.Figure:
    """Cosine of the two last hidden states at each token: what L_cos pulls towards 1."""
    bar = {"type": "bar", "x": numbered(tokens), "y": values, "marker": {"color": "#117733"}}
    bar["hovertemplate"] = "%{x}: %{y:.4f}<extra></extra>"
    axis = {"range": [min(0.0, float(values.min())), 1], "title": {"text": "cosine, last states"}}
    return plot([bar], height=280, yaxis=axis, xaxis={"tickangle": -45, "automargin": True})


def lens(predictions: Predictions, voice: str, theme: str) -> go.Figure:
    """A row a state, a column a rank: the tokens that the masked-LM head reads there, coloured by probability."""
    count = predictions.probabilities.shape[1]
    table = {
        "type": "heatmap",
        "z": predictions.probabilities,
        "zmin": 0,
        "zmax": 1,
        "text": [[plain(token) for token in row] for row in predictions.tokens],
        "texttemplate": "%{text}",
        "x": [f"#{rank + 1}" for rank in range(count)],
        "y": _states(len(predictions.tokens) - 1),
        "colorscale": colours.scale(colours.SEQUENTIAL[theme]),
        "showscale": False,
        "hovertemplate": "%{y}, %{x}: %{text}, probability %{z:.4f}<extra></extra>",
        "xgap": 2,
        "ygap": 2,
    }
    title = {"text": f"{voice.capitalize()}", "font": {"size": 15}}
    rows = {"autorange": "reversed", "automargin": True}
    return plot([table], height=80 + 36 * len(predictions.tokens), title=title, xaxis={"side": "top"}, yaxis=rows)
