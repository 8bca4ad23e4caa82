"""Attention maps: every head at a glance, one head in full, and what every drawing of one head in full has under it."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.figures.forward import attention as figures
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import table
from distilbert_viz.records import Canvas, Difference, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked

HIDDEN_ROWS = "Rows are not renormalised: what is missing to 1 went to the hidden tokens."
Special = tuple[bool, ...]
Heads = Sequence[tuple[int, int]]  # layer and head of each model
Chosen = Sequence[tuple[int, int | None]]  # the same, or with None the mean over the layer's heads


def hide_special() -> bool:
    """Whether [CLS] and [SEP] are left out of the maps."""
    return st.toggle(present.own_words("hide [CLS] [SEP]"), key="hide_special", persist_state="session", bind="query-params")


def mean_over_heads() -> bool:
    """Whether one map in full is the mean over a layer's heads."""
    return st.toggle("mean over heads", key="mean", persist_state="session", bind="query-params")


def overview(pair: TracePair, heads: Heads, linked: bool, hidden: bool) -> None:
    """Every head of both models at a glance, checked; special tokens left out where `hidden`."""
    drawing = figures.attention_overview(pair, heads, linked, hidden)
    canvas(drawing, "overview")
    checked(_overview_difference, drawing, pair.encoding.special if hidden else None)


def _overview_difference(drawing: Canvas, special: Special | None, passes: Passes) -> Difference:
    return checking.overview(drawing, passes, lambda maps: comparison.pooled(_without(special, maps), figures.OVERVIEW_SIDE)[0])


def maps(pair: TracePair, heads: Heads, mean: bool, hidden: bool) -> None:
    """One head of each model in full, or with `mean` the mean over its layer; checked, with the chosen token's row as a table."""
    chosen = in_full(heads, mean)
    drawing = figures.head_maps(pair, chosen, present.position(pair.encoding), hidden)
    canvas(drawing, "head")
    under(drawing, pair, chosen, hidden)


def in_full(heads: Heads, mean: bool) -> Chosen:
    """The chosen heads, or with `mean` their layers."""
    return [(layer, None if mean else head) for layer, head in heads]


def under(drawing: Canvas, pair: TracePair, chosen: Chosen, hidden: bool) -> None:
    """Under a drawing of the chosen heads in full: its check, what is hidden, and the chosen token's row as a table."""
    checked(_difference, drawing, chosen, pair.encoding.special if hidden else None)
    if hidden:
        st.caption(present.own_words(f"[CLS] and [SEP] are hidden. {HIDDEN_ROWS}"))
    table(figures.table(pair, chosen, present.position(pair.encoding)), "the chosen token's row")


def _difference(drawing: Canvas, chosen: Chosen, special: Special | None, passes: Passes) -> Difference:
    return checking.head_maps(drawing, passes, chosen, lambda maps: _without(special, maps))


def _without(special: Special | None, maps: np.ndarray) -> np.ndarray:
    """Attention maps (..., query, key) as they are, or cut to the tokens that are not special."""
    return maps if special is None else comparison.without_special(maps, special)
