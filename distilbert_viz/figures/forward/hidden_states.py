"""How far the two models are from each other, and what every state would already predict."""

from math import isfinite

import numpy as np

from distilbert_viz import comparison
from distilbert_viz.drawing import colours
from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.drawing.components import ColourRow, ColourTable, ColourTables
from distilbert_viz.drawing.labels import numbered, visible
from distilbert_viz.drawing.plots import Plot, plot
from distilbert_viz.records import Predictions, TracePair

MEASURES = {"cosine": comparison.cosine_matrix, "CKA": comparison.cka_matrix}
WIDTHS = "The models are {} and {} wide: vectors of two widths have no cosine. CKA compares their geometry; it is left."
Shown = tuple[str, str, float]  # what a cell says, the same in full, and the value behind its colour


def measures(pair: TracePair) -> list[str]:
    """By what the states of these two models can be compared."""
    return [name for name in MEASURES if pair.one_width or name == "CKA"]


def similarity(pair: TracePair, measure: str, theme: str) -> ColourTables:
    """A table of every student state (row) with every teacher state (column); states that lie side by side are outlined, where
    both have one width.

    Raises ValueError when the text is too short for the measure.
    """
    values = MEASURES[measure](pair.student.hidden_states, pair.teacher.hidden_states)
    columns, states = _states(pair.teacher.layers), _states(pair.student.layers)
    cells = [
        [
            (f"{value:.2f}", f"student {state}, teacher {column}: {value:.4f}", value)
            for column, value in zip(columns, row, strict=True)
        ]
        for state, row in zip(states, values.tolist(), strict=True)
    ]
    name = f"{measure} of student states (rows) with teacher states (columns)"
    table = _table("", name, columns, states, cells, theme)
    for row, start in zip(table["rows"], [0, *(layer + 1 for layer in pair.initial_layers)], strict=True):
        row["cells"][start]["outlined"] = pair.one_width
    return {"ink": colours.TEXT[theme], "tables": [table]}


def _states(layers: int) -> list[str]:
    return ["embeddings", *(f"after L{i}" for i in range(layers))]


def _table(voice: str, name: str, columns: list[str], states: list[str], rows: list[list[Shown]], theme: str) -> ColourTable:
    """What the browser shows: a row a state. Colours lie evenly from the least value, or 0 if that is less, to 1."""
    low = min([0.0, *(value for row in rows for _, _, value in row if isfinite(value))])
    lines: list[ColourRow] = [
        {
            "state": state,
            "cells": [{"text": t, "words": w, "colour": _colour(v, low, theme)} for t, w, v in row],
        }
        for state, row in zip(states, rows, strict=True)
    ]
    return {"voice": voice, "name": name, "columns": columns, "rows": lines}


def _colour(value: float, low: float, theme: str) -> str:
    """The page's own where the value isn't finite."""
    return colours.shade((value - low) / (1 - low) if isfinite(value) else 0.0, theme)


def width_sentence(pair: TracePair) -> str:
    """Which comparison is left between two widths."""
    return WIDTHS.format(pair.teacher.architecture.hidden, pair.student.architecture.hidden)


def final_cosine(pair: TracePair) -> Plot:
    """Cosine of the two last hidden states at each token: what L_cos pulls towards 1."""
    values = comparison.cosine(pair.student.hidden_states[-1], pair.teacher.hidden_states[-1])
    bar = {"type": "bar", "x": numbered(pair.encoding.tokens), "y": values, "marker": {"color": "#117733"}}
    bar["hovertemplate"] = "%{x}: %{y:.4f}<extra></extra>"
    axis = {
        "range": [min(0.0, float(np.min(values, initial=0.0, where=np.isfinite(values)))), 1],
        "title": {"text": "cosine, last states"},
    }
    return plot([bar], height=280, yaxis=axis, xaxis={"tickangle": -45, "automargin": True})


def lens(predictions: tuple[Predictions, Predictions], theme: str) -> ColourTables:
    """A table a voice, a row a state, a column a rank: what the head reads, coloured by probability."""
    tables = [_lens(voice, part, theme) for voice, part in zip(VOICES, predictions, strict=True)]
    return {"ink": colours.TEXT[theme], "tables": tables}


def _lens(voice: str, predictions: Predictions, theme: str) -> ColourTable:
    states, columns = _states(len(predictions.names) - 1), [f"#{rank + 1}" for rank in range(predictions.probabilities.shape[1])]
    cells = [
        [
            (_read(predictions, name, value), f"{state}, {column}: {visible(name)}, probability {value:.4f}", value)
            for column, name, value in zip(columns, names, row, strict=True)
        ]
        for state, names, row in zip(states, predictions.names, predictions.probabilities.tolist(), strict=True)
    ]
    return _table(voice, voice.capitalize(), columns, states, cells, theme)


def _read(predictions: Predictions, name: str, probability: float) -> str:
    """What a cell says: classes are few, so that there is room for how likely each is."""
    return f"{visible(name)} {probability:.0%}" if predictions.outcome in ("class", "tag") else visible(name)
