"""How much each part contributes to the input sum of each token."""

import numpy as np

from distilbert_viz import comparison
from distilbert_viz.drawing.labels import numbered
from distilbert_viz.drawing.plots import Plot, Series, plot
from distilbert_viz.drawing.tables import Column, Table
from distilbert_viz.records import Embeddings, TracePair

PARTS = {"word": "#117733", "position": "#AA4499", "token_type": "#999933"}
NAMES = {"word": "word", "position": "position", "token_type": "segment"}


def lengths(parts: Embeddings) -> dict[str, np.ndarray]:
    """The Euclidean length of each part at each token."""
    return {name: np.linalg.norm(part, axis=-1) for name, part in _parts(parts).items()}


def shares(parts: Embeddings) -> dict[str, np.ndarray]:
    """The share of the sum that each part brings at each token; the shares of a token add up to 1."""
    return {name: np.asarray(comparison.share(part, parts.sum)) for name, part in _parts(parts).items()}


def _parts(parts: Embeddings) -> dict[str, np.ndarray]:
    named = {name: getattr(parts, name) for name in PARTS}
    return {name: part for name, part in named.items() if part is not None}


def names(pair: TracePair) -> tuple[str, ...]:
    """What a reader calls the parts that either model adds up, each once."""
    return tuple(dict.fromkeys(NAMES[name] for trace in pair for name in _parts(trace.embeddings)))


def norms(pair: TracePair) -> Plot:
    """Length of each part at every token, teacher on the left, student on the right, one scale."""
    return _bars(pair, [lengths(trace.embeddings) for trace in pair], "length", "group")


def share_bars(pair: TracePair) -> Plot:
    """Share of the sum that each part brings, stacked to 1."""
    return _bars(pair, [shares(trace.embeddings) for trace in pair], "share of the sum", "relative")


def _bars(pair: TracePair, values: list[dict[str, np.ndarray]], title: str, mode: str) -> Plot:
    tokens = numbered(pair.encoding.tokens)
    sides = list(zip(("", "2"), values, strict=True))
    traces = [_bar(name, tokens, part, side) for side, parts in sides for name, part in parts.items()]
    labels = [_label(text, x) for text, x in (("Teacher", 0.0), ("Student", 0.52))]
    return plot(
        traces,
        height=330,
        barmode=mode,
        annotations=labels,
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0},
        margin={"l": 8, "r": 8, "t": 70, "b": 8},
        xaxis={"domain": [0, 0.48], "tickangle": -45, "automargin": True},
        xaxis2={"domain": [0.52, 1], "tickangle": -45, "automargin": True, "anchor": "y2"},
        yaxis={"title": {"text": title}},
        yaxis2={"matches": "y", "anchor": "x2", "showticklabels": False},
    )


def table(pair: TracePair) -> Table:
    """A row a token: length and share of each part in each model."""
    columns: dict[str, Column] = {"token": list(pair.encoding.tokens)}
    for voice, trace in zip(("teacher", "student"), pair, strict=True):
        for title, measure in (("length", lengths), ("share", shares)):
            columns |= {f"{voice} {NAMES[n]} {title}": part for n, part in measure(trace.embeddings).items()}
    return columns


def _bar(name: str, tokens: list[str], part: np.ndarray, side: str) -> Series:
    return {
        "type": "bar",
        "name": NAMES[name],
        "legendgroup": name,
        "showlegend": side == "",
        "x": tokens,
        "y": part,
        "xaxis": f"x{side}",
        "yaxis": f"y{side}",
        "marker": {"color": PARTS[name]},
        "hovertemplate": f"{NAMES[name]}, %{{x}}: %{{y:.3f}}<extra></extra>",
    }


def _label(text: str, x: float) -> Series:
    return {
        "text": text, "showarrow": False, "font": {"size": 15}, "x": x, "y": 1.0, "xref": "paper", "yref": "paper",
        "xanchor": "left", "yanchor": "bottom",
    }  # fmt: skip
