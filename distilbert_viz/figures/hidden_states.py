"""How far the two models are from each other, and what every state would already predict."""

import plotly.graph_objects as go

from distilbert_viz import comparison
from distilbert_viz.figures import colours
from distilbert_viz.figures.labels import numbered, plain
from distilbert_viz.figures.plots import plot
from distilbert_viz.records import Predictions, TracePair

MEASURES = {"cosine": comparison.cosine_matrix, "CKA": comparison.cka_matrix}


def similarity(pair: TracePair, measure: str, theme: str) -> go.Figure:
    """Every student state (row) with every teacher state (column); the initialisation map is outlined.

    Raises ValueError when the text is too short for the measure.
    """
    values = MEASURES[measure](pair.student.hidden_states, pair.teacher.hidden_states)
    heatmap = {
        "type": "heatmap",
        "z": values,
        "zmin": min(0.0, float(values.min())),
        "zmax": 1,
        "x": _states(pair.teacher.layers),
        "y": _states(pair.student.layers),
        "texttemplate": "%{z:.2f}",
        "colorbar": {"title": {"text": measure}, "thickness": 12},
        "hovertemplate": "student %{y}, teacher %{x}: %{z:.4f}<extra></extra>",
        "xgap": 2,
        "ygap": 2,
    }
    return plot(
        [heatmap | colours.under_text(theme)],
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


def final_cosine(pair: TracePair) -> go.Figure:
    """Cosine of the two last hidden states at each token: what L_cos pulls towards 1."""
    values = comparison.cosine(pair.student.hidden_states[-1], pair.teacher.hidden_states[-1])
    bar = {"type": "bar", "x": numbered(pair.encoding.tokens), "y": values, "marker": {"color": "#117733"}}
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
        "showscale": False,
        "hovertemplate": "%{y}, %{x}: %{text}, probability %{z:.4f}<extra></extra>",
        "xgap": 2,
        "ygap": 2,
    }
    title = {"text": f"{voice.capitalize()}", "font": {"size": 15}}
    rows = {"autorange": "reversed", "automargin": True}
    return plot(
        [table | colours.under_text(theme)],
        height=80 + 36 * len(predictions.tokens),
        title=title,
        xaxis={"side": "top"},
        yaxis=rows,
    )
